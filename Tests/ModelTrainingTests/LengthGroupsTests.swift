import ModelTraining
import TensorEngine
import Testing

/// Rows of like length go through a transformer together.
struct LengthGroupsTests {
    @Test func `short rows do not pay for long ones`() {
        let lengths = [3, 40, 4, 3, 41, 3] + [Int](repeating: 4, count: 60)

        let groups = LengthGroups.of(lengths)

        #expect(groups.count == 2)
        #expect(groups.last.map { $0.map { lengths[$0] } } == [40, 41])
    }

    @Test func `like rows stay in one group, in their order`() {
        #expect(LengthGroups.of([7, 7, 7]) == [[0, 1, 2]])
        #expect(LengthGroups.of([5]) == [[0]])
        #expect(LengthGroups.of([]) == [])
    }

    @Test(arguments: [1, 2, 17, 96]) func `every row is in one group, padded no more than in one pass`(count: Int) {
        var generator = SeededGenerator(seed: 5)
        let lengths = (0..<count).map { _ in 1 + Int(generator.unit() * generator.unit() * 48) }

        let groups = LengthGroups.of(lengths)

        #expect(groups.flatMap(\.self).sorted() == Array(0..<count))
        let positions = groups.reduce(0) { $0 + $1.count * ($1.map { lengths[$0] }.max() ?? 0) }
        #expect(positions <= count * (lengths.max() ?? 0))
    }
}
