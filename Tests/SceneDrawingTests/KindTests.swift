import Imaging
import SceneDrawing
import Testing

@Suite struct KindTests {
    @Test(arguments: Kind.allCases) func `every kind stays in its box and covers some of it`(kind: Kind) {
        let outline = Outline(union: kind.layers.map(\.outline))
        let mask = CoverageMask(outline.placed(Placement(center: Point(50, 50), scale: 40)))
        let bounds = outline.bounds

        #expect(!kind.layers.isEmpty)
        #expect((bounds?.low.x ?? -9) >= -1.11 && (bounds?.low.y ?? -9) >= -1.11)
        #expect((bounds?.high.x ?? 9) <= 1.11 && (bounds?.high.y ?? 9) <= 1.11)
        #expect(mask.area > 0.12 * 80 * 80 && mask.area < 0.85 * 80 * 80)
    }

    @Test func `every kind looks unlike the others`() {
        let drawn = Kind.allCases.map { kind in
            var canvas = Canvas(width: 24, height: 24)
            for layer in kind.layers {
                canvas.fill(
                    layer.outline.placed(Placement(center: Point(12, 12), scale: 11)),
                    layer.tone == .base ? .black : Ink(0x808080))
            }
            return canvas.bitmap().pixels
        }
        for (index, pixels) in drawn.enumerated() {
            for other in drawn.dropFirst(index + 1) {
                let difference = zip(pixels, other).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) } / 3 / 255
                #expect(difference > 20, "\(Kind.allCases[index])")
            }
        }
    }

    @Test func `every kind lacks three colours, every colour nine kinds`() {
        #expect(Kind.allCases.count == 33 && Pair.heldOut.count == 99)
        for kind in Kind.allCases { #expect(Pair.heldOut.count { $0.kind == kind } == 3) }
        for color in ColorName.allCases { #expect(Pair.heldOut.count { $0.color == color } == 9) }
    }

    @Test func `colours are well apart`() {
        for color in ColorName.allCases {
            for other in ColorName.allCases where other != color {
                #expect(color.ink.difference(from: other.ink) > 0.4, "\(color) and \(other)")
            }
        }
    }

    @Test func `letters, digits and words can all be written, nothing else`() {
        for character in "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789" { #expect(StrokeFont.glyph(character) != nil) }
        for word in ShortWords.all { #expect(StrokeFont.outline(of: word, weight: 0.2) != nil) }
        #expect(StrokeFont.outline(of: "é", weight: 0.2) == nil)
        #expect(StrokeFont.outline(of: "", weight: 0.2) == nil)
    }

    @Test func `no word is the name of a colour or a kind`() {
        let names = Set(Kind.allCases.map(\.name) + ColorName.allCases.map(\.rawValue))

        #expect(ShortWords.all.allSatisfy { !names.contains($0.lowercased()) })
        #expect(Set(ShortWords.all).count == ShortWords.all.count)
    }
}
