/// English word lists of METEOR 1.5 (Denkowski & Lavie 2014): facts about the reference, needed for equal scores.
enum MeteorEnglish {
    /// Words that weigh 1 − δ instead of δ.
    static let functionWords: Set<String> = words(
        #"""
        the , . to of and a in that for " is on 's it with was as said at he by be from have has are his but an
        this not i will ’ they ) -rrb- ( -lrb- who their had we which were been more or s its would about new
        one after you : also up when there than $ all out her people she year two - can if last first “ over
        other ” into some what so -- no time years could ? 't — '
        """#)

    /// Words that keep a final period.
    static let abbreviations: Set<String> = words(
        """
        A B C D E F G H I J K L M N O P Q R S T U V W X Y Z Adj Adm Adv Asst Bart Bldg Brig Bros Capt Cmdr Col
        Comdr Con Corp Cpl DR Dr Drs Ens Gen Gov Hon Hr Hosp Insp Lt MM MR MRS MS Maj Messrs Mlle Mme Mr Mrs Ms
        Msgr Op Ord Pfc Ph Prof Pvt Rep Reps Res Rev Rt Sen Sens Sfc Sgt Sr St Supt Surg v vs i.e rev e.g Nos Nr
        """)

    /// Words that keep a final period before a number.
    static let abbreviationsBeforeNumbers: Set<String> = words("No Art pp")

    private static func words(_ text: String) -> Set<String> {
        Set(text.split(whereSeparator: \.isWhitespace).map(String.init))
    }
}
