import Foundation
import Synchronization

/// Threads of its own for decoding beside compute. Jobs are taken in the order in which they were given.
final class DecodingPool: Sendable {
    private let queue: Queue

    /// What the threads share; it outlives the pool until the last of them has ended.
    private final class Queue: Sendable {
        let jobs = Mutex<(waiting: [@Sendable () -> Void], isClosed: Bool)>(([], false))
        let available = DispatchSemaphore(value: 0)

        /// The next job; nil where the pool is closed.
        func next() -> (@Sendable () -> Void)? {
            available.wait()
            return jobs.withLock { $0.isClosed || $0.waiting.isEmpty ? nil : $0.waiting.removeFirst() }
        }
    }

    private let threads: Int

    /// A pool of that many threads.
    init(threads: Int) {
        let queue = Queue()
        self.queue = queue
        self.threads = threads
        for index in 0..<threads {
            let thread = Thread { while let job = queue.next() { job() } }
            thread.name = "lorgnette decoding \(index)"
            thread.start()
        }
    }

    deinit { close() }

    /// Adds a job; after `close` it is dropped.
    func add(_ job: @escaping @Sendable () -> Void) {
        let isClosed = queue.jobs.withLock { jobs in
            if !jobs.isClosed { jobs.waiting.append(job) }
            return jobs.isClosed
        }
        if !isClosed { queue.available.signal() }
    }

    /// Ends the threads as soon as their jobs in hand are done; what waits is dropped.
    func close() {
        let wasClosed = queue.jobs.withLock { jobs in
            defer { jobs = ([], true) }
            return jobs.isClosed
        }
        if !wasClosed { for _ in 0..<threads { queue.available.signal() } }
    }
}
