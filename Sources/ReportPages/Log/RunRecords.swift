import Foundation
import JSONText

/// What a log says, as series of numbers.
///
///     let records = try RunRecords(path: "run/log.jsonl")
///     records.series("loss")               // points (step, loss)
///     records.series("router.load")        // {"router": {"load": 0.2}}
package struct RunRecords: Sendable, Equatable {
    /// The objects of the lines, in their order.
    package let records: [JSONObject]
    /// How many bytes of a torn last line were left out; 0 where there is none.
    package let tornByteCount: Int

    /// Reads the log at `path`.
    /// - Throws: `ReportFileError`; for a damaged line that is not the torn last one too.
    package init(path: String) throws(ReportFileError) {
        try self.init(bytes: OpenFile(path, flags: O_RDONLY).contents(), file: path)
    }

    /// Reads a log's text; errors name `file`.
    /// - Throws: `ReportFileError.damagedLine`, `.lineIsNoObject`.
    package init(bytes: [UInt8], file: String) throws(ReportFileError) {
        let lines = LogLines(bytes)
        records = try lines.records(file: file)
        tornByteCount = lines.tornByteCount
    }

    /// The numbers under `key` against those under `abscissa`, in the log's order.
    ///
    /// A dot reaches into an object where no member bears the whole name. `null`, which stands for a number that was not
    /// finite, becomes `nan`. Lines that lack either number are passed over.
    package func series(_ key: String, against abscissa: String = RunLog.stepKey) -> [ChartPoint] {
        records.compactMap { record in
            guard let x = Self.value(abscissa, in: record)?.double, let value = Self.value(key, in: record) else {
                return nil
            }
            if value.isNull { return ChartPoint(x: x, y: .nan) }
            return value.double.map { ChartPoint(x: x, y: $0) }
        }
    }

    /// The steps of the lines where `key` is true.
    package func steps(where key: String) -> [Double] {
        records.compactMap { record in
            Self.value(key, in: record)?.bool == true ? record[RunLog.stepKey]?.double : nil
        }
    }

    /// The keys under which some line has a number, `step` left out, in the order in which they first occur.
    package var numericKeys: [String] {
        var seen: Set<String> = [RunLog.stepKey]
        var keys: [String] = []
        for record in records {
            Self.visit(record, prefix: "") { if seen.insert($0).inserted { keys.append($0) } }
        }
        return keys
    }

    private static func visit(_ object: JSONObject, prefix: String, _ found: (String) -> Void) {
        for (key, value) in object.members {
            if value.double != nil { found(prefix + key) }
            if let inner = value.object { visit(inner, prefix: prefix + key + ".", found) }
        }
    }

    private static func value(_ key: String, in object: JSONObject) -> JSONValue? {
        if let value = object[key] { return value }
        guard let dot = key.firstIndex(of: "."), let inner = object[String(key[..<dot])]?.object else { return nil }
        return value(String(key[key.index(after: dot)...]), in: inner)
    }
}
