import Imaging
import JSONText
import SceneDrawing
import Testing

@Suite struct SceneTests {
    private static let scenes = (0..<3000).map { SceneSeries(seed: 11).scene(at: $0) }

    @Test func `the same seed and number give the same scene, other ones another`() {
        let again = (0..<40).map { SceneSeries(seed: 11).scene(at: $0) }
        let others = (0..<40).map { SceneSeries(seed: 12).scene(at: $0) }

        #expect(again == Array(Self.scenes.prefix(40)))
        #expect(zip(again, others).allSatisfy { $0 != $1 })
        #expect(again.map { $0.bitmap(side: 64) } == Self.scenes.prefix(40).map { $0.bitmap(side: 64) })
    }

    @Test func `every answer is the one that a reader of the row comes to`() throws {
        var wrong: [String] = []
        var asked = 0
        for scene in Self.scenes {
            let row = scene.row(image: "x.png")
            let evaluator = try #require(SceneEvaluator(row: row))
            for question in scene.questions {
                asked += 1
                let answer = evaluator.answer(question.text)
                if answer != question.answer {
                    wrong.append("\(scene.label): \(question.text) \(question.answer), not \(answer ?? "clear")")
                }
            }
        }

        #expect(asked > 10_000)
        #expect(wrong.isEmpty, "\(wrong.count): \(wrong.prefix(5))")
    }

    @Test func `every object is inside the picture and at least 60 % visible`() {
        let objects = Self.scenes.flatMap(\.objects)

        #expect(objects.allSatisfy { $0.visible >= 0.6 })
        #expect(
            objects.allSatisfy {
                $0.center.x >= $0.radius && $0.center.x <= 1 - $0.radius && $0.center.y >= $0.radius
                    && $0.center.y <= 1 - $0.radius
            })
        #expect(objects.contains { $0.visible < 0.95 })
    }

    @Test func `no object lies under the writing`() {
        for scene in Self.scenes {
            guard let inscription = scene.inscription else { continue }
            let letters = CoverageMask(inscription.outline(side: 64))
            #expect(letters.left >= 0 && letters.left + letters.width <= 65)
            #expect(letters.top >= 0 && letters.top + letters.height <= 65)
            for object in scene.objects {
                let isAbove = inscription.center.y < 0.5
                let reach = isAbove ? object.center.y - object.radius : 1 - object.center.y - object.radius
                #expect(reach * 64 > Double(isAbove ? letters.top + letters.height : 64 - letters.top) - 2)
            }
        }
    }

    @Test func `held-out pairs are drawn and asked about in compose, and nowhere else`() {
        let (compose, ordinary) = (
            Self.scenes.filter { $0.split == "compose" }, Self.scenes.filter { $0.split != "compose" }
        )
        let heldOut = Pair.heldOut.map(\.name)

        #expect(!compose.isEmpty && !ordinary.isEmpty)
        #expect(ordinary.allSatisfy { $0.objects.allSatisfy { !$0.pair.isHeldOut } })
        #expect(
            ordinary.allSatisfy { scene in
                !heldOut.contains { pair in scene.questions.contains { $0.text.contains("\(pair) ") } }
            })
        #expect(
            compose.allSatisfy { scene in
                scene.objects.contains(where: \.pair.isHeldOut) || scene.questions.allSatisfy { $0.answer == "zero" }
            })
    }

    @Test func `captions name every object of scenes of up to four`() {
        let silent = Self.scenes.filter { scene in
            scene.objects.count <= 4
                && !scene.objects.allSatisfy {
                    scene.caption.contains($0.pair.name)
                        || scene.caption.contains("\($0.color.rawValue) \($0.kind.plural)")
                }
        }

        #expect(silent.isEmpty, "\(silent.prefix(3).map(\.caption))")
    }

    @Test func `captions count truly`() throws {
        let words = ["one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8]
        for scene in Self.scenes {
            let evaluator = try #require(SceneEvaluator(row: scene.row(image: "x.png")))
            let said = scene.caption.prefix { $0 != "," }.split(separator: " ")
            if said.count == 2, said[1] == "objects" { #expect(words[String(said[0])] == scene.objects.count) }
            guard let match = scene.caption.firstMatch(of: /, (\w+) of them (\w+)/) else { continue }
            let found = evaluator.matching("\(match.2) objects").count + evaluator.matching(match.2).count
            #expect(found == words[String(match.1)], "\(scene.caption)")
        }
    }

    @Test func `the row has what readers of pairs expect`() throws {
        let row = Self.scenes[0].row(image: "images/000000.png")
        let parsed = try JSONValue(parsing: row.text)

        #expect(parsed["image"]?.string == "images/000000.png")
        #expect(parsed["set"]?.string == "scenes")
        #expect(parsed["license"]?.string == "CC0-1.0")
        #expect(parsed["qa"]?.array?.count == parsed["types"]?.array?.count)
        #expect(parsed["caption"]?.string == Self.scenes[0].caption)
    }
}
