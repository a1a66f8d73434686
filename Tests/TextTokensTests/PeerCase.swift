import Foundation
import JSONText
import TextTokens

/// What the `tokenizers` library made of texts, as `Tests/Peers/tokenizer_peer.py` writes it.
struct PeerCase {
    /// A text, its ids with and without special tokens, and what each id covers.
    struct Encoding {
        let text: String
        let ids: [Int]
        let plain: [Int]
        let spans: [[Int]]?
        let pair: (other: String, ids: [Int])?
    }

    /// Ids and their text.
    struct Decoding {
        let ids: [Int]
        let skipsSpecialTokens: Bool
        let text: String
    }

    let name: String
    let file: String?
    let folder: String?
    let encodings: [Encoding]
    let decodings: [Decoding]
    let special: [String: Int]
    let size: Int?

    /// The cases of a `cases.json`.
    static func all(_ bytes: [UInt8]) throws -> [PeerCase] {
        try (JSONValue(parsing: bytes).array ?? []).map { value in
            PeerCase(
                name: value["name"]?.string ?? "", file: value["file"]?.string, folder: value["folder"]?.string,
                encodings: (value["encodings"]?.array ?? []).map { entry in
                    Encoding(
                        text: entry["text"]?.string ?? "", ids: integers(entry["ids"]),
                        plain: integers(entry["plain"]), spans: entry["spans"]?.array?.map { integers($0) },
                        pair: entry["pair"].map { (entry["other"]?.string ?? "", integers($0)) })
                },
                decodings: (value["decodings"]?.array ?? []).map { entry in
                    Decoding(
                        ids: integers(entry["ids"]), skipsSpecialTokens: entry["skip"]?.bool ?? false,
                        text: entry["text"]?.string ?? "")
                },
                special: Dictionary(
                    uniqueKeysWithValues: (value["special"]?.object?.members ?? []).compactMap { member in
                        member.value.integer.map { (member.key, $0) }
                    }),
                size: value["size"]?.integer)
        }
    }

    private static func integers(_ value: JSONValue?) -> [Int] { value?.array?.compactMap(\.integer) ?? [] }

    /// What the tokenizer makes differently, the first few of it.
    func differences(_ tokenizer: TextTokenizer, limit: Int = 5) -> [String] {
        var found: [String] = []
        var count = 0
        func note(_ text: @autoclosure () -> String) {
            count += 1
            if found.count < limit { found.append(text()) }
        }
        for entry in encodings {
            let ids = tokenizer.encode(entry.text)
            if ids != entry.ids { note("\(name): \(debug(entry.text)) is \(entry.ids), here \(ids)") }
            let plain = tokenizer.encode(entry.text, addingSpecialTokens: false)
            if plain != entry.plain { note("\(name): plain \(debug(entry.text)) is \(entry.plain), here \(plain)") }
            if let spans = entry.spans {
                let here = tokenizer.encodeWithRanges(entry.text).map { [$0.range.lowerBound, $0.range.upperBound] }
                if here != spans { note("\(name): spans of \(debug(entry.text)) are \(spans), here \(here)") }
            }
            if let pair = entry.pair {
                let here = tokenizer.encode(entry.text, pair.other)
                if here != pair.ids { note("\(name): pair \(debug(entry.text)) is \(pair.ids), here \(here)") }
            }
        }
        for entry in decodings {
            let text = tokenizer.decode(entry.ids, skippingSpecialTokens: entry.skipsSpecialTokens)
            if !text.utf8.elementsEqual(entry.text.utf8) {
                note(
                    "\(name): \(entry.ids) (\(entry.skipsSpecialTokens)) is \(debug(entry.text)), here \(debug(text))")
            }
        }
        let roles = [
            ("bos_token", tokenizer.beginningOfSentence), ("eos_token", tokenizer.endOfSentence),
            ("pad_token", tokenizer.padding), ("unk_token", tokenizer.unknown),
        ]
        for (role, id) in roles where id != nil && special[role] != nil && special[role] != id {
            note("\(name): \(role) is \(special[role] ?? -1), here \(id ?? -1)")
        }
        if let size, size != tokenizer.vocabularySize {
            note("\(name): \(size) tokens, here \(tokenizer.vocabularySize)")
        }
        if count > 0 { found.append("\(name): \(count) differences") }
        return found
    }

    private func debug(_ text: String) -> String { text.debugDescription }
}
