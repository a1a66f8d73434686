import Checkpoints
import Foundation
import Synchronization
import TensorEngine

/// Features that a frozen vision encoder made, in a memory-mapped file: computed once a picture and view, found again in later
/// epochs and later runs.
///
///     let store = try FeatureStore(folder: "run/features", source: encoderAndPreprocessing)
///     if let found = store.features(for: key) { … } else { try store.store(encoder(pixels), for: key) }
///
/// A file serves one source (encoder weights, pre-processing, arithmetic): another source has a file of its own beside it. Every
/// record carries a checksum that is looked at before the record is used for the first time; what is damaged, cut short or
/// half-written counts as absent, and its place is written anew. One process at a time adds; others read what they found.
package final class FeatureStore: Sendable {
    /// The file.
    package var path: String { file.path }
    private let file: FeatureFile
    private let source: ContentHash
    private let state: Mutex<State>

    private struct State {
        /// nil before the first features are known.
        var layout: FeatureLayout?
        var slots: [FeatureKey: Int] = [:]
        /// Slots whose checksums were seen to be right.
        var verified: Set<Int> = []
        /// Slots whose records are of no use.
        var free: [Int] = []
        /// Slots of the file.
        var count = 0
        var map: MappedFile?
        var counts = Counts()
    }

    /// What was asked of a store so far.
    package struct Counts: Sendable, Equatable {
        /// Features that were there.
        package var found = 0
        /// Features that were added.
        package var stored = 0
        /// Records that were not what their checksums say, and files that began with none.
        package var damaged = 0
    }

    /// The store in the folder at `folder`, which is made where it is not there.
    ///
    /// - Parameter source: a hash of everything that decides features beside picture and view.
    package init(folder: String, source: ContentHash) throws(FeatureStoreError) {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch { throw .cannotMakeFolder(path: folder, reason: error.localizedDescription) }
        file = try FeatureFile(path: folder + "/features-\(source.description.prefix(16)).bin")
        self.source = source
        var state = State()
        try Self.read(file, source, into: &state)
        self.state = Mutex(state)
    }

    /// Finds the records of a file; what cannot be one is cut off.
    private static func read(_ file: FeatureFile, _ source: ContentHash, into state: inout State)
        throws(FeatureStoreError)
    {
        guard file.byteCount > 0 else { return }
        guard let map = try? MappedFile(path: file.path), map.byteCount >= FeatureLayout.headerLength,
            let layout = FeatureLayout(header: map.bytes(in: 0..<FeatureLayout.headerLength), source: source)
        else {
            state.counts.damaged += 1
            if file.isWritable { try file.truncate(to: 0) }
            return
        }
        state.layout = layout
        state.map = map
        state.count = layout.records(inFileOf: map.byteCount)
        for slot in 0..<state.count {
            let start = layout.offset(of: slot)
            guard let key = ContentHash(bytes: map.bytes(in: start..<start + 32)) else { continue }
            // Of two records of one key the later one was written since the earlier one was found damaged.
            if let earlier = state.slots.updateValue(slot, forKey: FeatureKey(key)) { state.free.append(earlier) }
        }
        if map.byteCount > layout.offset(of: state.count) {
            state.counts.damaged += 1
            state.map = nil
            if file.isWritable { try file.truncate(to: layout.offset(of: state.count)) }
        }
    }

    /// What was asked so far.
    package var counts: Counts { state.withLock { $0.counts } }

    /// How many features there are.
    package var count: Int { state.withLock { $0.slots.count } }

    /// Whether features that are given are kept: no other process is adding to the file, and it may be written.
    package var isWritable: Bool { file.isWritable }

    /// The features of a key, `[1, tokens, width]`, their elements in the mapped file; nil where there are none that are whole.
    package func features(for key: FeatureKey) -> Tensor? {
        guard let place = place(of: key) else { return nil }
        if !place.isVerified {
            guard isWhole(place, key) else {
                state.withLock { state in
                    guard state.slots[key] == place.slot else { return }
                    state.slots[key] = nil
                    state.free.append(place.slot)
                    state.counts.damaged += 1
                }
                return nil
            }
            _ = state.withLock { $0.verified.insert(place.slot) }
        }
        state.withLock { $0.counts.found += 1 }
        let start = place.layout.offset(of: place.slot) + FeatureLayout.recordHead
        return Tensor(
            shape: [1, place.layout.tokens, place.layout.width], dtype: .f32, file: place.map, byteOffset: start)
    }

    private struct Place {
        let layout: FeatureLayout
        let slot: Int
        let map: MappedFile
        let isVerified: Bool
    }

    private func place(of key: FeatureKey) -> Place? {
        state.withLock { state in
            guard let layout = state.layout, let slot = state.slots[key] else { return nil }
            let end = layout.offset(of: slot + 1)
            if state.map.map({ $0.byteCount < end }) ?? true { state.map = try? MappedFile(path: file.path) }
            guard let map = state.map, map.byteCount >= end else { return nil }
            return Place(layout: layout, slot: slot, map: map, isVerified: state.verified.contains(slot))
        }
    }

    private func isWhole(_ place: Place, _ key: FeatureKey) -> Bool {
        let start = place.layout.offset(of: place.slot)
        let head = place.map.bytes(in: start..<start + FeatureLayout.recordHead)
        let first = start + FeatureLayout.recordHead
        let elements = place.map.bytes(in: first..<first + place.layout.payload)
        return Array(head[..<32]) == key.hash.bytes && Array(head[32...]) == FeatureLayout.checksum(key, elements)
    }

    /// Keeps the features of a key; those of another shape than the first ones are not kept.
    ///
    /// - Parameter features: `[1, tokens, width]` float32.
    /// - Throws: `FeatureStoreError.cannotWrite`; what was kept before stays as it is.
    package func store(_ features: Tensor, for key: FeatureKey) throws(FeatureStoreError) {
        guard file.isWritable, features.dtype == .f32, features.shape.count == 3, features.shape[0] == 1 else { return }
        let layout = FeatureLayout(tokens: features.shape[1], width: features.shape[2])
        let result = state.withLock { state -> Result<Void, FeatureStoreError> in
            do throws(FeatureStoreError) {
                return .success(try add(features, key, layout, to: &state))
            } catch { return .failure(error) }
        }
        try result.get()
    }

    private func add(_ features: Tensor, _ key: FeatureKey, _ wanted: FeatureLayout?, to state: inout State)
        throws(FeatureStoreError)
    {
        guard let wanted, state.slots[key] == nil else { return }
        if state.layout == nil {
            try file.write(wanted.header(source: source), at: 0)
            state.layout = wanted
        }
        guard let layout = state.layout, layout == wanted else { return }
        let slot = state.free.last ?? state.count
        try file.write(layout.record(key, elements: features.bytes), at: layout.offset(of: slot))
        if state.free.popLast() == nil { state.count += 1 } else { state.map = nil }
        state.slots[key] = slot
        state.verified.insert(slot)
        state.counts.stored += 1
    }
}
