/// Writes a trained tokenizer as `tokenizer.json`.
struct TrainedTokenizerFile {
    let options: BytePairTrainer.Options
    let merging: PairMerging

    /// The file's bytes.
    func bytes() -> [UInt8] {
        let pattern = options.splitPattern.map { Self.quoted(Array($0.utf8)) }
        let byteLevel =
            #"{"type": "ByteLevel", "add_prefix_space": \#(options.addsPrefixSpace), "trim_offsets": true, "#
            + #""use_regex": \#(pattern == nil)}"#
        let preTokenizer =
            pattern.map {
                #"{"type": "Sequence", "pretokenizers": [{"type": "Split", "pattern": {"Regex": \#($0)}, "#
                    + #""behavior": "Isolated", "invert": false}, \#(byteLevel)]}"#
            } ?? byteLevel
        let added = options.specialTokens.enumerated().filter { index, token in
            !options.specialTokens[..<index].contains { $0.utf8.elementsEqual(token.utf8) }
        }
        let leading = added.enumerated().map { (identifier: $0.offset, content: $0.element.element) }
        let trailing = options.trailingTokens.enumerated().map {
            (identifier: merging.tokens.count + $0.offset, content: $0.element)
        }
        let addedTokens = (leading + trailing).map { identifier, content in
            #"    {"id": \#(identifier), "content": \#(Self.quoted(Array(content.utf8))), "#
                + #""single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true}"#
        }
        let vocabulary = merging.tokens.enumerated().map { #"      \#(Self.quoted($0.element)): \#($0.offset)"# }
        let text = """
            {
              "version": "1.0",
              "truncation": null,
              "padding": null,
              "added_tokens": [
            \(addedTokens.joined(separator: ",\n"))
              ],
              "normalizer": null,
              "pre_tokenizer": \(preTokenizer),
              "post_processor": \(postProcessor()),
              "decoder": {"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": true, "use_regex": true},
              "model": {
                "type": "BPE",
                "dropout": null,
                "unk_token": null,
                "continuing_subword_prefix": null,
                "end_of_word_suffix": null,
                "fuse_unk": false,
                "byte_fallback": false,
                "ignore_merges": false,
                "vocab": {
            \(vocabulary.joined(separator: ",\n"))
                },
                "merges": [
            \(merges().joined(separator: ",\n"))
                ]
              }
            }

            """
        return Array(text.utf8)
    }

    /// The merges; of a pair that was merged twice the later one, which is what the library keeps.
    private func merges() -> [String] {
        var last: [UInt64: Int] = [:]
        let keys = merging.merges.map { UInt64($0.left) << 32 | UInt64($0.right) }
        for (index, key) in keys.enumerated() { last[key] = index }
        return merging.merges.enumerated().filter { last[keys[$0.offset]] == $0.offset }.map { _, merge in
            let (left, right) = (merging.tokens[Int(merge.left)], merging.tokens[Int(merge.right)])
            return "      [\(Self.quoted(left)), \(Self.quoted(right))]"
        }
    }

    private func postProcessor() -> String {
        guard let token = options.beginningToken else {
            return #"{"type": "ByteLevel", "add_prefix_space": true, "trim_offsets": false, "use_regex": true}"#
        }
        let quoted = Self.quoted(Array(token.utf8))
        let identifier = merging.tokens.firstIndex { $0.elementsEqual(token.utf8) } ?? 0
        let (special, text) = (#"{"SpecialToken": {"id": \#(quoted), "type_id": 0}}"#, #"{"Sequence": {"id": "#)
        return #"{"type": "TemplateProcessing", "single": [\#(special), \#(text)"A", "type_id": 0}}], "#
            + #""pair": [\#(special), \#(text)"A", "type_id": 0}}, \#(text)"B", "type_id": 0}}], "#
            + #""special_tokens": {\#(quoted): {"id": \#(quoted), "ids": [\#(identifier)], "tokens": [\#(quoted)]}}}"#
    }

    /// A JSON string.
    static func quoted(_ text: [UInt8]) -> String {
        var output: [UInt8] = [UInt8(ascii: "\"")]
        let digits = Array("0123456789abcdef".utf8)
        for byte in text {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): output += [UInt8(ascii: "\\"), byte]
            case ..<0x20: output += Array("\\u00".utf8) + [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            default: output.append(byte)
            }
        }
        output.append(UInt8(ascii: "\""))
        return String(decoding: output, as: UTF8.self)
    }
}
