/// The suffixes of the later steps of Snowball's English stemmer.
enum PorterSuffixes {
    /// What a suffix in R1 becomes.
    struct Replacement: Sendable {
        let text: String
        /// Only after one of these letters.
        var after: String?
        /// Only where it lies in R2 as well.
        var isInRegionTwo = false

        init(_ text: String, after: String? = nil, isInRegionTwo: Bool = false) {
            self.text = text
            self.after = after
            self.isInRegionTwo = isInRegionTwo
        }
    }

    /// Step 2.
    static let second: [String: Replacement] = [
        "tional": Replacement("tion"), "enci": Replacement("ence"), "anci": Replacement("ance"),
        "abli": Replacement("able"), "entli": Replacement("ent"), "izer": Replacement("ize"),
        "ization": Replacement("ize"), "ational": Replacement("ate"), "ation": Replacement("ate"),
        "ator": Replacement("ate"), "alism": Replacement("al"), "aliti": Replacement("al"),
        "alli": Replacement("al"), "fulness": Replacement("ful"), "ousli": Replacement("ous"),
        "ousness": Replacement("ous"), "iveness": Replacement("ive"), "iviti": Replacement("ive"),
        "biliti": Replacement("ble"), "bli": Replacement("ble"), "ogi": Replacement("og", after: "l"),
        "fulli": Replacement("ful"), "lessli": Replacement("less"), "li": Replacement("", after: "cdeghkmnrt"),
    ]

    /// Step 3.
    static let third: [String: Replacement] = [
        "tional": Replacement("tion"), "ational": Replacement("ate"), "alize": Replacement("al"),
        "icate": Replacement("ic"), "iciti": Replacement("ic"), "ical": Replacement("ic"),
        "ful": Replacement(""), "ness": Replacement(""), "ative": Replacement("", isInRegionTwo: true),
    ]

    /// Step 4.
    static let fourth = [
        "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ism", "ate", "iti", "ous",
        "ive", "ize", "ion",
    ]
}
