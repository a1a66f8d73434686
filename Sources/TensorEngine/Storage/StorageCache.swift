import Foundation
import Synchronization

/// Keeps freed blocks of memory for the next tensor of about the same size.
///
/// A training step makes and drops the same few hundred tensors again and again; giving each back to the system costs page
/// faults: a third of a step whose activations take a gigabyte. So what is kept and what is in use may together be as much as was
/// ever in use at a time, and `spare` bytes more: the process never grows by keeping, but for these.
final class StorageCache: Sendable {
    static let shared = StorageCache()
    /// Blocks smaller than this are left to malloc; larger than `largest` go straight back to the system.
    private static let smallest = 1 << 14
    private static let largest = 1 << 28
    private static let spare = 1 << 27

    private struct State {
        var free: [Int: [UInt]] = [:]
        /// Bytes kept.
        var kept = 0
        /// Bytes in use of sizes that are kept, and the most of them so far.
        var used = 0
        var most = 0

        /// Whether so many more bytes may be kept.
        func hasRoom(for size: Int) -> Bool { used + kept + size <= most + StorageCache.spare }
    }
    private let state = Mutex(State())

    /// A block by its address, and its size.
    private struct Block {
        let address: UInt
        let size: Int
    }

    /// Sizes are rounded up to eight steps per power of two, so that blocks fit again.
    private static func rounded(_ byteCount: Int) -> Int {
        let minimum = max(byteCount, 64)
        let step = max(64, 1 << max(0, Int.bitWidth - minimum.leadingZeroBitCount - 4))
        return (minimum + step - 1) / step * step
    }

    /// Uninitialised memory for at least `byteCount` bytes, and how many it has room for, which `give` wants to know.
    func take(_ byteCount: Int) -> (UnsafeMutableRawPointer, size: Int) {
        let size = Self.rounded(byteCount)
        if size >= Self.smallest, size <= Self.largest {
            let (found, dropped) = state.withLock { Self.take(size, from: &$0) }
            for block in dropped {
                if let pointer = unsafe UnsafeMutableRawPointer(bitPattern: block.address) {
                    unsafe Self.free(pointer, block.size)
                }
            }
            if let found, let pointer = unsafe UnsafeMutableRawPointer(bitPattern: found.address) {
                return unsafe (pointer, found.size)
            }
        }
        if size >= PageMemory.smallest { return unsafe (PageMemory.take(size), size) }
        return (UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64), size)
    }

    /// A kept block of that size or the next (rows of a batch are longer and shorter from step to step); where there is none,
    /// blocks of other sizes that must go to make room for a new one.
    private static func take(_ size: Int, from state: inout State) -> (found: Block?, dropped: [Block]) {
        for fitting in [size, rounded(size + 1)] where fitting <= largest {
            guard let address = state.free[fitting]?.popLast() else { continue }
            state.kept -= fitting
            state.used += fitting
            state.most = max(state.most, state.used)
            return (Block(address: address, size: fitting), [])
        }
        state.used += size
        state.most = max(state.most, state.used)
        var dropped: [Block] = []
        while !state.hasRoom(for: 0), let largest = state.free.keys.max() {
            if let address = state.free[largest]?.popLast() {
                state.kept -= largest
                dropped.append(Block(address: address, size: largest))
            } else {
                state.free[largest] = nil
            }
        }
        return (nil, dropped)
    }

    /// Takes back what `take` gave, `size` as it said.
    func give(_ pointer: UnsafeMutableRawPointer, size: Int) {
        if size >= Self.smallest, size <= Self.largest {
            let address = UInt(bitPattern: pointer)
            let isKept = state.withLock { state in
                state.used -= size
                guard state.hasRoom(for: size) else { return false }
                state.free[size, default: []].append(address)
                state.kept += size
                return true
            }
            if isKept { return }
        }
        unsafe Self.free(pointer, size)
    }

    private static func free(_ pointer: UnsafeMutableRawPointer, _ size: Int) {
        if size >= PageMemory.smallest { unsafe PageMemory.give(pointer, size) } else { unsafe pointer.deallocate() }
    }
}
