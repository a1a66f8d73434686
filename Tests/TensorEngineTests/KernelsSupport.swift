import CKernels
import Foundation
import Synchronization
import Testing

/// A kernel table this processor can run, as a test argument.
struct KernelTable: Sendable, CustomTestStringConvertible {
    let name: String
    private let index: Int

    /// All usable tables, the reference last.
    static let all: [KernelTable] = {
        var pointers = unsafe [UnsafePointer<ck_kernels>?](repeating: nil, count: 8)
        let count = unsafe ck_available_tables(&pointers, 8)
        return (0..<count).compactMap { index in
            guard let name = unsafe pointers[index]?.pointee.name else { return nil }
            return unsafe KernelTable(name: String(cString: name), index: index)
        }
    }()

    var kernels: ck_kernels {
        var pointers = unsafe [UnsafePointer<ck_kernels>?](repeating: nil, count: 8)
        _ = unsafe ck_available_tables(&pointers, 8)
        return unsafe (pointers[index] ?? ck_reference_table()).pointee
    }

    var testDescription: String { name }

    static var reference: ck_kernels { unsafe ck_reference_table().pointee }
}

/// Counts that meet every tail: none, one, around 8, 16, 32 and 64 lanes, and a long one.
let kernelCounts = [0, 1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 130, 1000]

/// Memory that ends where an unreadable page begins: a kernel that touches one byte too many stops the process.
/// It stays mapped until thousands of younger ones exist, so a test may hand out `start` without keeping it alive.
@safe struct Guarded<Element> {
    let start: UnsafeMutablePointer<Element>
    let count: Int

    init(_ values: [Element]) throws {
        let page = Int(sysconf(Int32(_SC_PAGESIZE)))
        let bytes = values.count * MemoryLayout<Element>.stride
        let mapped = (bytes + page - 1) / page * page + page
        let region = unsafe mmap(nil, mapped, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANON, -1, 0)
        guard let region = unsafe region, unsafe region != MAP_FAILED else { throw CocoaError(.fileReadUnknown) }
        unsafe mprotect(region + mapped - page, page, PROT_NONE)
        unsafe start = (region + mapped - page - bytes).assumingMemoryBound(to: Element.self)
        count = values.count
        for (index, value) in values.enumerated() { unsafe start[index] = value }
        GuardedRegions.keep(UInt(bitPattern: region), mapped)
    }

    var values: [Element] { unsafe Array(UnsafeBufferPointer(start: start, count: count)) }
}

/// The regions mapped by `Guarded`, oldest first.
private enum GuardedRegions {
    private static let mapped = Mutex<[(address: UInt, bytes: Int)]>([])
    private static let capacity = 24000

    static func keep(_ address: UInt, _ bytes: Int) {
        mapped.withLock { regions in
            regions.append((address, bytes))
            guard regions.count == capacity else { return }
            for region in regions.prefix(capacity / 2) {
                unsafe munmap(UnsafeMutableRawPointer(bitPattern: region.address), region.bytes)
            }
            regions.removeFirst(capacity / 2)
        }
    }
}

/// Reproducible test data.
struct KernelRandom {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func floats(_ count: Int, in range: ClosedRange<Float> = -2...2) -> [Float] {
        (0..<count).map { _ in
            range.lowerBound + (range.upperBound - range.lowerBound) * Float(next() >> 40) * 0x1p-24
        }
    }

    mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) } }
}

/// Expects |found − expected| ≤ absolute + relative·|expected| everywhere; NaN and infinities must match.
func expectClose(
    _ found: [Float], _ expected: [Float], absolute: Float = 0, relative: Float = 0, _ note: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
) {
    guard found.count == expected.count else {
        Issue.record("\(note): \(found.count) values, expected \(expected.count)", sourceLocation: sourceLocation)
        return
    }
    for (index, (value, wanted)) in zip(found, expected).enumerated() {
        if value == wanted || (value.isNaN && wanted.isNaN) { continue }
        if abs(value - wanted) <= absolute + relative * abs(wanted) { continue }
        Issue.record(
            "\(note): element \(index) of \(found.count) is \(value), expected \(wanted)",
            sourceLocation: sourceLocation)
        return
    }
}

/// The bit patterns, for comparisons that must be exact (NaN included).
func bits(_ values: [Float]) -> [UInt32] { values.map(\.bitPattern) }
