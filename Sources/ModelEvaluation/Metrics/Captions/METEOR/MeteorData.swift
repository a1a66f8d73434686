/// WordNet's synonyms and the paraphrase table of METEOR 1.5, read from a local folder.
package struct MeteorData: Sendable {
    let synonyms: MeteorSynonyms
    let paraphrases: MeteorParaphrases
}
