import Checkpoints
import Foundation
import JSONText
import Testing

@Suite struct ConfigObjectTests {
    private func config(_ text: String) throws(ConfigError) -> ConfigObject {
        try ConfigObject(bytes: Array(text.utf8), file: "config.json")
    }

    private func error(_ key: String, _ problem: ConfigError.Problem) -> ConfigError {
        ConfigError(file: "config.json", key: key, problem: problem)
    }

    @Test func `reads every kind, and defaults where a key is absent or null`() throws {
        let config = try config(
            """
            {"hidden_size": 64, "layers": 2.0, "eps": 1e-5, "tied": true, "name": "opt", "sizes": [1, 2], "none": null,
             "text_config": {"hidden_size": 32}}
            """)

        #expect(try config.integer("hidden_size", default: 1) == 64)
        #expect(try config.integer("layers", default: 1) == 2)
        #expect(try config.integer("none", default: 7) == 7)
        #expect(try config.integer("absent", default: 8) == 8)
        #expect(try config.number("eps", default: 1) == 1e-5)
        #expect(try config.number("hidden_size") == 64)
        #expect(try config.bool("tied", default: false))
        #expect(try config.string("name") == "opt")
        #expect(try config.string("absent", default: "x") == "x")
        #expect(try config.optionalIntegers("sizes") == [1, 2])
        #expect(try config.optionalIntegers("hidden_size") == [64])
        #expect(try config.optionalInteger("none") == nil)
        #expect(try config.requiredObject("text_config").integer("hidden_size", default: 1) == 32)
        #expect(try config.objectOrDefaults("absent").integer("hidden_size", default: 3) == 3)
        #expect(try config.optionalObject("absent")?.path == nil)
    }

    @Test func `reads newer and older spellings`() throws {
        let older = try config(#"{"torch_dtype": "bfloat16"}"#)
        let newer = try config(#"{"dtype": "float16", "torch_dtype": "bfloat16"}"#)
        let neither = try config("{}")

        #expect(try older.string(older.spelling("dtype", "torch_dtype")) == "bfloat16")
        #expect(try newer.string(newer.spelling("dtype", "torch_dtype")) == "float16")
        #expect(throws: error("dtype", .missing(expected: "a text"))) {
            try neither.string(neither.spelling("dtype", "torch_dtype"))
        }
    }

    @Test func `names the file and the key path in errors`() throws {
        let text = try config(#"{"text_config": {"hidden_size": "64", "heads": 0, "layers": 1e15, "eps": true}}"#)
            .requiredObject("text_config")
        let limit = ConfigObject.sizeLimit

        #expect(
            throws: error("text_config.hidden_size", .wrongKind(expected: "an integer", found: "\"64\""))
        ) { try text.integer("hidden_size", default: 1) }
        #expect(throws: error("text_config.heads", .outOfRange(expected: "from 1 to \(limit)", found: "0"))) {
            try text.integer("heads", default: 1)
        }
        #expect(
            throws: error("text_config.layers", .outOfRange(expected: "from 1 to \(limit)", found: "1000000000000000"))
        ) { try text.integer("layers", default: 1) }
        #expect(throws: error("text_config.eps", .wrongKind(expected: "a number", found: "true"))) {
            try text.number("eps", default: 1)
        }
        #expect(throws: error("text_config.name", .missing(expected: "a text"))) { try text.string("name") }
        #expect(throws: error("text_config.scale", .missing(expected: "a number"))) { try text.number("scale") }
        #expect(throws: error("text_config.vision", .missing(expected: "an object"))) {
            try text.requiredObject("vision")
        }
    }

    @Test(arguments: [
        ("bool", "true or false", "1"), ("string", "a text", "1"), ("object", "an object", "1"),
        ("integers", "an array of integers", "[1, \"2\"]"),
    ])
    func `refuses the wrong kind`(key: String, expected: String, found: String) throws {
        let config = try config(#"{"bool": 1, "string": 1, "object": 1, "integers": [1, "2"]}"#)

        #expect(throws: error(key, .wrongKind(expected: expected, found: found))) {
            switch key {
            case "bool": _ = try config.bool(key, default: true)
            case "string": _ = try config.string(key)
            case "object": _ = try config.requiredObject(key)
            default: _ = try config.optionalIntegers(key)
            }
        }
    }

    @Test func `refuses numbers that no machine has`() throws {
        let config = try config(#"{"eps": 1e999, "size": 123456789012345678901234567890}"#)

        #expect(throws: ConfigError.self) { try config.number("eps", default: 1) }
        #expect(throws: ConfigError.self) { try config.integer("size", default: 1) }
    }

    @Test(arguments: [
        (#"{"a": 1, "a": 2}"#, "a"), (#"{"t": {"a": 1, "a": 1}}"#, "t.a"), (#"{"l": [0, {"x": 1, "x": 2}]}"#, "l.1.x"),
    ])
    func `refuses a key twice at any depth`(text: String, key: String) {
        #expect(throws: error(key, .duplicateKey)) { try config(text) }
    }

    @Test func `refuses what is not a JSON object`() {
        #expect(throws: error("", .wrongKind(expected: "an object", found: "[1]"))) { try config("[1]") }
        #expect(throws: error("", .notJSON(reason: JSONError(reason: .unexpectedEnd, offset: 1).description))) {
            try config("{")
        }
    }

    @Test func `tells which file is missing or cannot be read`() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("config.json")

        #expect(throws: ConfigError(file: path, key: "", problem: .missingFile)) { try ConfigObject(path: path) }
        let error = #expect(throws: ConfigError.self) { try ConfigObject(path: folder.path) }
        guard case .unreadableFile? = error?.problem else {
            Issue.record("\(String(describing: error))")
            return
        }
        try folder.write(#"{"a": 3}"#, "config.json")
        #expect(try ConfigObject(path: path).integer("a", default: 1) == 3)
    }

    @Test func `says choices and conditions that do not hold`() throws {
        let config = try config(#"{"model_type": "blop", "heads": 3}"#)

        #expect(
            config.unsupported("model_type", found: "blop", supported: ["blip-2"])
                == error("model_type", .unsupported(found: "blop", supported: ["blip-2"])))
        #expect(throws: error("heads", .outOfRange(expected: "a divisor of 8", found: "3"))) {
            try config.require(8 % 3 == 0, "heads", "a divisor of 8")
        }
    }

    @Test(arguments: [
        (ConfigError.Problem.missingFile, "f: k: no such file; a model folder has one"),
        (.unreadableFile(reason: "r"), "f: k: cannot be read: r"), (.notJSON(reason: "r"), "f: k: r"),
        (.duplicateKey, "f: k: the key stands there twice; remove one"),
        (.missing(expected: "a text"), "f: k: missing; expected a text"),
        (.wrongKind(expected: "a", found: "b"), "f: k: expected a, found b"),
        (.outOfRange(expected: "a", found: "b"), "f: k: is b, must be a"),
        (.unsupported(found: "b", supported: ["a"]), "f: k: \"b\" is not supported; supported: a"),
    ])
    func `says it in a sentence`(problem: ConfigError.Problem, sentence: String) {
        #expect(ConfigError(file: "f", key: "k", problem: problem).description == sentence)
    }
}
