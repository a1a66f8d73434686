import InterleavedData
import LorgnetteKit

extension LorgnetteError {
    /// The error of texts, corpora and token stores.
    init(_ error: TextDataError) {
        let (kind, code): (Kind, String) =
            switch error {
            case .fileMissing: (.missingInput, "missing")
            case .cannotRead: (.readWrite, "read")
            case .cannotWrite, .notAStore: (.readWrite, "write")
            case .cancelled: (.internalFault, "cancelled")
            default: (.badData, "text")
            }
        self.init(kind: kind, code: code, description: error.description)
    }
}
