import Foundation
import Imaging
import JSONText
import ModelEvaluation
import TestFixtures
import Testing

/// Two pictures with the captions "a red square" and "a blue circle"; the model says "a red square" of both.
///
/// By hand: document frequencies 2 of "a" (idf 0), 1 of all else. The first picture's caption is the reference: cosine 1 for
/// n = 1, 2, 3, and no 4-grams, so CIDEr-D = 10 · 3/4 = 7.5. The second shares only "a": 0. Mean 3.75. BLEU-1 = 4 of 6.
@Suite struct CaptionTaskTests {
    private let says = FakeModel(write: { _, _ in "a red square" })

    private static let coco = """
        {"info": {}, "licenses": [], "images": [
          {"id": 397133, "file_name": "000000397133.jpg", "width": 4, "height": 4},
          {"id": 9, "file_name": "000000000009.jpg", "width": 4, "height": 4}],
         "annotations": [{"id": 1, "image_id": 397133, "caption": "A red square."},
          {"id": 2, "image_id": 9, "caption": "A blue circle."}]}
        """

    @Test func `COCO captions in the official file`() async throws {
        let folder = try TaskFolder(
            ["annotations/captions_val2017.json": Self.coco],
            pictures: ["val2017/000000397133.jpg": .pureRed, "val2017/000000000009.jpg": .pureBlue])

        let run = try await folder.run(COCOCaptions.self, model: says)

        #expect(abs((run.value("score") ?? 0) - 3.75) < 1e-9)
        #expect(abs((run.value("Bleu_1") ?? 0) - 4.0 / 6) < 1e-6)
        #expect(run.json["SPICE"] == .null)
        #expect(run.rows.map(\.isCorrect) == [nil, nil])
    }

    @Test func `pictures lie beside the folder of annotations`() throws {
        let folder = try TaskFolder(
            ["annotations/captions_val2017.json": Self.coco], pictures: ["val2017/000000397133.jpg": .pureRed])

        let task = try COCOCaptions(TaskSource(data: folder.folder.file("annotations/captions_val2017.json")))

        #expect(task.examples[0].pictures[0].path == folder.folder.file("val2017/000000397133.jpg"))
    }

    @Test func `the result file is COCO's, ids as they were`() async throws {
        let folder = try TaskFolder(
            ["captions_val2017.json": Self.coco],
            pictures: ["000000397133.jpg": .pureRed, "000000000009.jpg": .pureBlue])
        let task = try folder.open(COCOCaptions.self)

        let file = task.resultFile(task.examples.map { AnsweredExample($0, output: "x") })

        #expect(
            file?.text == #"[{"image_id": 397133, "caption": "x"}, {"image_id": 9, "caption": "x"}]"# + "\n")
    }

    @Test func `Karpathy's file gives its split`() async throws {
        let karpathy = """
            {"dataset": "coco", "images": [
             {"filepath": "val2014", "filename": "COCO_val2014_000000000009.jpg", "imgid": 0, "split": "test", "cocoid": 9,
              "sentences": [{"raw": "A red square.", "tokens": ["a"]}, {"raw": "One square."}]},
             {"filepath": "val2014", "filename": "COCO_val2014_000000000010.jpg", "imgid": 1, "split": "train",
              "cocoid": 10, "sentences": [{"raw": "no"}]}]}
            """
        let folder = try TaskFolder(
            ["dataset_coco.json": karpathy], pictures: ["val2014/COCO_val2014_000000000009.jpg": .pureRed])

        let examples = try folder.open(COCOCaptions.self).examples

        #expect(examples.map(\.id) == ["9"])
        #expect(examples[0].references == ["A red square.", "One square."])
        #expect(throws: EvaluationFileError.self) { try folder.open(COCOCaptions.self, split: "dev") }
    }

