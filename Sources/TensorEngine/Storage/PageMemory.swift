import Foundation

/// Memory taken from the system page by page, and given back to it whole.
///
/// malloc keeps freed blocks of some megabytes in heaps that fragment: a finetuning run that needs 500 MB grew to 860 MB
/// with them. Mapped blocks go back at once.
enum PageMemory {
    /// Blocks of this many bytes or more are worth a mapping of their own.
    static let smallest = 1 << 20
    /// Pages the processor walks to in one step less; weights are streamed at memory speed, and walks cost a tenth of it.
    private static let hugePage = 1 << 21

    /// New memory, all zero.
    static func take(_ byteCount: Int) -> UnsafeMutableRawPointer {
        let size = wholePages(byteCount)
        let alignment = size >= hugePage ? hugePage : Int(getpagesize())
        let room = size + alignment
        let mapped = unsafe mmap(nil, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0)
        guard let base = unsafe mapped, unsafe base != MAP_FAILED else {
            preconditionFailure("the system has no \(byteCount) bytes of memory left")
        }
        // More was mapped than asked for, so that an aligned block lies within; the rest goes back.
        let before = (alignment - Int(bitPattern: base) % alignment) % alignment
        if before > 0 { unsafe munmap(base, before) }
        let start = unsafe base + before
        unsafe munmap(start + size, room - before - size)
        #if os(Linux)
            if size >= hugePage { _ = unsafe madvise(start, size, Int32(MADV_HUGEPAGE)) }
        #endif
        return unsafe start
    }

    /// Gives back what `take` gave.
    static func give(_ pointer: UnsafeMutableRawPointer, _ byteCount: Int) {
        unsafe munmap(pointer, wholePages(byteCount))
    }

    private static func wholePages(_ byteCount: Int) -> Int {
        let page = Int(getpagesize())
        return (byteCount + page - 1) / page * page
    }
}
