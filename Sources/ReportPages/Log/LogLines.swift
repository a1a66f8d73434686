import JSONText

/// A log's text, cut into lines and read.
///
/// A line that ends the text without a line end is torn where it is no whole object: a process was killed while it wrote.
struct LogLines {
    /// Why a line holds no record.
    enum Damage: Error {
        case notJSON(JSONError)
        case notAnObject
    }

    /// A line that is not blank.
    struct Line {
        /// Counted from 1, blank ones too.
        let number: Int
        /// Where its text ends and the next line begins.
        let end: Int
        let content: Result<JSONObject, Damage>
    }

    /// The lines but for a torn last one.
    let lines: [Line]
    /// How many bytes a torn last line has; 0 where there is none.
    let tornByteCount: Int

    init(_ bytes: [UInt8]) {
        var lines: [Line] = []
        var torn = 0
        var start = 0
        var number = 0
        while start < bytes.count {
            number += 1
            let lineEnd = bytes[start...].firstIndex(of: UInt8(ascii: "\n"))
            let text = bytes[start..<(lineEnd ?? bytes.count)]
            let end = lineEnd.map { $0 + 1 } ?? bytes.count
            start = end
            guard text.contains(where: { $0 > 0x20 || $0 == 0 }) else { continue }
            let content = Self.object(in: text)
            if lineEnd == nil, case .failure = content {
                torn = text.count
            } else {
                lines.append(Line(number: number, end: end, content: content))
            }
        }
        self.lines = lines
        tornByteCount = torn
    }

    private static func object(in text: ArraySlice<UInt8>) -> Result<JSONObject, Damage> {
        do {
            guard let object = try JSONValue(parsing: Array(text)).object else { return .failure(.notAnObject) }
            return .success(object)
        } catch {
            return .failure(.notJSON(error))
        }
    }

    /// Where the lines up to and with `step` end: before the first line of a later step.
    ///
    /// Lines that name no step go with those before them. What is damaged behind the last line that is needed, as after
    /// a power cut, is dropped with the rest.
    /// - Throws: of the first damaged line that has a needed one behind it.
    func end(ofStep step: Int, file: String) throws(ReportFileError) -> Int {
        var end = 0
        var damage: ReportFileError?
        for line in lines {
            switch line.content {
            case .failure(let reason): damage = damage ?? Self.error(reason, line: line.number, file: file)
            case .success(let object):
                let lineStep = object[RunLog.stepKey]?.integer
                if let lineStep, lineStep > step { return end }
                if let damage {
                    if lineStep != nil { throw damage }
                } else {
                    end = line.end
                }
            }
        }
        return end
    }

    /// The records of all lines.
    /// - Throws: of the first damaged one.
    func records(file: String) throws(ReportFileError) -> [JSONObject] {
        var records: [JSONObject] = []
        for line in lines {
            switch line.content {
            case .success(let object): records.append(object)
            case .failure(let reason): throw Self.error(reason, line: line.number, file: file)
            }
        }
        return records
    }

    private static func error(_ damage: Damage, line: Int, file: String) -> ReportFileError {
        switch damage {
        case .notJSON(let reason): .damagedLine(file: file, line: line, reason: reason)
        case .notAnObject: .lineIsNoObject(file: file, line: line)
        }
    }
}
