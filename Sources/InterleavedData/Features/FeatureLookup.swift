import TensorEngine

/// Looks the features of pictures up in a store, by the pictures' bytes.
package struct FeatureLookup: Sendable {
    /// Where features are kept.
    package let store: FeatureStore
    private let keys = FeatureKeys()

    /// A lookup in that store.
    package init(_ store: FeatureStore) { self.store = store }

    /// The features of a view of a picture, where they are, with the key to keep them by; nil for a view that never comes again.
    ///
    /// - Throws: where the picture's bytes cannot be read.
    package func features(
        of picture: PictureLocation, view: PictureView = .plain, augmentation: Augmentation = .init(),
        workingSize: Int = 0
    ) throws(PictureError) -> KeyedFeatures? {
        let key = try keys.key(of: picture, view: view, augmentation: augmentation, workingSize: workingSize)
        return key.map { KeyedFeatures(key: $0, tensor: store.features(for: $0)) }
    }
}
