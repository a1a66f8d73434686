import Foundation

/// WordNet's synonyms and the paraphrase table of METEOR 1.5, read from a local folder.
///
/// The folder holds `english.synsets` and `english.exceptions`, as they lie in `meteor-1.5.jar` under `synonym`, and
/// `paraphrase-en`, which is `data/paraphrase-en.gz` of pycocoevalcap uncompressed (272 MB).
package struct MeteorData: Sendable {
    let synonyms: MeteorSynonyms
    let paraphrases: MeteorParaphrases

    /// Reads the folder.
    ///
    /// - Parameters:
    ///   - folder: its path.
    ///   - comparisons: what will be scored: only paraphrases of its words are kept in memory.
    /// - Throws: `MeteorDataError` for an absent or malformed file.
    /// - Complexity: O(bytes of the files), a few seconds.
    package init(folder: String, wordsOf comparisons: [CaptionComparison]) throws(MeteorDataError) {
        let root = URL(filePath: folder)
        let texts = comparisons.flatMap { [$0.candidate] + $0.references }
        var vocabulary = Set<ExactText>()
        for text in texts { for word in MeteorNormaliser.words(text) { vocabulary.insert(ExactText(word)) } }
        synonyms = try MeteorSynonyms(
            synsets: root.appending(path: "english.synsets"), exceptions: root.appending(path: "english.exceptions"))
        paraphrases = try MeteorParaphrases(file: root.appending(path: "paraphrase-en"), vocabulary: vocabulary)
    }
}
