/// The abbreviations that the Penn Treebank lexer knows, as patterns: facts about CoreNLP 3.4.1, found by probing.
enum PTBAbbreviations {
    private static func anyOf(_ words: String) -> String {
        "(" + words.split(whereSeparator: \.isWhitespace).map { $0.replacing(".", with: #"\."#) }.joined(separator: "|")
            + ")"
    }

    /// A dot follows before a capital: months, days, states, companies, titles after a name.
    static let sentenceFinal =
        "("
        + anyOf(
            """
            jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed thu thurs fri
            ala ariz calif colo conn ct dak fla ga ind kan kans ky md mich minn mo mont neb nev okla penn tenn va vt
            wis wisc wyo
            jr sr bros ed.d ph.d blvd rd esq
            inc co cos corp pty ppty ptys pte ltd plc rt bancorp bhd assn univ intl sys
            tel est ext sq etc al seq bldg
            """)
        + #"|[A]z|[A]rk|[D]el|[I]ll|[L]a|[M]ass|[M]iss|[O]re|[P]a|[T]ex|[W]ash)\."#

    /// Never the end of a sentence: what stands before a name, and single letters and acronyms beside.
    static let neverFinal =
        anyOf(
            """
            mr mrs ms dr drs prof profs sen sens rep reps atty attys lt col gen messrs gov govs adm rev maj sgt cpl pvt
            capt st ste ave pres lieut hon brig cmdr comdr pfc spc supt supts det mt ft adj adv asst assoc ens insp mlle
            mme msgr sfc vs alex wm jos cie a.k.a cf treas ph invt elec natl mfg mtg dept
            """) + #"\."#

    /// One token before a digit only.
    static let beforeNumber = anyOf("ca fig figs prop no nos art pp op bldg") + #"\."#

    /// `x.y.`: letters that each have their period.
    static let acronym = #"([A-Za-z] \. [A-Za-z] (\. [A-Za-z])* \.)"#

    /// Words with a capital that tell that the acronym before them ended a sentence.
    static let sentenceOpeners =
        "("
            + """
            About According Additionally After An A As At But Earlier He Her Here However If In It Last Many
            More Mr. Ms. Now Once One Other Our She Since So Some Such That The Their Then There These They This We When
            While What Yet You
            """.split(whereSeparator: \.isWhitespace).map { word in
            "[\(word.prefix(1))]" + word.dropFirst().replacing(".", with: #"\."#)
        }.joined(separator: "|") + ")"
}
