import Imaging
import JSONText
import SceneDrawing
import Testing

@Suite struct GlyphTests {
    @Test func `letters differ, and pictures of one letter differ`() {
        let alphabet = GlyphAlphabet(seed: 3, count: GlyphAlphabet.names.count)
        #expect(Set(alphabet.letters.map { "\($0.strokes)" }).count == alphabet.letters.count)
        let pictures = (0..<5).map { GlyphPicture(alphabet.letters[0], number: $0, seed: 3).bitmap(side: 48).pixels }
        #expect(Set(pictures).count == 5)
    }

    @Test func `the same seed draws the same, another seed another alphabet`() {
        func pixels(_ seed: UInt64, count: Int) -> [UInt8] {
            GlyphPicture(GlyphAlphabet(seed: seed, count: count).letters[1], number: 2, seed: seed).bitmap(side: 40)
                .pixels
        }
        #expect(pixels(1, count: 2) == pixels(1, count: 30))
        #expect(pixels(1, count: 2) != pixels(2, count: 2))
    }

    @Test func `a row names its letter`() {
        let letter = GlyphAlphabet(seed: 0, count: 1).letters[0]
        let row = GlyphPicture(letter, number: 0, seed: 0).row(image: "a.png", split: "dev")
        #expect(row["caption"]?.string == "apple" && row["split"]?.string == "dev" && row["label"]?.string == "apple")
    }
}
