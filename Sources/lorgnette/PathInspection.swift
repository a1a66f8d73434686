import Foundation
import InterleavedData
import JSONText
import LorgnetteKit
import ReportPages

/// What a path is, datasets and runs among it: both are read by layers that models know nothing of.
struct PathInspection {
    /// What was found, in the order in which a person wants it.
    let members: [(key: String, value: JSONValue)]

    /// The members as an object.
    var json: JSONValue { .object(members) }

    /// Looks at `path`.
    init(path: String) throws(LorgnetteError) {
        func has(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path + "/" + name) }
        if has("recipe.yaml"), has("log.jsonl") {
            members = try Self.training(path)
        } else if has("results.json"), has("samples.jsonl") {
            members = try Self.evaluation(path)
        } else if has("pairs.jsonl"), !has("config.json") {
            members = try Self.dataset(path + "/pairs.jsonl")
        } else if Self.datasetNames.contains(where: path.lowercased().hasSuffix) {
            members = try Self.dataset(path)
        } else {
            members = try Inspection(path: path).members
        }
    }

    private static let datasetNames = [".jsonl", ".json", ".csv", ".tsv", ".tar"]

    /// A run of `finetune` or `pretrain`: how far it is.
    private static func training(_ path: String) throws(LorgnetteError) -> [(key: String, value: JSONValue)] {
        let records: [JSONObject]
        do { records = try RunRecords(path: path + "/log.jsonl").records } catch {
            throw LorgnetteError(kind: .badData, code: "run", description: error.description)
        }
        func last(_ key: String) -> JSONValue { records.last { $0[key]?.double != nil }?[key] ?? .null }
        let products = ["bridge", "model"].filter {
            FileManager.default.fileExists(atPath: path + "/" + $0)
        }
        return [
            ("kind", .string("run")), ("path", .string(path)), ("step", last("step")), ("loss", last("loss")),
            ("dev_loss", last("dev_loss")),
            ("finished", .bool(FileManager.default.fileExists(atPath: path + "/report.html"))),
            ("made", .array(products.map { .string($0) })),
        ]
    }

    /// A run of `eval`: what `results.json` begins with.
    private static func evaluation(_ path: String) throws(LorgnetteError) -> [(key: String, value: JSONValue)] {
        let file = path + "/results.json"
        let results: JSONValue
        do { results = try JSONValue(parsing: FileManager.default.contents(atPath: file) ?? Data()) } catch {
            throw LorgnetteError(kind: .badData, code: "run", description: "\(file): not JSON: \(error)")
        }
        let tasks = (results["tasks"]?.array ?? [results]).map { task in
            JSONValue.object(["task", "metric", "score", "examples"].map { ($0, task[$0] ?? .null) })
        }
        return [("kind", .string("evaluation run")), ("path", .string(path)), ("tasks", .array(tasks))]
    }

    /// A dataset: its rows, no picture opened.
    private static func dataset(_ path: String) throws(LorgnetteError) -> [(key: String, value: JSONValue)] {
        let reading: PairReading
        do { reading = try PairReading(path: path) } catch { throw LorgnetteError(error) }
        var splits: [(key: String, value: Int)] = []
        for record in reading.records {
            let name = record.split ?? ""
            if let place = splits.firstIndex(where: { $0.key == name }) {
                splits[place].value += 1
            } else {
                splits.append((name, 1))
            }
        }
        return [
            ("kind", .string("dataset")), ("path", .string(path)), ("format", .string(reading.format.rawValue)),
            ("rows", .integer(reading.records.count)), ("malformed", .integer(reading.problems.count)),
            ("captions", .integer(reading.records.reduce(0) { $0 + $1.captions.count })),
            ("questions", .integer(reading.records.reduce(0) { $0 + $1.questions.count })),
            ("splits", .object(splits.map { ($0.key.isEmpty ? "none" : $0.key, .integer($0.value)) })),
        ]
    }
}
