import ModelTraining
import Testing

@Suite struct RetrievalTests {
    /// Three pictures, two texts; the first text is true of pictures 0 and 2.
    private let isTrue = [true, false, false, true, true, false]

    @Test func `ranks count wrong candidates before the best true one, ties against the model`() {
        let retrieval = Retrieval([0.9, 0.1, 0.8, 0.2, 0.5, 0.5], pictures: 3, isTrue: isTrue)

        // Pictures: 0 right, 1 wrong, 2 tied. Texts: the first finds picture 0, the second a tied wrong one first.
        #expect(retrieval.texts(within: 1) == 1 / 3.0 && retrieval.texts(within: 2) == 1)
        #expect(retrieval.pictures(within: 1) == 0.5 && retrieval.pictures(within: 2) == 1)
        #expect(retrieval.firstHits == (1 / 3.0 + 0.5) / 2 && retrieval.chance == 0.5)
    }

    @Test func `nothing is before what is most similar`() {
        let retrieval = Retrieval([1, 0, 0, 1, 1, 0], pictures: 3, isTrue: isTrue)
        #expect(retrieval.texts(within: 1) == 1 && retrieval.pictures(within: 1) == 1)
    }
}
