import ReportPages
import Testing

@Suite struct NumberTextTests {
    @Test(arguments: [
        (1234.5, 2, "1,234.50"), (0, 0, "0"), (-0.001, 2, "0.00"), (-0.006, 2, "−0.01"), (0.05, 1, "0.1"),
        (999_999.95, 1, "1,000,000.0"), (-1e6, 0, "−1,000,000"), (1e15, 1, "1e15"), (.nan, 2, "–"),
        (.infinity, 2, "–"), (2, -3, "2"),
    ])
    func `so many digits after the point`(value: Double, digits: Int, text: String) {
        #expect(NumberText.fixed(value, digits: digits) == text)
    }

    @Test(arguments: [
        (1_500_000.0, 1, "1.5e6"), (-2e-5, 0, "−2e-5"), (9.96e3, 1, "1e4"), (0, 2, "0"), (1e-300, 0, "1e-300"),
        (1e22, 2, "1e22"), (.nan, 1, "–"),
    ])
    func `in scientific notation`(value: Double, digits: Int, text: String) {
        #expect(NumberText.scientific(value, digits: digits) == text)
    }

    @Test(arguments: [
        (0.0123, "0.01230", "0.0123"), (45.2, "45.20", "45.2"), (12_300, "12,300", "12,300"),
        (1.23e-7, "1.23e-7", "1.23e-7"),
        (0.001, "0.001000", "0.001"), (1e-4, "1e-4", "1e-4"), (0, "0", "0"), (-2.5, "−2.500", "−2.5"),
        (100, "100", "100"),
        (12_345_678, "1.235e7", "1.235e7"), (.nan, "–", "–"),
    ])
    func `four significant digits, and without zeros at the end`(value: Double, text: String, short: String) {
        #expect(NumberText.significant(value) == text)
        #expect(NumberText.short(value) == short)
    }

    @Test(arguments: [
        (1.0, "1"), (1.5, "1.5"), (1.25, "1.25"), (1.05, "1.05"), (-0.004, "0"), (-12.3456, "-12.35"), (.nan, "0"),
        (.infinity, "0"), (2.999, "3"),
    ])
    func `coordinates are short and plain`(value: Double, text: String) {
        #expect(NumberText.coordinate(value) == text)
    }

    @Test func `what XML cannot hold is replaced, what it reads as its own is escaped`() {
        #expect(
            MarkupText.escaped("<a href=\"x\">'&'\u{0}\u{1B}\u{FFFE}\t\né💡")
                == "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;\u{FFFD}\u{FFFD}\u{FFFD}\t\né💡")
    }
}
