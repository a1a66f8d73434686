import Checkpoints
import Foundation
import Synchronization

/// By what the features of a picture are found again: SHA-256 of the picture's bytes and of how it is varied.
package struct FeatureKey: Sendable, Hashable {
    /// 32 bytes.
    package let hash: ContentHash

    /// The key of that hash.
    package init(_ hash: ContentHash) { self.hash = hash }
}

/// Which variation of a picture a draw shows.
package enum PictureView: Sendable, Equatable {
    /// The picture as inference sees it.
    case plain
    /// One of a fixed number of variations, which comes again: all that decides it beside the augmentation.
    case numbered(seed: UInt64, stream: String)
    /// A variation that no other draw sees.
    case fresh
}

/// Makes keys of pictures, each of which is read and hashed once in a process.
package final class FeatureKeys: Sendable {
    private let hashes = Mutex<[PictureLocation: ContentHash]>([:])

    /// Keys of no picture yet.
    package init() {}

    /// The key of a view of a picture; nil for a view that never comes again.
    ///
    /// - Parameters:
    ///   - augmentation: how it is varied.
    ///   - workingSize: at which size it is held before a crop or a turn.
    /// - Throws: where the picture's bytes cannot be read.
    package func key(
        of picture: PictureLocation, view: PictureView, augmentation: Augmentation = .init(), workingSize: Int = 0
    ) throws(PictureError) -> FeatureKey? {
        guard let variation = Self.text(of: view, augmentation, workingSize) else { return nil }
        let text = "picture \(try hash(of: picture))\n" + variation
        return FeatureKey(ContentHash(ofBytes: Array(text.utf8)))
    }

    private static func text(of view: PictureView, _ augmentation: Augmentation, _ workingSize: Int) -> String? {
        switch view {
        case .fresh: return nil
        case .plain: return "plain\n"
        case .numbered(let seed, let stream):
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            guard let settings = try? encoder.encode(augmentation) else { return nil }
            let size = augmentation.changesSource ? "working size \(workingSize)\n" : ""
            return "seed \(seed)\n\(stream)\n\(size)\(String(decoding: settings, as: UTF8.self))\n"
        }
    }

    private func hash(of picture: PictureLocation) throws(PictureError) -> ContentHash {
        if let known = hashes.withLock({ $0[picture] }) { return known }
        let made = ContentHash(ofBytes: try picture.bytes())
        hashes.withLock { $0[picture] = made }
        return made
    }
}
