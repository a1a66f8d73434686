import Crypto
import Foundation
import JSONText
import TensorEngine

/// `index.json` of a token store: which shards there are, and what they were made of.
struct TokenStoreIndex: Equatable {
    /// Raised whenever the same sources would give other bytes.
    static let version = 1
    static let fileName = "index.json"

    /// A pair of files, `NAME.tokens` and `NAME.documents`.
    struct Shard: Equatable {
        var name: String
        var tokens: Int
        var documents: Int
        var bytes: Int
        var tokensHash: String
        var documentsHash: String
    }

    /// What the store is known by, line by line.
    var fingerprint: [String]
    /// Ids are below this.
    var vocabulary: Int
    /// Bytes of an id in the files: 2 or 4.
    var width: Int
    /// The unit that was split.
    var splitUnit: TextCorpus.SplitUnit
    var training: [Shard] = []
    var heldOut: [Shard] = []
    /// One a source.
    var statistics: [CorpusStatistics] = []

    /// The SHA-256 of the fingerprint.
    var key: String { Self.hash(Array(fingerprint.joined(separator: "\n").utf8)) }

    static func hash(_ bytes: [UInt8]) -> String { Self.text(SHA256.hash(data: bytes)) }

    static func text(_ digest: SHA256.Digest) -> String {
        digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// The file's text.
    var text: String {
        let shards = { (shards: [Shard]) in
            JSONValue.array(
                shards.map {
                    .object([
                        ("name", .string($0.name)), ("tokens", .integer($0.tokens)),
                        ("documents", .integer($0.documents)), ("bytes", .integer($0.bytes)),
                        ("tokens_sha256", .string($0.tokensHash)), ("documents_sha256", .string($0.documentsHash)),
                    ])
                })
        }
        return JSONValue.object([
            ("format", .string("lorgnette tokens")), ("version", .integer(Self.version)), ("key", .string(key)),
            ("fingerprint", .array(fingerprint.map { .string($0) })), ("vocabulary", .integer(vocabulary)),
            ("bytes_per_token", .integer(width)), ("split_unit", .string(splitUnit.rawValue)),
            ("training", shards(training)), ("held_out", shards(heldOut)),
            ("sources", .array(statistics.map(\.json))),
        ]).text + "\n"
    }
}

extension TokenStoreIndex {
    /// The index of the store in `folder`.
    init(folder: String) throws(TextDataError) {
        let file = folder + "/" + Self.fileName
        let map = try MappedFile.opened(file)
        let json: JSONValue
        do throws(JSONError) { json = try JSONValue(parsing: map.bytes(in: 0..<map.byteCount)) } catch {
            throw .damagedStore(file: file, reason: error.description)
        }
        guard json["format"]?.string == "lorgnette tokens" else {
            throw .damagedStore(file: file, reason: "not the index of a token store")
        }
        guard json["version"]?.integer == Self.version else {
            throw .damagedStore(file: file, reason: "another version than \(Self.version)")
        }
        guard let lines = json["fingerprint"]?.array?.compactMap(\.string),
            let vocabulary = json["vocabulary"]?.integer, vocabulary > 0,
            let width = json["bytes_per_token"]?.integer, width == 2 || width == 4,
            let unit = json["split_unit"]?.string.flatMap(TextCorpus.SplitUnit.init(rawValue:)),
            let training = Self.shards(json["training"]), let heldOut = Self.shards(json["held_out"]),
            let sources = json["sources"]?.array
        else { throw .damagedStore(file: file, reason: "a key is missing or of a wrong type") }
        fingerprint = lines
        self.vocabulary = vocabulary
        self.width = width
        splitUnit = unit
        self.training = training
        self.heldOut = heldOut
        statistics = sources.compactMap(CorpusStatistics.init)
        guard json["key"]?.string == key else { throw .damagedStore(file: file, reason: "the key is another") }
    }

    private static func shards(_ json: JSONValue?) -> [Shard]? {
        guard let entries = json?.array else { return nil }
        let shards = entries.compactMap { entry -> Shard? in
            // A name is a file of the folder, nothing else.
            guard let name = entry["name"]?.string, !name.contains("/"), let tokens = entry["tokens"]?.integer,
                let documents = entry["documents"]?.integer, let bytes = entry["bytes"]?.integer,
                let first = entry["tokens_sha256"]?.string, let second = entry["documents_sha256"]?.string,
                (0...1 << 48).contains(tokens), (0...1 << 40).contains(documents), bytes >= 0
            else { return nil }
            return Shard(
                name: name, tokens: tokens, documents: documents, bytes: bytes, tokensHash: first,
                documentsHash: second)
        }
        return shards.count == entries.count ? shards : nil
    }
}
