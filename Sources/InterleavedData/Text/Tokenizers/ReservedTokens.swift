/// The special tokens of a tokenizer that is trained here, by name.
package enum ReservedTokens {
    /// Fills up rows.
    package static let padding = "<pad>"
    /// Begins a text.
    package static let beginning = "<s>"
    /// Ends a text.
    package static let end = "</s>"
    /// Stands where a picture's query tokens go.
    package static let image = "<image>"
    /// UL2's mode tokens, before what is to be denoised: short spans, long or many spans, the rest of the text.
    package static let modes = ["[NLU]", "[NLG]", "[S2S]"]

    /// What every trained tokenizer begins with; their ids are 0, 1, ….
    package static let leading = [padding, beginning, end, image] + modes

    /// The name of the sentinel of the `index`-th span. As in T5, its id is that far from the vocabulary's end.
    package static func sentinel(_ index: Int) -> String { "<extra_id_\(index)>" }

    /// `count` sentinels in the order of their ids: the one of span 0 is the last token of the vocabulary.
    package static func sentinels(_ count: Int) -> [String] { (0..<count).reversed().map(sentinel) }

    /// Sentinels that are reserved where nothing else is said; a row of 766 tokens cut into spans of 3 needs 128.
    package static let defaultSentinels = 128
}
