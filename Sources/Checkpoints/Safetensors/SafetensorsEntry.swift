/// One tensor of a safetensors file, as its header describes it.
package struct SafetensorsEntry: Sendable, Equatable {
    /// The name in the file.
    package let name: String
    /// The type of its elements.
    package let type: StoredType
    /// The length of each axis; the last varies fastest.
    package let shape: [Int]
    /// Where its bytes stand, counted from the start of the file.
    package let bytes: Range<Int>

    /// How many elements.
    package var count: Int { shape.reduce(1, *) }
}

extension [Int] {
    /// The product of the axes that are not empty, or nil where it does not fit 63 bits.
    ///
    /// Empty axes are left out so that no part of a shape overflows in later arithmetic: `[0, 2⁴⁰, 2⁴⁰]` holds nothing,
    /// but its rows could not be counted.
    var checkedProduct: Int? {
        var product = 1
        for length in self where length != 0 {
            let (next, overflow) = product.multipliedReportingOverflow(by: length)
            if overflow { return nil }
            product = next
        }
        return product
    }
}
