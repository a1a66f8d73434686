import LorgnetteKit
import ModelTraining

extension LorgnetteError {
    /// The error of a training run.
    init(_ error: TrainingError) {
        let kind: Kind =
            switch error.category {
            case .badData: .badData
            case .missingInput: .missingInput
            case .readWrite: .readWrite
            }
        self.init(kind: kind, code: "training", description: error.description)
    }
}
