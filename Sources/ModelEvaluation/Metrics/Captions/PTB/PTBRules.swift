/// The rules of the Penn Treebank lexer in their order, for English, with the options that pycocoevalcap gives.
///
/// Written from a description of the tokens of CoreNLP 3.4.1's `PTBTokenizer` and from its answers; the longest match,
/// context included, wins, and on a tie the rule that stands first.
enum PTBRules {
    /// The sets that the patterns name: `L` letters and marks, `P` letters alone, `D` digits, `A` letters and digits without marks,
    /// `S` symbols that are tokens of their own,
    /// `U` capital letters.
    static let sets: [String: CodeUnitSet] = {
        let digits = PTBCharacters.foreignDigits.union(CodeUnitSet([0x30...0x39]))
        let softHyphen = CodeUnitSet([0xAD...0xAD])
        return [
            "L": PTBCharacters.letters.subtracting(digits).union(PTBCharacters.marks).union(softHyphen),
            "P": PTBCharacters.letters.subtracting(digits),
            "D": digits,
            "A": PTBCharacters.letters.union(digits),
            "S": PTBCharacters.symbols,
            "U": PTBCharacters.capitals,
        ]
    }()

    static let apostrophe = #"(['\u0092\u2019] | &apos;)"#
    static let anyApostrophe = #"(['\u0092\u2019`\u2018\u201B\u0091] | &apos;)"#
    static let blank = #"([\s\t\u00A0\u2000-\u200A\u3000] | &nbsp;)"#
    static let blankOrLineEnd = #"[\s\t\u00A0\u2000-\u200A\u3000\n]"#
    static let accentEntity = "(&[aeiouAEIOU](acute|grave|uml);)"
    static let letter = "({L} | \(accentEntity))"
    static let number = #"({D}+ | {D}* ([.:,\u00AD\u066B\u066C] {D}+)+)"#
    static let word = #"(\#(letter) (\#(letter) | {D})* ([.!?] \#(letter) (\#(letter) | {D})*)*)"#
    static let auxiliary = "(\(apostrophe) ([msdMSD]|re|ve|ll))"
    static let negation = "(n \(anyApostrophe) t)"
    static let acronym = PTBAbbreviations.acronym
    private static let prefix = "([dDoOlL] \(anyApostrophe) {A})?"
    /// Thing after thing: `2x4`, `a_b`, `d'ye`.
    static let thing =
        #"(\#(prefix) {A}+ ([-_\u058A\u2010\u2011] \#(prefix) {A}+)*)"#
    static let hyphenated = #"([A-Za-z0-9][A-Za-z0-9.,\u00AD]* (- ([A-Za-z0-9\u00AD]+ | \#(acronym)))+)"#

    /// All rules, the first ones first.
    static let all: [PTBRule] =
        contractions + markup + words + apostropheWords + addresses + numbers + abbreviations + quotes + faces
        + brackets + punctuation + compounds + symbols

