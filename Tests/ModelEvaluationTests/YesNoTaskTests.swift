import Foundation
import Imaging
import JSONText
import ModelEvaluation
import Testing

/// Yes or no, true or false, each task in its official format, with scores computed by hand.
@Suite struct YesNoTaskTests {
    private static func pope(_ image: String) -> String {
        """
        {"question_id": 1, "image": "\(image)", "text": "Is there a cat?", "label": "yes"}
        {"question_id": 2, "image": "\(image)", "text": "Is there a dog?", "label": "no"}
        {"question_id": 3, "image": "\(image)", "text": "Is there a cow?", "label": "no"}
        {"question_id": 4, "image": "\(image)", "text": "Is there a cup?", "label": "yes"}

        """
    }

    /// One each of true and false positives and negatives: precision ½, recall ½, F1 ½. The popular file: all right: 1.
    @Test func `POPE's F1 is the mean over its files`() async throws {
        let folder = try TaskFolder(
            ["coco_pope_random.json": Self.pope("r.jpg"), "coco_pope_popular.json": Self.pope("b.jpg")],
            pictures: ["val2014/r.jpg": .pureRed, "val2014/b.jpg": .pureBlue])
        let model = FakeModel(write: { colors, prompt in
            let yes = ["cat", "cup"].contains { prompt?.contains($0) == true }
            if colors == ["blue"] { return yes ? "yes" : "no" }
            return ["cat", "dog"].contains { prompt?.contains($0) == true } ? "Yes, it is." : "No."
        })

        let run = try await folder.run(POPETask.self, model: model)

        #expect(run.value("F1_random") == 0.5 && run.value("F1_popular") == 1 && run.value("score") == 0.75)
        #expect(run.value("accuracy") == 0.75 && run.value("yes_share") == 0.5)
        #expect(run.rows.map(\.id).prefix(2) == ["random:1", "random:2"])
    }

    @Test func `a picture that cannot be read is wrong, whatever silence means to POPE`() async throws {
        let folder = try TaskFolder(
            [
                "coco_pope_random.json": Self.pope("r.jpg").replacing(
                    #""question_id": 1, "image": "r.jpg""#, with: #""question_id": 1, "image": "gone.jpg""#)
            ], pictures: ["r.jpg": .pureRed])

        let run = try await folder.run(POPETask.self, model: FakeModel(write: { _, _ in "yes" }))

        #expect(run.result.errors.map(\.id) == ["random:1"])
        #expect(run.value("errors") == 1 && run.value("accuracy") == 0.25)
        #expect(run.rows[0].failure?.code == "no_such_input" && run.rows[0].isCorrect == false)
        #expect(abs((run.value("score_without_errors") ?? 0) - 0.5) < 1e-12)
    }

    /// Four questions, three right: accuracy 75. Two pictures, one with both right: accuracy+ 50. Sum 125.
    @Test func `MME as scored by hand`() async throws {
        let folder = try TaskFolder(
            [
                "existence/1.txt":
                    "Is it red? Please answer yes or no.\tYes\nIs it blue? Please answer yes or no.\tNo\n",
                "existence/2.txt":
                    "Is it red? Please answer yes or no.\tNo\nIs it blue? Please answer yes or no.\tYes\n",
            ], pictures: ["existence/1.jpg": .pureRed, "existence/2.jpg": .pureBlue])
        let model = FakeModel(write: { _, prompt in prompt?.contains("red") == true ? "Yes" : "no" })
        let right = FakeModel(write: { colors, prompt in prompt?.contains(colors.first ?? "?") == true ? "Yes." : "No."
        })
        let half = FakeModel(write: { colors, prompt in
            colors == ["red"] ? (prompt?.contains("red") == true ? "Yes" : "No") : "Yes"
        })

        let all = try await folder.run(MMETask.self, model: right)
        let three = try await folder.run(MMETask.self, model: half)
        let two = try await folder.run(MMETask.self, model: model)

        #expect(all.value("MME") == 200 && all.value("existence_accuracy_plus") == 1)
        #expect(three.value("MME") == 125 && three.value("perception") == 125)
        #expect(two.value("MME") == 100)  // the red picture has both right
    }

    @Test func `an MME file without two questions`() throws {
        let folder = try TaskFolder(["count/1.txt": "Is it red?\tYes\n"])

        #expect(throws: EvaluationFileError.self) { try folder.open(MMETask.self) }
    }

    /// Six arrangements, one of them blue and so judged false: 5 of 6, and the sentence is not consistent.
    @Test func `NLVR's six arrangements`() async throws {
        var pictures: [String: RGBColor] = [:]
        for number in 0..<6 { pictures["images/2/dev-1572-0-\(number).png"] = number == 4 ? .pureBlue : .pureRed }
        let folder = try TaskFolder(
            [
                "dev.json":
                    #"{"sentence": "It is red", "label": "true", "identifier": "1572-0", "directory": "2", "evals": {}}"#
            ], pictures: pictures)
        let model = FakeModel(weigh: { colors, _, text in (text == "true") == (colors == ["red"]) ? -1 : -2 })

        let run = try await folder.run(NLVRTask.self, model: model)

        #expect(run.value("accuracy") == 5.0 / 6 && run.value("consistency") == 0)
        #expect(
            run.rows[0].prompt == "Based on the image, is this statement true or false? \"It is red\" Answer:")
    }

    /// The left picture of the strip is what the fake sees.
    @Test func `NLVR2's pairs are one picture`() async throws {
        let rows = """
            {"sentence": "Left is red", "label": "True", "identifier": "dev-850-0-0", "left_url": "x", "right_url": "y"}
            {"sentence": "Left is red", "label": "False", "identifier": "dev-850-1-0", "left_url": "x", "right_url": "y"}
            """
        let folder = try TaskFolder(
            ["dev.json": rows],
            pictures: [
                "images/dev-850-0-img0.png": .pureRed, "images/dev-850-0-img1.png": .pureBlue,
                "images/dev-850-1-img0.png": .pureBlue, "images/dev-850-1-img1.png": .pureRed,
            ])
        let model = FakeModel(weigh: { colors, _, text in (text == "true") == (colors == ["red"]) ? -1 : -2 })

        let run = try await folder.run(NLVR2Task.self, model: model)

        #expect(run.value("accuracy") == 1 && run.value("consistency") == 1)
        #expect(run.rows[0].image == "dev-850-0-img0.png + dev-850-0-img1.png")
    }

    @Test func `a strip is wide, white between and below`() {
        let strip = Bitmap.strip([
            Bitmap(width: 2, height: 3, color: .pureRed), Bitmap(width: 4, height: 1, color: .pureBlue),
        ])

        #expect(strip.width == 16 && strip.height == 3)
        #expect(strip[x: 1, y: 2] == .pureRed && strip[x: 12, y: 0] == .pureBlue)
        #expect(strip[x: 2, y: 0] == .white && strip[x: 12, y: 1] == .white)
    }
}
