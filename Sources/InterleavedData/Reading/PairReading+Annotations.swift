import JSONText

extension PairReading {
    /// Reads COCO's own layout: pictures in one list, captions in another, joined by the pictures' numbers.
    mutating func readAnnotations(_ rows: JSONRows, root: String) throws(PairDataError) {
        var places: [Int: Int] = [:]
        var records: [PairRecord] = []
        var problems: [PairRowError] = []
        let images = PairRowReader(format: .pairs, file: rows.file, imageRoot: root)
        try rows.forEach { row, place in
            do throws(PairRowError) {
                let row = try DatasetRow(row.get(), file: rows.file, place: place)
                let number = try row.number("id")
                if let record = try images.picture(row) {
                    places[number] = records.count
                    records.append(record)
                }
            } catch { problems.append(error) }
            return true
        }
        try rows.forEachAnnotation { value, place in
            do throws(PairRowError) {
                let row = try DatasetRow(value, file: rows.file, place: place)
                let number = try row.number("image_id")
                guard let record = places[number] else {
                    throw row.error(
                        .wrong(key: "image_id", expected: "the id of one of the images", found: String(number)))
                }
                guard let caption = try row.text("caption") else {
                    throw row.error(.missing(key: "caption", expected: "a text"))
                }
                records[record].captions.append(caption)
            } catch { problems.append(error) }
        }
        // Lists of test pictures have no captions at all; single pictures without one are nobody's mistake.
        self.records += records.filter { !$0.captions.isEmpty }
        self.problems += problems
    }
}

extension JSONRows {
    /// Hands out the elements under `annotations`, each with its place.
    func forEachAnnotation(_ body: (JSONValue, PairRowError.Place) -> Void) throws(PairDataError) {
        do throws(JSONError) {
            var reader = JSONReader(bytes: bytes)
            try reader.enterObject()
            while let key = try reader.nextKey(), key != "annotations" { try reader.skipValue() }
            try reader.enterArray()
            var number = 0
            while try reader.nextElement() {
                number += 1
                body(try reader.value(), .annotation(number))
            }
        } catch { throw .notJSON(file: file, error) }
    }
}
