import Foundation

/// The bytes behind tensors: owned memory, or a part of a mapped file.
///
/// Sendable, unchecked: a storage is written only (1) by the code that made it, before any tensor over it is handed
/// out, (2) through `Tensor.mutate`, which makes sure that nothing else refers to it, and (3) by key–value caches, which
/// own theirs alone. Mapped storage is never written.
@safe package final class TensorStorage: @unchecked Sendable {
    let base: UnsafeMutableRawPointer
    /// How many bytes there are.
    package let byteCount: Int
    /// Bytes of the block that an owned storage has.
    private let room: Int
    private let file: MappedFile?

    /// Uninitialised owned memory, aligned to a cache line.
    init(byteCount: Int) {
        self.byteCount = byteCount
        unsafe (base, room) = StorageCache.shared.take(byteCount)
        file = nil
    }

    /// Bytes of `file` from `offset`; the range must lie within the file.
    package init(_ file: MappedFile, offset: Int, byteCount: Int) {
        precondition(offset >= 0 && byteCount >= 0 && offset + byteCount <= file.byteCount, "outside of \(file.path)")
        self.byteCount = byteCount
        if let start = unsafe file.base, byteCount > 0 {
            unsafe base = start + offset
            room = 0
            self.file = file
        } else {
            unsafe (base, room) = StorageCache.shared.take(0)
            self.file = nil
        }
    }

    deinit {
        if file == nil { unsafe StorageCache.shared.give(base, size: room) }
    }

    /// Whether the bytes are those of a mapped file, which nothing may write.
    package var isMapped: Bool { file != nil }
}
