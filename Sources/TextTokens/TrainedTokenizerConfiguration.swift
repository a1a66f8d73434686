/// Writes the `tokenizer_config.json` that goes with a trained `tokenizer.json`, for transformers' `AutoTokenizer`.
package struct TrainedTokenizerConfiguration: Sendable, Equatable {
    /// The token that begins a text.
    package var beginning: String?
    /// The token that ends a text.
    package var end: String?
    /// The token that fills up a batch.
    package var padding: String?
    /// Further special tokens.
    package var others: [String] = []

    /// A configuration with these tokens.
    package init(beginning: String? = nil, end: String? = nil, padding: String? = nil, others: [String] = []) {
        self.beginning = beginning
        self.end = end
        self.padding = padding
        self.others = others
    }

    /// The file's bytes.
    package func bytes() -> [UInt8] {
        let quoted = { (text: String) in TrainedTokenizerFile.quoted(Array(text.utf8)) }
        var lines: [String] = []
        for (key, token) in [("bos_token", beginning), ("eos_token", end), ("pad_token", padding)] {
            if let token { lines.append(#"  "\#(key)": \#(quoted(token))"#) }
        }
        if !others.isEmpty {
            lines.append(#"  "additional_special_tokens": [\#(others.map(quoted).joined(separator: ", "))]"#)
        }
        // A length that nothing reaches: the tokenizer itself knows no limit.
        lines += [
            #"  "clean_up_tokenization_spaces": false"#, #"  "model_max_length": 1000000000000000019884624838656"#,
            #"  "tokenizer_class": "PreTrainedTokenizerFast""#,
        ]
        return Array("{\n\(lines.joined(separator: ",\n"))\n}\n".utf8)
    }
}
