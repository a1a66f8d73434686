/// The n-grams of captions beside their references, counted once for all metrics that look at them.
package struct CaptionGrams: Sendable {
    /// Each image's candidate, then its references, image after image.
    let list: NGramList
    /// Words of each sentence of `list`.
    let lengths: [Int]
    /// The sentence that each image's candidate is; its references follow.
    private let firsts: [Int]
    /// How many different n-grams there are.
    let gramCount: Int

    /// Counts the n-grams of these captions, split at any white space.
    package init(_ comparisons: [CaptionComparison]) {
        var words = WordTable()
        var table = NGramTable()
        var list = NGramList()
        var lengths: [Int] = []
        var firsts: [Int] = []
        for comparison in comparisons {
            firsts.append(lengths.count)
            for text in [comparison.candidate] + comparison.references {
                let numbers = words.numbers(of: text, splitAt: .whiteSpace)
                lengths.append(numbers.count)
                table.count(numbers, into: &list)
            }
        }
        firsts.append(lengths.count)
        self.list = list
        self.lengths = lengths
        self.firsts = firsts
        gramCount = table.count
    }

    /// How many images there are.
    var images: Range<Int> { 0..<firsts.count - 1 }

    /// The sentence that is the image's candidate.
    func candidate(of image: Int) -> Int { firsts[image] }

    /// The sentences that are the image's references.
    func references(of image: Int) -> Range<Int> { firsts[image] + 1..<firsts[image + 1] }
}
