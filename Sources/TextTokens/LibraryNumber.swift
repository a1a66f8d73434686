/// Reads numbers as the library's JSON reader (serde_json) does: the digits as an integer, divided by a power of ten.
///
/// That is at times one unit in the last place off the nearest double, and where two divisions of a word have scores
/// that differ only by the order of their sums, the choice hangs on it.
enum LibraryNumber {
    /// The number that those characters write, if they do; `nil` where it is too large.
    static func double(_ text: ArraySlice<UInt8>) -> Double? {
        var digits: UInt64 = 0
        var exponent = 0
        var isFraction = false
        var isFull = false
        var position = text.startIndex
        let isNegative = text.first == UInt8(ascii: "-")
        if isNegative { position += 1 }
        while position < text.endIndex, text[position] != UInt8(ascii: "e"), text[position] != UInt8(ascii: "E") {
            let byte = text[position]
            position += 1
            guard byte != UInt8(ascii: ".") else {
                isFraction = true
                continue
            }
            let (product, overflow) = digits.multipliedReportingOverflow(by: 10)
            let (sum, carry) = product.addingReportingOverflow(UInt64(byte &- 0x30))
            isFull = isFull || overflow || carry
            if isFull {
                // Further digits of the fraction are left out; those before the point only raise the exponent.
                if !isFraction { exponent += 1 }
                continue
            }
            digits = sum
            if isFraction { exponent -= 1 }
        }
        if position < text.endIndex {
            guard let written = Int(String(decoding: text[(position + 1)...], as: UTF8.self)) else { return nil }
            exponent += max(-100_000, min(100_000, written))
        }
        return scaled(Double(digits), exponent).map { isNegative ? -$0 : $0 }
    }

    private static let powers: [Double] = (0...308).map { Double("1e\($0)") ?? .infinity }

    private static func scaled(_ digits: Double, _ exponent: Int) -> Double? {
        var (value, exponent) = (digits, exponent)
        while abs(exponent) > 308 {
            if value == 0 { return 0 }
            guard exponent < 0 else { return nil }
            value /= 1e308
            exponent += 308
        }
        let result = exponent >= 0 ? value * powers[exponent] : value / powers[-exponent]
        return result.isInfinite ? nil : result
    }
}
