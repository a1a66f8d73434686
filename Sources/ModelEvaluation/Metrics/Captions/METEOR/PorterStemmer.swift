/// The English stemmer of Snowball ("Porter2", M. F. Porter 2001): `running` → `run`, `happily` → `happili`.
///
/// Written from the published description of the algorithm. With the vowels a e i o u y, R1 is what follows the first
/// non-vowel after a vowel, R2 the same within R1; suffixes are taken off step by step where they lie in R1 or R2. Of
/// the suffixes of a step the longest that the word ends in is the one that is tried.
struct PorterStemmer: Sendable {
    private typealias Letters = [Unicode.Scalar]

    private var word: [Unicode.Scalar] = []
    private var regionOne = 0
    private var regionTwo = 0

    /// Words that are not stemmed by rule.
    private static let exceptions: [String: String] = [
        "skis": "ski", "skies": "sky", "dying": "die", "lying": "lie", "tying": "tie", "idly": "idl",
        "gently": "gentl", "ugly": "ugli", "early": "earli", "only": "onli", "singly": "singl", "sky": "sky",
        "news": "news", "howe": "howe", "atlas": "atlas", "cosmos": "cosmos", "bias": "bias", "andes": "andes",
    ]
    /// Words that are finished after the first step.
    private static let finished: Set<String> = [
        "inning", "outing", "canning", "herring", "earring", "proceed", "exceed", "succeed",
    ]

    /// The stem of a word in lower case.
    static func stem(_ word: String) -> String {
        if let exception = exceptions[word] { return exception }
        guard word.unicodeScalars.count > 2 else { return word }
        var stemmer = PorterStemmer()
        stemmer.word = Array(word.unicodeScalars)
        stemmer.prepare()
        stemmer.removePlural()
        if finished.contains(stemmer.text) { return stemmer.text }
        stemmer.removePast()
        stemmer.replaceFinalY()
        stemmer.replaceInRegionOne(PorterSuffixes.second)
        stemmer.replaceInRegionOne(PorterSuffixes.third)
        stemmer.removeInRegionTwo()
        stemmer.removeFinalLetter()
        return stemmer.text
    }

    /// Consonant y is written Y within.
    private var text: String { String(String.UnicodeScalarView(word.map { $0 == "Y" ? "y" : $0 })) }

    private static func isVowel(_ letter: Unicode.Scalar) -> Bool {
        ["a", "e", "i", "o", "u", "y"].contains(letter)
    }

    private mutating func prepare() {
        if word.first == "'" { word.removeFirst() }
        for position in word.indices where word[position] == "y" {
            if position == 0 || Self.isVowel(word[position - 1]) { word[position] = "Y" }
        }
        let beginning = ["gener", "commun", "arsen"].first { word.starts(with: $0.unicodeScalars) }
        regionOne = beginning?.unicodeScalars.count ?? regionStart(after: 0)
        regionTwo = regionStart(after: regionOne)
    }

    /// The position after the first non-vowel that follows a vowel.
    private func regionStart(after start: Int) -> Int {
        guard start < word.count, let vowel = word[start...].firstIndex(where: Self.isVowel),
            let consonant = word[vowel...].firstIndex(where: { !Self.isVowel($0) })
        else { return word.count }
        return consonant + 1
    }

    private func ends(in suffix: String) -> Bool {
        let letters = suffix.unicodeScalars
        return word.count >= letters.count && word.suffix(letters.count).elementsEqual(letters)
    }

    /// The longest of these that the word ends in.
    private func longest(of suffixes: [String]) -> String? {
        suffixes.filter(ends).max { $0.utf8.count < $1.utf8.count }
    }

    private mutating func replace(_ suffix: String, by replacement: String) {
        word.removeLast(suffix.unicodeScalars.count)
        word.append(contentsOf: replacement.unicodeScalars)
    }

    private func start(of suffix: String) -> Int { word.count - suffix.unicodeScalars.count }

    private func hasVowel(before end: Int) -> Bool { end > 0 && word[..<end].contains(where: Self.isVowel) }

    /// A vowel between two consonants, the last of which is not w, x or Y; or a vowel at the beginning before one.
    private func endsInShortSyllable(at end: Int) -> Bool {
        guard end >= 2, !Self.isVowel(word[end - 1]), Self.isVowel(word[end - 2]) else { return false }
        guard end > 2 else { return true }
        return !Self.isVowel(word[end - 3]) && !["w", "x", "Y"].contains(word[end - 1])
    }

    /// Steps 0 and 1a: genitive and plural.
    private mutating func removePlural() {
        if let genitive = longest(of: ["'", "'s", "'s'"]) { replace(genitive, by: "") }
        switch longest(of: ["sses", "ied", "ies", "us", "ss", "s"]) {
        case "sses": replace("sses", by: "ss")
        case "ied": replace("ied", by: word.count > 4 ? "i" : "ie")
        case "ies": replace("ies", by: word.count > 4 ? "i" : "ie")
        case "s" where hasVowel(before: word.count - 2): replace("s", by: "")
        default: break
        }
    }

    /// Step 1b: past and gerund.
    private mutating func removePast() {
        guard let suffix = longest(of: ["eed", "eedly", "ed", "edly", "ing", "ingly"]) else { return }
        if suffix.hasPrefix("eed") {
            if start(of: suffix) >= regionOne { replace(suffix, by: "ee") }
            return
        }
        guard hasVowel(before: start(of: suffix)) else { return }
        replace(suffix, by: "")
        if ends(in: "at") || ends(in: "bl") || ends(in: "iz") {
            word.append("e")
        } else if let last = word.last, word.count > 1, word[word.count - 2] == last,
            "bdfgmnprt".unicodeScalars.contains(last)
        {
            word.removeLast()
        } else if regionOne >= word.count, endsInShortSyllable(at: word.count) {
            word.append("e")
        }
    }

    /// Step 1c.
    private mutating func replaceFinalY() {
        guard word.count > 2, word.last == "y" || word.last == "Y", !Self.isVowel(word[word.count - 2]) else { return }
        word[word.count - 1] = "i"
    }

    /// Steps 2 and 3.
    private mutating func replaceInRegionOne(_ suffixes: [String: PorterSuffixes.Replacement]) {
        guard let suffix = longest(of: Array(suffixes.keys)), let rule = suffixes[suffix],
            start(of: suffix) >= regionOne
        else { return }
        if let before = rule.after {
            guard start(of: suffix) > 0, before.unicodeScalars.contains(word[start(of: suffix) - 1]) else { return }
        }
        if rule.isInRegionTwo, start(of: suffix) < regionTwo { return }
        replace(suffix, by: rule.text)
    }

    /// Step 4.
    private mutating func removeInRegionTwo() {
        guard let suffix = longest(of: PorterSuffixes.fourth), start(of: suffix) >= regionTwo else { return }
        if suffix == "ion" {
            guard start(of: suffix) > 0, ["s", "t"].contains(word[start(of: suffix) - 1]) else { return }
        }
        replace(suffix, by: "")
    }

    /// Step 5.
    private mutating func removeFinalLetter() {
        let last = word.count - 1
        guard last >= 0 else { return }
        if word[last] == "e", last >= regionTwo || (last >= regionOne && !endsInShortSyllable(at: last)) {
            word.removeLast()
        } else if word[last] == "l", last >= regionTwo, last > 0, word[last - 1] == "l" {
            word.removeLast()
        }
    }
}
