import Foundation
import JSONText

/// Files that tests read, found from this file's place.
enum ReferenceFiles {
    private static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// A file of `fixtures/metrics`.
    static func fixture(_ name: String) throws -> JSONValue {
        try JSONValue(parsing: [UInt8](Data(contentsOf: repository.appending(path: "fixtures/metrics/" + name))))
    }

    /// The bytes of a file of `../shared/data/evalfiles`; nil, with a message, where it is absent.
    static func sharedBytes(_ name: String) -> [UInt8]? {
        let url = repository.deletingLastPathComponent().appending(path: "shared/data/evalfiles/" + name)
        guard let data = try? Data(contentsOf: url) else {
            print("skipped: ../shared/data/evalfiles/\(name) is not here")
            return nil
        }
        return [UInt8](data)
    }

    /// A JSON file of `../shared/data/evalfiles`; nil where it is absent.
    static func shared(_ name: String) throws -> JSONValue? {
        try sharedBytes(name).map { bytes in try JSONValue(parsing: bytes) }
    }
}

extension JSONValue {
    /// The texts of an array of texts.
    var strings: [String] { (array ?? []).compactMap(\.string) }

    /// The numbers of an array of numbers.
    var doubles: [Double] { (array ?? []).compactMap(\.double) }
}
