import Foundation
import JSONText
import Testing
import TextTokens

@Suite struct TokenizerErrorTests {
    private static let file = "t.json"
    private static let small = """
        {"version": "1.0", "added_tokens": [{"id": 3, "content": "<s>", "special": true}], "normalizer": null,
         "pre_tokenizer": {"type": "ByteLevel"}, "post_processor": null, "decoder": {"type": "ByteLevel"},
         "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]}}
        """

    private func failure(_ text: String) -> TokenizerError? {
        do throws(TokenizerError) {
            _ = try TextTokenizer(tokenizerJSON: Array(text.utf8), file: Self.file)
            return nil
        } catch { return error }
    }

    /// What comes of the small tokenizer when a part of its text is another.
    private func failure(_ part: String, _ other: String) -> TokenizerError? {
        failure(Self.small.replacingOccurrences(of: part, with: other))
    }

    @Test func `takes the tokenizer that the others are damaged copies of`() {
        #expect(failure(Self.small) == nil)
    }

    @Test func `names file and key`() {
        let file = Self.file
        #expect(failure(#""model":"#, #""modell":"#) == .missingKey(file: file, key: "model"))
        #expect(failure(#""vocab":"#, #""voc":"#) == .missingKey(file: file, key: "model.vocab"))
        #expect(failure(#", "merges": ["a b"]"#, "") == .missingKey(file: file, key: "model.merges"))
        #expect(failure(#""BPE""#, #""CPE""#) == .unknownType(file: file, key: "model", found: "CPE"))
        #expect(failure(#""1.0""#, #""2.0""#) == .wrongValue(file: file, key: "version", expected: "1.0"))
        #expect(failure(#""id": 3, "#, "") == .missingKey(file: file, key: "added_tokens[0].id"))
        #expect(
            failure(#"{"type": "ByteLevel"}, "post"#, #"{"type": "Bytes"}, "post"#)
                == .unknownType(file: file, key: "pre_tokenizer", found: "Bytes"))
        #expect(
            failure(#""decoder": {"type": "ByteLevel"}"#, #""decoder": {"type": "CTC"}"#)
                == .unsupported(file: file, key: "decoder", what: "the CTC decoder (speech)"))
        #expect(
            failure(#""normalizer": null"#, #""normalizer": {"type": "Sequence", "normalizers": [{"type": "X"}]}"#)
                == .unknownType(file: file, key: "normalizer.normalizers[0]", found: "X"))
        #expect(
            failure(#""normalizer": null"#, #""normalizer": {"type": "Precompiled", "precompiled_charsmap": "AAAA"}"#)
                == .wrongValue(
                    file: file, key: "normalizer.precompiled_charsmap",
                    expected: "a SentencePiece character map in base64"))
    }

    @Test func `refuses vocabularies that contradict themselves`() {
        let file = Self.file
        #expect(
            failure(#""a b""#, #""a c""#)
                == .mergeOutsideVocabulary(file: file, key: "model.merges", index: 0, token: "c"))
        #expect(
            failure(#""a b""#, #""b a""#)
                == .mergeOutsideVocabulary(file: file, key: "model.merges", index: 0, token: "ba"))
        #expect(failure(#""a b""#, #""a b c""#) == .malformedMerge(file: file, key: "model.merges", index: 0))
        #expect(failure(#""a b""#, #"["a"]"#) == .malformedMerge(file: file, key: "model.merges", index: 0))
        #expect(failure(#""a b""#, "7") == .malformedMerge(file: file, key: "model.merges", index: 0))
        #expect(
            failure(#""b": 1"#, #""b": 0"#)
                == .repeatedIdentifier(file: file, key: "model.vocab", identifier: 0, tokens: ["a", "b"]))
        #expect(failure(#""b": 1"#, #""a": 1"#) == .repeatedToken(file: file, key: "model.vocab", token: "a"))
        #expect(
            failure(#""b": 1"#, #""b": -1"#)
                == .identifierOutOfRange(file: file, key: "model.vocab", token: "b", identifier: -1))
        #expect(
            failure(#""b": 1"#, #""b": 4000000000"#)
                == .identifierOutOfRange(file: file, key: "model.vocab", token: "b", identifier: 4_000_000_000))
        #expect(
            failure(#"[{"id": 3"#, #"[{"id": 3, "content": "x"}, {"id": 3"#)
                == .repeatedIdentifier(file: file, key: "added_tokens", identifier: 3, tokens: ["x", "<s>"]))
        #expect(
            failure(#""type": "BPE""#, #""type": "BPE", "unk_token": "?""#)
                == .noUnknownToken(file: file, key: "model.unk_token", token: "?"))
        #expect(
            failure(#""type": "BPE""#, #""type": "WordLevel", "unk_token": "?""#)
                == .noUnknownToken(file: file, key: "model.unk_token", token: "?"))
        #expect(
            failure(#""type": "BPE""#, #""type": "BPE", "dropout": 0.1"#)
                == .unsupported(file: file, key: "model.dropout", what: "merging at random"))
        #expect(
            failure(#""type": "BPE""#, #""type": "Unigram""#)
                == .wrongValue(file: file, key: "model.vocab", expected: "a list of [token, score]"))
    }