    static let contractions: [PTBRule] = [
        PTBRule(#"c\+\+ | [cf]# | [CF]#"#),
        PTBRule("cannot | 'twas", .pushBack(3)),
        PTBRule("'tis | gonna | gotta | lemme | gimme | wanna", .pushBack(2)),
    ]

    /// `<name attribute="value">`, `</name>`, `<!…>`, `<?…>`.
    static let element =
        #"(<[A-Za-z][A-Za-z0-9_:.\-]* (\#(attribute))* \s* \/? \s* > | <\/[A-Za-z][A-Za-z0-9_:.\-]* \s* > | <[!?][A-Za-z\-][^>\n]*>)"#
    private static let attribute = #"\s+ [A-Za-z][A-Za-z0-9_:.\-]* (\s* = \s* ('[^']*' | "[^"]*"))?"#

    static let markup: [PTBRule] = [
        PTBRule(element, .joinedBlanks),
        PTBRule(#"&mdash; | &ndash; | [\u0096\u0097\u2013\u2014\u2015]"#, .replaced("--")),
        PTBRule("&amp;", .replaced("&")),
        PTBRule("&md;", .replaced("--")),
        PTBRule("&#[0-9]+; | &(HT|TL|UR|LR|QC|QL|QR|odq|cdq); | \(accentEntity)"),
    ]

    static let words: [PTBRule] = [
        PTBRule(word, before: auxiliary, .withoutSoftHyphens),
        PTBRule("[A-Za-z\\u00AD]* [A-MO-Za-mo-z] \\u00AD*", before: negation, .withoutSoftHyphens),
        PTBRule(word, .withoutSoftHyphens),
    ]

    static let apostropheWords: [PTBRule] = [
        PTBRule(
            #"\#(apostrophe) n \#(apostrophe)? | [lLdDjJ] \#(apostrophe) | dunkin\#(apostrophe) | somethin\#(apostrophe) | ol\#(apostrophe) | \#(apostrophe)em | \#(apostrophe)[2-9]0s | \#(apostrophe)till? | \#(apostrophe)cause | cont\#(apostrophe)d | nor\#(apostrophe)easter | c\#(apostrophe)mon | e\#(apostrophe)er | s\#(apostrophe)mores | ev\#(apostrophe)ry | li\#(apostrophe)l | nat\#(apostrophe)l"#
        ),
        PTBRule(#"[A-HJ-XZn] \#(anyApostrophe) {P}{2,}"#),
        PTBRule(#"{P}+ [aeiouyAEIOUY] \#(anyApostrophe) [aeiouA-Z] {P}*"#),
        PTBRule("y\(apostrophe)", before: "{L}"),
        PTBRule("o \(anyApostrophe) o"),
    ]

    /// What ends a web address is none of these; what stands inside is none of the first ones.
    private static let addressPart = #"[^\s\t\n\f\r"<>|.!?()\{\},\u00A0]"#
    private static let addressEnd = #"[^\s\t\n\f\r"<>|.!?()\{\},\-]"#
    private static let addressPath = #"(\/ [^\s\t\n\f\r"<>|()]+ \#(addressEnd))?"#
    private static let mailPart = #"[^\s\t\n\f\r"<>|()\{\}.\u00A0]"#

    static let addresses: [PTBRule] = [
        PTBRule(#"https?:\/\/ [^\s\t\n\f\r"<>|()\{\}]+ \#(addressEnd)"#),
        PTBRule(#"www\. (\#(addressPart)+ \.)+ [a-zA-Z]{2,4} \#(addressPath)"#),
        // From the comma to the underscore is a range here: capitals and digits are not in such an address.
        PTBRule(#"([^\s\t\n\f\r"`'<>|.!?()\{\},-_$\u00A0]+ \.)+ (com|net|org|edu) \#(addressPath)"#),
        PTBRule(
            #"(<|&lt;)? [a-zA-Z0-9][^\s\t\n\f\r"<>|()\{\}\u00A0]* @ (\#(mailPart)+ \.)* \#(mailPart)+ (>|&gt;)?"#),
        PTBRule(#"@[A-Za-z_][A-Za-z0-9_]* | # {L}+"#),
    ]

    static let fileName =
        #"""
        ({L}|{D})+ (\. ({L}|{D})+)* \. (bat|bmp|c|cgi|class|cpp|dll|docx?|exe|gif|gz|h|html?|jar|java|jpe?g|mov|mp3|pdf|php
        |pl|png|ppt|ps|py|sql|tar|txt|wav|x|xml|zip)
        """#

    static let numbers: [PTBRule] = [
        PTBRule("\(apostrophe) [0-9]{2}", before: blankOrLineEnd),
        PTBRule(auxiliary, before: "[^A-Za-z]", .straightApostrophe),
        PTBRule(negation, before: "[^A-Za-z]", .straightApostrophe),
        PTBRule(#"{D}{1,2} [\-/] {D}{1,2} [\-/] {D}{2,4}"#),
        PTBRule(#"[-+]? \#(number)"#, .withoutSoftHyphens),
        PTBRule(#"[\u207A\u207B\u208A\u208B]? ([\u2070\u00B9\u00B2\u00B3\u2074-\u2079]+ | [\u2080-\u2089]+)"#),
        PTBRule(#"({D}{1,4} [-\s\u00A0])? {D}{1,4} (\\?\/ | \u2044) {D}{1,4}"#, .joinedBlanks),
        PTBRule(#"\u00BC"#, .replaced("1/4")), PTBRule(#"\u00BD"#, .replaced("1/2")),
        PTBRule(#"\u00BE"#, .replaced("3/4")), PTBRule(#"\u2153"#, .replaced("1/3")),
        PTBRule(#"\u2154"#, .replaced("2/3")),
        PTBRule(
            #"-(LRB|RRB|LCB|RCB|LSB|RSB)- | pro- | anti- | cap'n | c'est | C\.D\.s | [S](&|&amp;)[P]-500"#,
            .unescapedAmpersand),
        PTBRule(#"[A-Za-z0-9]+ (-[A-Za-z]+){0,2} (\\?\/ [A-Za-z0-9]+ (-[A-Za-z]+){0,2}){1,2}"#),
        PTBRule(#"[A-Z]*\$ | #"#),
        PTBRule(#"\u00A2"#, .replaced("cents")), PTBRule(#"\u00A3"#, .replaced("#")),
        PTBRule(#"[\u0080\u00A4\u20A0\u20AC]"#, .replaced("$")),
    ]

    static let abbreviations: [PTBRule] = [
        PTBRule(
            #"([A-Za-z] \. | \#(acronym))"#,
            before: "\(blankOrLineEnd)+ (\(PTBAbbreviations.sentenceOpeners) | \(element)) \(blankOrLineEnd)",
            .sentenceFinalAcronym),
        PTBRule(PTBAbbreviations.beforeNumber, before: "\(blankOrLineEnd)? {D}"),
        PTBRule(
            PTBAbbreviations.sentenceFinal, before: "\(blankOrLineEnd) (\(blankOrLineEnd) | {U} | \(element))",
            .rereadLast),
        PTBRule(PTBAbbreviations.sentenceFinal, before: "[^][^]"),
        PTBRule(PTBAbbreviations.sentenceFinal, .rereadLast),
        PTBRule(#"\#(PTBAbbreviations.neverFinal) | [A-Za-z]\. | \#(acronym)"#),
        PTBRule(#"\#(word) \."#, before: #"[,;:\u3001]"#, .withoutSoftHyphens),
        PTBRule(
            #"(\({D}{2,3}\) [\s\u00A0]? | (\+\+?)? ({D}{2,4} [-\s\u00A0])? {D}{2,4} [-\s\u00A0]) {D}{3,4} [-\s\u00A0]? {D}{3,5}"#,
            .phone),
        PTBRule(fileName, before: #"[\s\t\u00A0\u2000-\u200A\u3000\n.?!,]"#),
    ]

    static let quotes: [PTBRule] = [
        PTBRule(#"" | &quot;"#, before: "[A-Za-z0-9$]", .replaced("``")),
        PTBRule(#"" | &quot;"#, .replaced("''")),
        PTBRule("< | &lt;", .replaced("<")),
        PTBRule("> | &gt;", .replaced(">")),
        PTBRule("<< | >>"),
    ]

    static let faces: [PTBRule] = [
        PTBRule(#"[<>]? [:;=] [-o*']? [()DPdpO\\\{@|\[\]]"#, before: "[^A-Za-z0-9]", .brackets),
        PTBRule(#"[\^x=~<>'\-] _ [\^x=~<>'\-]"#),
        PTBRule(#"\( [\^x=~<>'\-] [_.]? [\^x=~<>'\-] \) | \( [\^x=~<>'] - [\^x=~<>'] \)"#, .brackets),
    ]

    static let brackets: [PTBRule] = [
        PTBRule(#"\{"#, .replaced("-LCB-")), PTBRule(#"\}"#, .replaced("-RCB-")),
        PTBRule(#"\["#, .replaced("-LSB-")), PTBRule(#"\]"#, .replaced("-RSB-")),
        PTBRule(#"\("#, .replaced("-LRB-")), PTBRule(#"\)"#, .replaced("-RRB-")),
    ]

    static let punctuation: [PTBRule] = [
        PTBRule("-+", .hyphens),
        PTBRule(#"\.{3,5} | \.\s\.(\s\.){1,3} | [\u0085\u2026]"#, .replaced("...")),
        PTBRule(#"@+ | #+ | _+"#),
        PTBRule(#"\*+ | (\\\*){1,3}"#),
        PTBRule(#"[,;:\u3001]"#),
        PTBRule("[?!]+"),
        PTBRule(#"[.\u00A1\u00BF\u037E\u0589\u061F\u06D4\u0700-\u0702\u07FA\u3002]"#),
        PTBRule("="), PTBRule(#"\/"#),
    ]

    static let compounds: [PTBRule] = [
        PTBRule(hyphenated, .withoutSoftHyphens),
        PTBRule(#"\#(hyphenated) \."#, before: #"[,;:\u3001]"#, .withoutSoftHyphens),
        PTBRule(thing, .withoutSoftHyphens), PTBRule(#"\#(thing) \."#, before: #"[,;:\u3001]"#, .withoutSoftHyphens),
        PTBRule("[A-Z]+ (([+&] | &amp;) [A-Z]+)+", .unescapedAmpersand),
        PTBRule(#"[A-Z]+ (([+&] | &amp;) [A-Z]+)+ \."#, before: #"[,;:\u3001]"#, .unescapedAmpersand),
    ]

    static let symbols: [PTBRule] = [
        PTBRule("'", before: #"[A-Za-z] [^\s\t\n\u00A0]"#, .replaced("`")),
        PTBRule(
            #"\#(apostrophe) | '' | [`\u2018-\u201F\u0091-\u0094\u2039\u203A\u00AB\u00BB]{1,2}"#,
            .quoteByShape),
        PTBRule(auxiliary, .straightApostrophe),
        PTBRule("``"),
        PTBRule(#"[%&~^|\\+] | [{S}\u00A5\u2044]"#),
        PTBRule(blank, .nothing),
        PTBRule(#"\n"#, .newLine),
    ]
}
