import Foundation
import Testing
import TextTokens

/// Prints how fast tokenizers load and encode, where `TOKENS_BENCH` names a folder with `*.json` and `ten.txt`.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["TOKENS_BENCH"] != nil, "TOKENS_BENCH is not set"))
struct ThroughputTests {
    @Test func `measures loading, encoding and decoding`() throws {
        let folder = URL(filePath: try #require(ProcessInfo.processInfo.environment["TOKENS_BENCH"]))
        let text = String(decoding: try Data(contentsOf: folder.appending(path: "ten.txt")), as: UTF8.self)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).prefix(40_000).map { "\($0)\n" }
        let lineBytes = lines.reduce(0) { $0 + $1.utf8.count }
        let clock = ContinuousClock()
        func rate(_ bytes: Int, _ time: Duration) -> String {
            String(format: "%.2f MB/s", Double(bytes) / 1e6 / (time / .seconds(1)))
        }
        for name in ["gpt2", "qwen", "o200k", "llama", "bert", "t5"] {
            let file = folder.appending(path: name + ".json")
            guard let data = try? Data(contentsOf: file) else { continue }
            let bytes = Array(data)
            var tokenizer = try TextTokenizer(tokenizerJSON: bytes)
            let load = try clock.measure { tokenizer = try TextTokenizer(tokenizerJSON: bytes) }
            var ids: [Int] = []
            let whole = clock.measure { ids = tokenizer.encode(text) }
            let single = clock.measure { for line in lines { _ = tokenizer.encode(line) } }
            var decoded = ""
            let back = clock.measure { decoded = tokenizer.decode(ids) }
            print(
                "\(name): load \(load); 10 MB in one \(rate(text.utf8.count, whole)) (\(ids.count) ids);",
                "lines \(rate(lineBytes, single)); decode \(rate(decoded.utf8.count, back))")
        }
    }
}
