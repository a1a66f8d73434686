import Checkpoints
import Testing

@Suite struct NamePatternTests {
    @Test(
        arguments: [
            ("a.b", "a.b", [:]), ("a.b", "a.bc", nil), ("a.b", "a.", nil), ("", "", [:]), ("*", "", ["*": ""]),
            ("*.gamma", "x.y.gamma", ["*": "x.y"]), ("*.gamma", "x.gammas", nil), ("bert.*", "bert.x.y", ["*": "x.y"]),
            ("layers.{i}.w", "layers.12.w", ["i": "12"]), ("layers.{i}.w", "layers..w", nil),
            ("layers.{i}.w", "layers.x.w", nil), ("{i}", "007", ["i": "007"]),
            ("*.layers.{i}.w", "a.layers.1.layers.2.w", ["*": "a.layers.1", "i": "2"]),
            ("*{i}", "layer12", ["*": "layer", "i": "12"]), ("{i}.{i}", "3.3", ["i": "3"]), ("{i}.{i}", "3.4", nil),
            ("a*a", "a", nil), ("a*a", "aa", ["*": ""]), ("*.w", "é.w", ["*": "é"]),
        ] as [(NamePattern, String, [String: String]?)])
    func `matches names and tells what varied`(pattern: NamePattern, name: String, captures: [String: String]?) {
        #expect(pattern.match(name) == captures)
    }

    @Test func `fills a name`() {
        let pattern: NamePattern = "*.layer.{i}.experts.{e}.weight"

        #expect(pattern.variables == ["*", "i", "e"])
        #expect(pattern.filled(["*": "enc", "i": "3", "e": "40"]) == "enc.layer.3.experts.40.weight")
    }
}
