import NeuralLayers
import VisionLanguage

extension FinetuneRecipe {
    /// What is to be new in the bridge that the run starts from; nil where nothing is.
    var newBridge: NewBridge? {
        let kind = BridgeKind(rawValue: bridgeKind.rawValue)
        guard kind != nil || adapters.isOn else { return nil }
        return NewBridge(kind: kind, sizes: bridgeSizes, adapters: adapters, seed: UInt64(bitPattern: Int64(seed)))
    }
}
