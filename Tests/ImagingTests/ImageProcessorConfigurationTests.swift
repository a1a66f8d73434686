import Foundation
import Imaging
import JSONText
import Testing

@Suite struct ImageProcessorConfigurationTests {
    private func configuration(_ text: String) throws -> ImageProcessorConfiguration {
        try ImageProcessorConfiguration(json: try JSONValue(parsing: text), file: "p.json")
    }

    @Test(arguments: [
        ("BlipImageProcessor", ImageProcessorKind.blip), ("BlipImageProcessorFast", .blip),
        ("CLIPImageProcessorPil", .clip), ("CLIPFeatureExtractor", .clip), ("ViTFeatureExtractor", .vit),
        ("SiglipImageProcessor", .siglip), ("BitImageProcessor", .bit),
    ])
    func `knows a kind by its current and older names`(name: String, kind: ImageProcessorKind) {
        #expect(ImageProcessorKind(typeName: name) == kind)
    }

    @Test(arguments: ImageProcessorKind.allCases)
    func `an empty file means the defaults of its class`(kind: ImageProcessorKind) throws {
        #expect(try configuration(#"{"image_processor_type": "\#(kind.rawValue)", "size": null}"#) == kind.defaults)
    }

    @Test func `reads a number as a square or as the shortest edge, as its class does`() throws {
        #expect(
            try configuration(#"{"feature_extractor_type": "ViTFeatureExtractor", "size": 9}"#).size
                == .exact(height: 9, width: 9))
        #expect(
            try configuration(#"{"image_processor_type": "CLIPImageProcessor", "size": 9}"#).size
                == .shortestEdge(9, longest: nil))
        #expect(
            try configuration(#"{"image_processor_type": "CLIPImageProcessor", "size": 9, "default_to_square": true}"#)
                .size
                == .exact(height: 9, width: 9))
    }

    @Test func `does nothing that is switched off`() throws {
        let nothing = try configuration(
            #"{"image_processor_type": "CLIPImageProcessor", "do_resize": false, "do_center_crop": false, "do_rescale": false, "do_normalize": false}"#
        )
        let picture = testPicture(width: 3, height: 2, seed: 4)

        let batch = try ImageProcessor(nothing).process(picture)

        #expect(batch.shape == [1, 3, 2, 3])
        #expect(batch.values.prefix(2) == [Float(picture[x: 0, y: 0].red), Float(picture[x: 1, y: 0].red)])
    }

    @Test(arguments: [
        (#"{"size": 4}"#, ImageProcessorError.missingType(file: "p.json")),
        (#"{"image_processor_type": "FuyuImageProcessor"}"#, .unknownType(file: "p.json", name: "FuyuImageProcessor")),
        (#"{"image_processor_type": 3}"#, .badField(file: "p.json", key: "image_processor_type", expected: "a string")),
        ("[]", .notJSON(file: "p.json", reason: "not a JSON object")),
    ])
    func `says what is missing or unknown`(text: String, error: ImageProcessorError) {
        #expect(throws: error) { try configuration(text) }
    }

    @Test(arguments: [
        (#""size": {"longest_edge": 4}"#, "size"), (#""size": {"height": 4}"#, "size"), (#""size": "big""#, "size"),
        (#""size": {"height": 4, "width": -1}"#, "size.width"), (#""size": 100000"#, "size"),
        (#""size": [1, "2"]"#, "size"),
        (#""crop_size": {"shortest_edge": 4}"#, "crop_size"), (#""resample": 9"#, "resample"),
        (#""resample": 1.5"#, "resample"),
        (#""do_resize": 1"#, "do_resize"), (#""rescale_factor": "1/255""#, "rescale_factor"),
        (#""do_pad": true"#, "do_pad"),
        (#""image_mean": [1, 2]"#, "image_mean"), (#""image_std": [1, 0, 1]"#, "image_std"),
        (#""do_center_crop": true"#, "crop_size"),
    ])
    func `names the field that is wrong`(field: String, key: String) {
        do {
            _ = try configuration(#"{"image_processor_type": "ViTImageProcessor", "# + field + "}")
            Issue.record("accepted")
        } catch ImageProcessorError.badField(let file, let found, _) {
            #expect(file == "p.json" && found == key)
        } catch {
            Issue.record("\(error)")
        }
    }

    @Test(arguments: [
        (ImageSizeRule.shortestEdge(224, longest: nil), 480, 640, 224, 298),
        (.shortestEdge(224, longest: nil), 640, 480, 298, 224), (.shortestEdge(10, longest: nil), 7, 7, 10, 10),
        (.shortestEdge(30, longest: 40), 100, 300, 13, 40), (.within(height: 50, width: 50), 100, 200, 25, 50),
        (.exact(height: 3, width: 4), 100, 200, 3, 4),
    ])
    func `rounds sizes as transformers does`(
        rule: ImageSizeRule, height: Int, width: Int, newHeight: Int, newWidth: Int
    ) {
        #expect(rule.size(forHeight: height, width: width) == (newHeight, newWidth))
    }
}

@Suite struct ModelFolderTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "lorgnette-\(UUID().uuidString)")

    private func processor(_ files: [String: String]) throws -> ImageProcessor {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in files { try Data(text.utf8).write(to: folder.appending(path: name)) }
        return try ImageProcessor(modelFolder: folder.path(percentEncoded: false))
    }

    private let vit = #"{"image_processor_type": "ViTImageProcessor", "size": 8}"#
    private let nested = #"{"image_processor": {"image_processor_type": "BlipImageProcessor", "size": 9}}"#

    @Test func `reads the processor's own file first, then the nested object`() throws {
        let own = try processor(["preprocessor_config.json": vit, "processor_config.json": nested])
        let other = try processor(["processor_config.json": nested])

        #expect(own.configuration.size == .exact(height: 8, width: 8))
        #expect(other.configuration.size == .exact(height: 9, width: 9))
    }

    @Test func `says which file is missing or is not JSON`() {
        #expect(throws: ImageProcessorError.missingFile(folder: folder.path(percentEncoded: false))) {
            try processor([:])
        }
        #expect(throws: ImageProcessorError.missingFile(folder: folder.path(percentEncoded: false))) {
            try processor(["processor_config.json": #"{"processor_class": "Blip2Processor"}"#])
        }
        let file = folder.appending(path: "preprocessor_config.json").path(percentEncoded: false)
        #expect(
            throws: ImageProcessorError.notJSON(
                file: file, reason: "not JSON: the text ends in the middle of a value at byte 1")
        ) {
            try processor(["preprocessor_config.json": "{"])
        }
    }

    @Test func `says which file cannot be read`() throws {
        let file = folder.appending(path: "preprocessor_config.json")
        try FileManager.default.createDirectory(at: file, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }

        do {
            _ = try ImageProcessor(modelFolder: folder.path(percentEncoded: false))
            Issue.record("accepted")
        } catch ImageProcessorError.unreadableFile(let name, _) {
            #expect(name == file.path(percentEncoded: false))
        } catch {
            Issue.record("\(error)")
        }
    }
}
