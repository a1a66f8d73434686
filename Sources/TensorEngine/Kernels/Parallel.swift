import CKernels
import COpenBLAS
import Foundation

/// The worker pool: every parallel loop of the package goes through here.
///
/// Process-wide state, set once: the pool's threads (in C) and OpenBLAS's thread count, which is 1, since our own loops
/// call it from several threads at once.
package enum WorkerPool {
    private static let setUp: Void = {
        openblas_set_num_threads(1)
    }()

    /// How many threads loops run on, the caller included.
    package static var threads: Int {
        _ = setUp
        return Int(ck_pool_threads())
    }

    /// Sets the number of threads; 0 means as many as the process may use. Call it while no loop runs.
    package static func setThreads(_ count: Int) {
        _ = setUp
        ck_pool_set_threads(Int32(clamping: count))
    }

    /// Runs `body(index)` for each index below `count`, on several threads where that helps. Iterations must not write
    /// the same memory; what is computed must not depend on their order.
    package static func forEach(_ count: Int, _ body: (Int) -> Void) {
        _ = setUp
        if count <= 1 {
            if count == 1 { body(0) }
            return
        }
        forEachRange(of: count, size: 1) { range in body(range.lowerBound) }
    }

    /// Runs `body` over consecutive ranges of at most `size` that cover `0..<count`. The ranges do not depend on the
    /// number of threads.
    package static func forEachRange(of count: Int, size: Int, _ body: (Range<Int>) -> Void) {
        _ = setUp
        guard count > 0 else { return }
        // The closure goes by address and is used only until ck_parallel returns.
        withoutActuallyEscaping(body) { escapable in
            let loop = RangeLoop(count: count, size: size, body: escapable)
            unsafe withUnsafePointer(to: loop) { pointer in
                unsafe ck_parallel((count + size - 1) / size, UnsafeMutableRawPointer(mutating: pointer)) {
                    unsafe $0?.assumingMemoryBound(to: RangeLoop.self).pointee.run(chunk: Int($1))
                }
            }
        }
    }

    private struct RangeLoop {
        let count: Int
        let size: Int
        let body: (Range<Int>) -> Void

        func run(chunk: Int) { body(chunk * size..<min(count, (chunk + 1) * size)) }
    }

    /// Runs `body` over ranges of rows such that each range holds about `elements` elements of rows of `width`.
    package static func forEachRange(
        ofRows rows: Int, width: Int, elements: Int = 1 << 14, _ body: (Range<Int>) -> Void
    ) {
        forEachRange(of: rows, size: max(1, elements / max(1, width)), body)
    }
}

/// The kernels of this processor, chosen once.
let kernels = KernelTable()

/// The table of C functions. Sendable, unchecked: function addresses and a constant name.
@safe struct KernelTable: @unchecked Sendable {
    let functions: ck_kernels

    init() { unsafe functions = ck_table().pointee }
}
