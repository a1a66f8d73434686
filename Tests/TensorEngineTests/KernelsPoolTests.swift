import CKernels
import Foundation
import Synchronization
import Testing

/// What a loop body counts in: visits per index.
private final class Visits: Sendable {
    private let counts: Mutex<[Int]>
    let count: Int

    init(_ count: Int) {
        self.count = count
        counts = Mutex([Int](repeating: 0, count: count))
    }

    var all: [Int] { counts.withLock { $0 } }

    func visit(_ index: Int) { counts.withLock { $0[index] += 1 } }

    /// A parallel loop over the indices below `count`.
    func run(_ count: Int) {
        unsafe ck_parallel(count, Unmanaged.passUnretained(self).toOpaque()) { context, index in
            guard let context = unsafe context else { return }
            unsafe Unmanaged<Visits>.fromOpaque(context).takeUnretainedValue().visit(index)
        }
    }

    /// A parallel loop of parallel loops.
    func runNested(_ count: Int) {
        unsafe ck_parallel(count, Unmanaged.passUnretained(self).toOpaque()) { context, _ in
            guard let context = unsafe context else { return }
            let visits = unsafe Unmanaged<Visits>.fromOpaque(context).takeUnretainedValue()
            visits.run(visits.count)
        }
    }
}

@Suite(.serialized) struct KernelsPoolTests {
    @Test(arguments: 1...8)
    func `visits every index exactly once`(threads: Int) {
        ck_pool_set_threads(Int32(threads))
        defer { ck_pool_set_threads(0) }
        #expect(ck_pool_threads() == Int32(threads))

        for count in [0, 1, 2, 3, 7, 64, 1000] {
            let visits = Visits(count)
            for _ in 0..<20 { visits.run(count) }
            #expect(visits.all == [Int](repeating: 20, count: count))
        }
    }

    @Test(arguments: 1...8)
    func `runs nested loops`(threads: Int) {
        ck_pool_set_threads(Int32(threads))
        defer { ck_pool_set_threads(0) }
        let visits = Visits(50)

        visits.runNested(12)

        #expect(visits.all == [Int](repeating: 12, count: 50))
    }

    @Test func `serves callers on several threads at once`() {
        ck_pool_set_threads(3)
        defer { ck_pool_set_threads(0) }
        let visits = (0..<4).map { _ in Visits(40) }

        DispatchQueue.concurrentPerform(iterations: 4) { caller in
            for _ in 0..<500 { visits[caller].run(40) }
        }

        #expect(visits.allSatisfy { $0.all == [Int](repeating: 500, count: 40) })
    }

    @Test func `wakes sleeping workers and lets them sleep again`() {
        ck_pool_set_threads(4)
        defer { ck_pool_set_threads(0) }
        let visits = Visits(16)

        for _ in 0..<30 {
            visits.run(16)
            usleep(500)
        }

        #expect(visits.all == [Int](repeating: 30, count: 16))
    }

    @Test func `counts the processors by default`() {
        ck_pool_set_threads(0)

        #expect((1...64).contains(ck_pool_threads()))
    }
}