    @Test func `refuses unigram models without an unknown token`() {
        func unigram(_ fields: String) -> TokenizerError? {
            failure(#"{"model": {"type": "Unigram", \#(fields)}}"#)
        }

        #expect(unigram(#""vocab": [["a", -1]], "unk_id": 0"#) == nil)
        #expect(
            unigram(#""vocab": [["a", -1]]"#) == .noUnknownToken(file: Self.file, key: "model.unk_id", token: nil))
        #expect(
            unigram(#""vocab": [["a", -1]], "unk_id": 1"#)
                == .wrongValue(file: Self.file, key: "model.unk_id", expected: "an integer in 0...0"))
        #expect(
            unigram(#""vocab": [], "unk_id": 0"#)
                == .wrongValue(file: Self.file, key: "model.vocab", expected: "a list that is not empty"))
        #expect(unigram(#""vocab": [["a"]], "unk_id": 0"#) != nil)
    }

    @Test(arguments: [
        "(", ")", "[a", "*", "a{2,1}", "\\p{Nonsense}", "(?<=a+)b", "\\1", "[z-a]", "(?x)", "a\\", "\\x{110000}",
        String(repeating: "(", count: 5000), "a" + String(repeating: "*", count: 5000),
        "((((a{1000}){1000}){1000}){1000})",
    ])
    func `says which pattern it cannot use`(pattern: String) throws {
        let quoted = pattern.replacingOccurrences(of: "\\", with: "\\\\")
        let split = #"{"type": "Split", "pattern": {"Regex": "\#(quoted)"}, "behavior": "Isolated", "invert": false}"#

        let error = failure(#"{"type": "ByteLevel"}, "post"#, split + #", "post"#)

        guard case .badPattern(Self.file, "pre_tokenizer.pattern.Regex", pattern, _, _)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func `refuses every cut of a file`() {
        let bytes = Array(Self.small.utf8)
        for length in 0..<bytes.count - 1 {
            #expect(throws: TokenizerError.self) { try TextTokenizer(tokenizerJSON: Array(bytes[..<length])) }
        }
    }

    @Test func `survives every changed byte of a file`() {
        var bytes = Array(Self.small.utf8)
        for index in bytes.indices {
            let old = bytes[index]
            for new in [UInt8(ascii: "\""), UInt8(ascii: "{"), UInt8(ascii: "9"), 0xFF, 0x00] {
                bytes[index] = new
                if let tokenizer = try? TextTokenizer(tokenizerJSON: bytes) { _ = tokenizer.encode("ab <s> b") }
            }
            bytes[index] = old
        }
    }

    // MARK: - Folders

    private func withFolder(_ files: [String: [UInt8]], _ body: (URL) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "damaged-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, bytes) in files { try Data(bytes).write(to: folder.appending(path: name)) }
        try body(folder)
    }

    private func failure(in folder: URL) -> TokenizerError? {
        do throws(TokenizerError) {
            _ = try TextTokenizer(folder: folder)
            return nil
        } catch { return error }
    }

    @Test func `says what a folder lacks`() throws {
        #expect(
            failure(in: URL(filePath: "/nonexistent"))
                == .unreadableFile(file: "/nonexistent", reason: "no such folder"))
        try withFolder([:]) { folder in #expect(failure(in: folder) == .noTokenizer(folder: folder.path)) }
        let configuration = Array(#"{"tokenizer_class": "GPT2Tokenizer"}"#.utf8)
        try withFolder(["tokenizer_config.json": configuration]) { folder in
            let file = folder.appending(path: "vocab.json").path
            #expect(
                failure(in: folder) == .unreadableFile(file: file, reason: "no such file, nor tokenizer.json"))
        }
        try withFolder(["tokenizer_config.json": Array(#"{"tokenizer_class": "CLIPTokenizer"}"#.utf8)]) { folder in
            guard case .unsupported? = failure(in: folder) else { return #expect(Bool(false)) }
        }
        // Whose files are not here is not whose rules hold.
        let bridged = Array(#"{"model_type": "blip-2", "text_config": {"model_type": "llama"}}"#.utf8)
        try withFolder(["config.json": bridged, "vocab.txt": Array("[UNK]\na\n".utf8)]) { folder in
            #expect(failure(in: folder) == nil)
        }
        try withFolder(["vocab.txt": Array("a\nb\n".utf8)]) { folder in
            guard case .noUnknownToken(_, "unk_token", "[UNK]")? = failure(in: folder) else {
                return #expect(Bool(false))
            }
        }
        try withFolder(["tokenizer_config.json": Array("{".utf8)]) { folder in
            guard case .notJSON? = failure(in: folder) else { return #expect(Bool(false)) }
        }
        try withFolder(["tokenizer_config.json": Array(#"{"add_bos_token": 3}"#.utf8)]) { folder in
            guard case .wrongValue(_, "add_bos_token", "true or false")? = failure(in: folder) else {
                return #expect(Bool(false))
            }
        }
    }

    @Test func `survives every cut of a SentencePiece file`() throws {
        let file = Peer.repository.appending(path: "fixtures/tokens/t5-identity/spiece.model")
        let bytes = Array(try Data(contentsOf: file))
        var refused = 0
        for length in stride(from: 0, to: bytes.count, by: 7) {
            try withFolder(["spiece.model": Array(bytes[..<length])]) { folder in
                if failure(in: folder) != nil { refused += 1 }
            }
        }

        #expect(refused > bytes.count / 7 / 2)
        try withFolder(["spiece.model": [0xFF, 0xFF, 0xFF]]) { folder in
            guard case .damagedModel? = failure(in: folder) else { return #expect(Bool(false)) }
        }
    }

    @Test func `has a sentence for every case`() {
        let errors: [TokenizerError] = [
            .unreadableFile(file: "f", reason: "r"), .noTokenizer(folder: "f"), .missingKey(file: "f", key: "k"),
            .notJSON(file: "f", error: JSONError(reason: .badNumber, offset: 1)),
            .wrongValue(file: "f", key: "k", expected: "e"), .unknownType(file: "f", key: "k", found: "t"),
            .mergeOutsideVocabulary(file: "f", key: "k", index: 1, token: "t"),
            .malformedMerge(file: "f", key: "k", index: 1),
            .repeatedIdentifier(file: "f", key: "k", identifier: 1, tokens: ["a", "b"]),
            .repeatedToken(file: "f", key: "k", token: "t"),
            .identifierOutOfRange(file: "f", key: "k", token: "t", identifier: -1),
            .noUnknownToken(file: "f", key: "k", token: nil),
            .badPattern(file: "f", key: "k", pattern: "p", offset: 1, reason: "r"),
            .damagedModel(file: "f", offset: 1, reason: "r"), .unsupported(file: "f", key: "k", what: "w"),
        ]
        for error in errors { #expect(error.description.hasPrefix("f: ")) }
        #expect(TokenizerError.badTrainingOption(name: "n", reason: "r").description == "n: r")
    }
}
