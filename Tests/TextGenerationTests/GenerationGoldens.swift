import Foundation
import JSONText
import TestFixtures
import TextGeneration

/// What transformers makes of logits and searches: `fixtures/generation`, written by Tests/Peers/generation_goldens.py.
enum GenerationGoldens {
    /// A row of logits before and after rules.
    struct Rule: Sendable, CustomStringConvertible {
        let options: GenerationOptions
        let sequence: [Int]
        let scores: [Float]
        let result: [Float]
        let description: String
    }

    /// Options of a search and the ids it gives.
    struct Search: Sendable, CustomStringConvertible {
        let name: String
        let options: GenerationOptions
        let ids: [[Int]]
        let description: String
    }

    static let rules: [Rule] = elements("rules").map { row in
        Rule(
            options: options(row["options"]), sequence: integers(row["sequence"]), scores: floats(row["scores"]),
            result: floats(row["result"]), description: row["options"]?.text ?? "")
    }

    static let searches: [Search] = elements("searches").map { row in
        let name = row["case"]?.string ?? ""
        return Search(
            name: name, options: options(row["options"]), ids: (row["ids"]?.array ?? []).map { integers($0) },
            description: "\(name) \(row["options"]?.text ?? "")")
    }

    private static func elements(_ key: String) -> [JSONValue] {
        let bytes =
            (try? Data(contentsOf: URL(filePath: Repository.path("fixtures/generation/goldens.json")))) ?? Data()
        return (try? JSONValue(parsing: Array(bytes)))?[key]?.array ?? []
    }

    private static func integers(_ value: JSONValue?) -> [Int] { value?.array?.compactMap(\.integer) ?? [] }

    /// `null` is −∞, which JSON has no word for.
    private static func floats(_ value: JSONValue?) -> [Float] {
        (value?.array ?? []).map { $0.double.map { Float($0) } ?? -.infinity }
    }

    /// Options in `generate`'s spelling.
    private static func options(_ value: JSONValue?) -> GenerationOptions {
        var options = GenerationOptions()
        for (key, value) in value?.object?.members ?? [] {
            switch key {
            case "max_new_tokens": options.maxTokens = value.integer ?? 0
            case "min_new_tokens": options.minTokens = value.integer ?? 0
            case "repetition_penalty": options.repetitionPenalty = Float(value.double ?? 1)
            case "no_repeat_ngram_size": options.noRepeatNgram = value.integer ?? 0
            case "temperature": options.temperature = Float(value.double ?? 1)
            case "top_k": options.topK = value.integer ?? 0
            case "top_p": options.topP = Float(value.double ?? 1)
            case "min_p": options.minP = Float(value.double ?? 0)
            case "num_beams": options.beams = value.integer ?? 1
            case "num_return_sequences": options.sequences = value.integer ?? 1
            case "length_penalty": options.lengthPenalty = Float(value.double ?? 1)
            case "eos_token_id": options.endTokens = Set(integers(value))
            case "early_stopping": options.earlyStopping = value.bool == true ? .whenFinished : .never
            default: break
            }
        }
        return options
    }
}
