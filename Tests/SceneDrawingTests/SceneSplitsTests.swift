import SceneDrawing
import Testing

@Suite struct SceneSplitsTests {
    @Test func `shares are scaled to one`() throws {
        let splits = try SceneSplits(parsing: "train=9,dev=1")

        #expect(splits.shares.map(\.name) == ["train", "dev"])
        #expect(splits.shares.map(\.share) == [0.9, 0.1])
    }

    @Test(arguments: [
        ("train", SceneSplits.ParseError.notAShare(part: "train")), ("train=0", .notAShare(part: "train=0")),
        ("train=-1", .notAShare(part: "train=-1")), ("train=nan", .notAShare(part: "train=nan")),
        ("train=1,", .notAShare(part: "")), ("../x=1", .notAShare(part: "../x=1")),
        ("a=1,a=2", .repeatedName("a")), ("", .emptyList),
    ])
    func `what is not a list of shares is an error`(text: String, expected: SceneSplits.ParseError) {
        #expect(throws: expected) { try SceneSplits(parsing: text) }
        #expect(!expected.description.isEmpty)
    }

    @Test(arguments: [100, 1000, 10_000]) func `any run of scenes comes close to the shares`(count: Int) {
        let names = (0..<count).map { SceneSplits.standard.name(ofScene: $0) }

        #expect(abs(names.count { $0 == "dev" } - count / 10) <= 3)
        #expect(abs(names.count { $0 == "compose" } - count / 10) <= 3)
    }
}
