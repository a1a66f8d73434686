import Foundation
import ReportPages
import Testing

@Suite struct NiceTicksTests {
    private func labels(_ low: Double, _ high: Double, _ count: Int) -> [String] {
        NiceTicks.linear(from: low, to: high, atMost: count).compactMap(\.label)
    }

    @Test(arguments: [
        (0.0, 1.0, 5, ["0", "0.2", "0.4", "0.6", "0.8", "1.0"]), (0, 1500, 3, ["0", "500", "1,000", "1,500"]),
        (1, 1500, 3, ["500", "1,000", "1,500"]), (-1, 1, 4, ["−1.0", "−0.5", "0", "0.5", "1.0"]),
        (0, 1e-4, 2, ["0", "5e-5", "1e-4"]), (0, 3e6, 3, ["0", "1e6", "2e6", "3e6"]),
        (1e6, 1.5e6, 5, ["1e6", "1.1e6", "1.2e6", "1.3e6", "1.4e6", "1.5e6"]),
        (0.1, 0.3, 2, ["0.1", "0.2", "0.3"]), (100, 100.02, 2, ["100.00", "100.01", "100.02"]),
    ])
    func `labels have the digits that tell them apart`(low: Double, high: Double, count: Int, expected: [String]) {
        #expect(labels(low, high, count) == expected)
    }

    @Test(arguments: [3, 5, 10], [1e-120, 1e-5, 0.37, 1, 12, 999, 1e7, 1e150])
    func `ticks are multiples of 1, 2 or 5, lie within, and are neither too many nor too few`(
        count: Int, span: Double
    ) {
        for low in [0, -span / 3, span * 7.77, -span * 1.5] {
            let high = low + span
            let ticks = NiceTicks.linear(from: low, to: high, atMost: count)
            let step = NiceTicks.step(span: span, atMost: count)

            #expect(ticks.count <= count + 1)
            #expect(ticks.count >= count / 3)
            #expect([1, 2, 5].contains(step.mantissa))
            #expect(ticks.allSatisfy { $0.value >= low - span * 1e-5 && $0.value <= high + span * 1e-5 })
            #expect(Set(ticks.map(\.label)).count == ticks.count, "labels differ: \(ticks)")
        }
    }

    @Test func `multiples are rounded once`() {
        let step = NiceTicks.step(span: 1, atMost: 10)

        #expect(step == NiceTicks.step(span: 1.0000000001, atMost: 10))
        #expect(step.multiple(3) == 0.3)
    }

    @Test func `whole numbers alone, where asked for`() {
        let ticks = NiceTicks.linear(from: 1, to: 3, atMost: 10, isWhole: true)

        #expect(ticks.compactMap(\.label) == ["1", "2", "3"])
    }

    @Test(arguments: [
        (1.0, 1000.0, 10, ["1", "2", "5", "10", "20", "50", "100", "200", "500", "1,000"]),
        (0.001, 10, 6, ["0.001", "0.01", "0.1", "1", "10"]),
        (1e-9, 1e9, 6, ["1e-9", "1e-6", "0.001", "1", "1,000", "1e6", "1e9"]),
        (0.9e-5, 1.1e-3, 5, ["1e-5", "1e-4", "0.001"]), (3, 7, 4, ["3", "4", "5", "6", "7"]),
    ])
    func `decades and what lies between`(low: Double, high: Double, count: Int, expected: [String]) {
        #expect(NiceTicks.logarithmic(from: low, to: high, atMost: count).compactMap(\.label) == expected)
    }

    @Test func `between decades there are eight ticks without a label`() {
        let ticks = NiceTicks.logarithmic(from: 1, to: 1e4, atMost: 5)

        #expect(ticks.filter { $0.label == nil }.count == 4 * 8)
        #expect(ticks.filter { $0.label != nil }.count == 5)
    }

    @Test func `no scale is too wide`() {
        let ticks = NiceTicks.logarithmic(from: 1e-150, to: 1e150, atMost: 6)

        #expect((4...8).contains(ticks.count))
    }
}
