import Foundation

/// A bigram model of bytes: what a language model has to be better than.
///
/// `p(b | a) = (count(ab) + p(b)) / (count(a) + 1)` with `p(b) = (count(b) + 1) / (bytes + 256)`: pairs that were not seen have
/// the probability of the byte alone.
package struct ByteBigram: Sendable {
    private var pairs = [Double](repeating: 0, count: 1 << 16)
    private var firsts = [Double](repeating: 0, count: 1 << 8)
    private var singles = [Double](repeating: 0, count: 1 << 8)
    private var bytes = 0.0

    /// A model that has seen nothing.
    package init() {}

    /// Learns a text.
    package mutating func add(_ text: [UInt8]) {
        for byte in text { singles[Int(byte)] += 1 }
        bytes += Double(text.count)
        for (first, second) in zip(text, text.dropFirst()) {
            pairs[Int(first) << 8 | Int(second)] += 1
            firsts[Int(first)] += 1
        }
    }

    /// How well it predicts texts, each from its beginning; nil where they have no byte.
    package func bitsPerByte(of texts: [[UInt8]]) -> Double? {
        var (bits, count) = (0.0, 0)
        for text in texts {
            var earlier: Int?
            for byte in text.map({ Int($0) }) {
                let single = (singles[byte] + 1) / (bytes + 256)
                let probability = earlier.map { (pairs[$0 << 8 | byte] + single) / (firsts[$0] + 1) } ?? single
                bits -= log2(probability)
                earlier = byte
            }
            count += text.count
        }
        return count > 0 ? bits / Double(count) : nil
    }
}
