import Checkpoints
import TensorEngine
import VisionLanguage

/// Where the parameters of a new model come from: the folders that its recipe names, else the seed.
struct PartsSource: ParameterSource {
    /// The model that parts are taken from.
    let from: CheckpointParameters?
    /// A vision encoder alone, its paths without `vision_model.`.
    let encoder: CheckpointParameters?
    let drawn: RandomParameters
    /// What a new projection to the decoder's embeddings is multiplied by.
    let projectionScale: Float
    /// What matrices of a new querying transformer are multiplied by: to the deviation 1/√width. BERT's deviation of 0.02 is made for 768 columns and
    /// weights that are trained already: at 192 columns nearly nothing of the picture passes, and the encoder learns slowly.
    let bridgeScale: Float

    /// Other names that a parameter goes by: the text side's place differs between the stages' folders.
    private static let places = [
        ("qformer.embeddings.word_embeddings.", "embeddings.word_embeddings."),
        ("qformer.embeddings.position_embeddings.", "embeddings.position_embeddings."),
        ("qformer.embeddings.layernorm.", "qformer.layernorm."),
    ]

    /// The name under which `from` has the parameter of that path; nil where it has none.
    private func stored(_ path: String) -> String? {
        guard let from else { return nil }
        var names = [path]
        for (one, other) in Self.places {
            if path.hasPrefix(one) { names.append(other + path.dropFirst(one.count)) }
            if path.hasPrefix(other) { names.append(one + path.dropFirst(other.count)) }
        }
        // A text side that the folder does not have begins as the queries' own.
        for (text, query) in [(".intermediate.", ".intermediate_query."), (".output.", ".output_query.")]
        where path.contains("encoder.layer.") && !path.contains("attention.output.") && path.contains(text) {
            names.append(path.replacing(text, with: query))
        }
        return names.first(where: from.contains)
    }

    func contains(_ path: String) -> Bool { true }

    func value(at path: String, shape: [Int], initialiser: Initialiser) -> Tensor? {
        if path.hasPrefix("vision_model."), let encoder {
            let name = String(path.dropFirst("vision_model.".count))
            return encoder.value(at: name, shape: shape, initialiser: initialiser)
        }
        if let from, let name = stored(path) {
            if let rows = from.shape(of: name)?.first, path.hasSuffix("word_embeddings.weight"), rows < shape[0] {
                return widened(from, name, rows: rows, shape, path, initialiser)
            }
            return from.value(at: name, shape: shape, initialiser: initialiser)
        }
        if path == "temperature" { return Tensor(repeating: FirstStageModel.startTemperature, shape) }
        let value = drawn.value(at: path, shape: shape, initialiser: initialiser)
        if path.hasPrefix("qformer.encoder."), shape.count == 2 { return value?.scaled(by: bridgeScale) }
        return path == "language_projection.weight" ? value?.scaled(by: projectionScale) : value
    }

    /// A word table with new rows after those of the folder: `[DEC]`.
    private func widened(
        _ from: CheckpointParameters, _ name: String, rows: Int, _ shape: [Int], _ path: String,
        _ initialiser: Initialiser
    ) -> Tensor? {
        let new = [shape[0] - rows] + shape.dropFirst()
        guard let own = from.value(at: name, shape: [rows] + shape.dropFirst(), initialiser: initialiser),
            let more = drawn.value(at: path, shape: new, initialiser: initialiser)
        else { return nil }
        return .concatenated([own.converted32(), more])
    }

    /// Throws everything that the folders have in another shape, or that an encoder's folder lacks.
    func check() throws(CheckpointError) {
        try from?.finish(isPart: true)
        try encoder?.finish(isPart: true)
    }
}