    @Test func `LAVIS's copy of Karpathy's split`() throws {
        let folder = try TaskFolder([
            "coco_karpathy_test.json":
                #"[{"image": "val2014/COCO_val2014_000000391895.jpg", "caption": ["a", "b"]}]"#
        ])

        let example = try folder.open(COCOCaptions.self).examples[0]

        #expect(example.id == "391895" && example.references == ["a", "b"])
    }

    /// In-domain are the two pictures above. With the third ("a dog", said exactly: 10 · 2/4 = 5) all three make
    /// (7.5 + 0 + 5) / 3; a domain of one picture has no document frequencies and scores 0.
    @Test func `NoCaps scores each domain as a set of its own`() async throws {
        let file = """
            {"images": [{"id": 0, "file_name": "a.jpg", "open_images_id": "a", "domain": "in-domain"},
              {"id": 1, "file_name": "b.jpg", "open_images_id": "b", "domain": "in-domain"},
              {"id": 2, "file_name": "c.jpg", "open_images_id": "c", "domain": "out-domain"}],
             "annotations": [{"image_id": 0, "caption": "a red square"}, {"image_id": 1, "caption": "a blue circle"},
              {"image_id": 2, "caption": "a dog"}]}
            """
        let folder = try TaskFolder(
            ["nocaps_val_4500_captions.json": file],
            pictures: ["val/a.jpg": .pureRed, "val/b.jpg": .pureRed, "val/c.jpg": .pureGreen])
        let model = FakeModel(write: { colors, _ in colors == ["green"] ? "a dog" : "a red square" })

        let run = try await folder.run(NoCaps.self, model: model)

        #expect(abs((run.value("score") ?? 0) - 12.5 / 3) < 1e-9)
        #expect(abs((run.value("CIDEr_in-domain") ?? 0) - 3.75) < 1e-9)
        #expect(run.value("CIDEr_out-domain") == 0)
    }

    @Test func `Flickr30k captions in Karpathy's file`() async throws {
        let file = """
            {"dataset": "flickr30k", "images": [
             {"filename": "1000092795.jpg", "imgid": 0, "split": "test", "sentences": [{"raw": "a red square"}]},
             {"filename": "10002456.jpg", "imgid": 1, "split": "test", "sentences": [{"raw": "a blue circle"}]}]}
            """
        let folder = try TaskFolder(
            ["dataset_flickr30k.json": file],
            pictures: ["flickr30k-images/1000092795.jpg": .pureRed, "flickr30k-images/10002456.jpg": .pureBlue])

        let run = try await folder.run(Flickr30kCaptions.self, model: says)

        #expect(abs((run.value("CIDEr") ?? 0) - 3.75) < 1e-9)
        #expect(run.rows.map(\.id) == ["1000092795", "10002456"])
    }

    /// log p: a red picture −1 of red captions, −2 of blue ones; a blue picture −1 of red, −1.5 of blue ones. Texts: the
    /// red picture finds its own, the blue one does not. Pictures: red captions tie, and of equal scores the later
    /// picture comes first (wrong); blue captions find the blue picture.
    @Test func `retrieval both ways`() async throws {
        let file = """
            {"images": [
             {"filename": "1.jpg", "split": "test", "sentences": [{"raw": "red one"}, {"raw": "red two"}]},
             {"filename": "2.jpg", "split": "test", "sentences": [{"raw": "blue one"}, {"raw": "blue two"}]}]}
            """
        let folder = try TaskFolder(
            ["dataset_flickr30k.json": file, "dataset_coco.json": file],
            pictures: ["1.jpg": .pureRed, "2.jpg": .pureBlue])
        let model = FakeModel(weigh: { colors, _, text in
            text.hasPrefix("red") ? -1 : colors == ["red"] ? -2 : -1.5
        })

        let flickr = try await folder.run(Flickr30kRetrieval.self, model: model)
        let coco = try await folder.run(COCORetrieval.self, model: model)

        for run in [flickr, coco] {
            #expect(run.value("text_recall_at_1") == 0.5)
            #expect(run.value("text_recall_at_5") == 1)
            #expect(run.value("image_recall_at_1") == 0.5)
        }
    }
}
