import JSONText
import TensorEngine

extension PairReading {
    private static let pictureExtensions: Set<String> = ["jpg", "jpeg", "png"]

    /// Reads a tar shard: members whose paths are equal up to the first dot of the name are one example.
    mutating func readShard(_ file: String) throws(PairDataError) {
        let map = try DatasetFile.map(file)
        let members = try TarArchive(map).members
        var keys: [String] = []
        var examples: [String: [String: TarArchive.Member]] = [:]
        for member in members {
            let name = member.name.split(separator: "/").last ?? ""
            // Files that begin with a dot are the operating system's.
            guard let dot = name.firstIndex(of: "."), dot != name.startIndex else { continue }
            let key = String(member.name[..<dot])
            if examples[key] == nil { keys.append(key) }
            examples[key, default: [:]][member.name[dot...].dropFirst().lowercased()] = member
        }
        guard !keys.isEmpty else { throw .empty(path: file) }
        for key in keys {
            do throws(PairRowError) {
                records.append(try Self.record(of: key, parts: examples[key] ?? [:], in: map))
            } catch { problems.append(error) }
        }
    }

    private static func record(
        of key: String, parts: [String: TarArchive.Member], in map: MappedFile
    ) throws(PairRowError) -> PairRecord {
        func error(_ problem: PairRowError.Problem) -> PairRowError {
            PairRowError(file: map.path, place: .member(key), problem: problem)
        }
        guard let picture = parts.filter({ pictureExtensions.contains($0.key) }).min(by: { $0.key < $1.key })?.value
        else { throw error(.noPicture(expected: "\(key).jpg or \(key).png")) }
        var record = PairRecord(
            id: key, picture: .part(file: map.path, offset: picture.offset, count: picture.count))
        if let json = parts["json"] {
            let value: JSONValue
            do { value = try JSONValue(parsing: bytes(of: json, in: map)) } catch let reason {
                throw error(.notJSON(reason))
            }
            let reader = PairRowReader(format: .pairs, file: map.path, imageRoot: "")
            // Where there is a text beside it, the object need not hold the caption.
            let hasCaption = ["caption", "captions", "text", "qa", "question", "conversations"]
                .contains { value[$0] != nil }
            if parts["txt"] == nil || hasCaption {
                try reader.readTexts(value, place: .member(key + ".json"), into: &record)
            }
        }
        if let text = parts["txt"], record.captions.isEmpty {
            guard let caption = bytes(of: text, in: map).trimmedText else { throw error(.notUTF8) }
            record.captions = [caption]
        }
        guard parts["txt"] != nil || parts["json"] != nil else {
            throw error(.noText(expected: "\(key).txt or \(key).json"))
        }
        return record
    }

    private static func bytes(of member: TarArchive.Member, in map: MappedFile) -> [UInt8] {
        map.bytes(in: member.offset..<member.offset + member.count)
    }
}
