import ArgumentParser
import Foundation
import ImageFiles
import JSONText
import LorgnetteKit

/// `lorgnette verify`: compares a model's stages with stored reference tensors.
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Compares every stage of a model with stored reference tensors.",
        discussion: """
            Names the first stage and tensor that differ. Reference files are those of make_hf_reference.py (of a whole model, a \
            language model or a vision encoder alone, or one that compares pictures with texts), or what --record writes, which \
            holds the SHA-256 of every weight as well.

            EXAMPLE
              lorgnette verify -m fixtures/parity/blip2-opt-a \\
                --reference fixtures/parity/blip2-opt-a/reference.safetensors
              lorgnette verify -m fixtures/tiny-blip2-olmoe \\
                --record reference.safetensors fixtures/pictures/coin.jpg
              lorgnette verify -m fixtures/tiny-blip2-olmoe \\
                --reference reference.safetensors

            With --bridge alone it proves that the bridge was trained against this model (SHA-256 of vision encoder, decoder, \
            tokenizer and pre-processing) and that text-only logits are bit-identical with and without it:
              lorgnette verify -m fixtures/tiny-blip2-olmoe --bridge run/bridge
            """)

    @OptionGroup var model: ModelOptions
    @OptionGroup var image: ImageOptions
    @Option(help: ArgumentHelp("The reference to compare with.", valueName: "file")) var reference: String?
    @Flag(help: "Goes on after the first that differs, and compares tokenizers, batches and beams as well.") var all =
        false
    @Flag(help: "One JSON object a comparison.") var json = false
    @Option(help: ArgumentHelp("Write a reference of this model for the given picture.", valueName: "file"))
    var record: String?
    @Argument(help: "The picture to record.") var picture: String?

    func validate() throws {
        if reference == nil, record == nil, model.bridge != nil { return }
        guard (reference == nil) != (record == nil) else {
            throw ValidationError("give --reference FILE, --record FILE or --bridge DIR")
        }
        if record != nil, picture == nil { throw ValidationError("--record wants a picture") }
    }

    func run() async throws {
        try await CommandOutput.reporting {
            if reference == nil, record == nil, let bridge = model.bridge { return try prove(bridge) }
            if let record, let picture {
                let lorgnette = try model.load()
                let source: ImageSource = picture == "-" ? .standardInput : .file(path: picture)
                let pixels = try lorgnette.prepare(source, options: image.decoding)
                try StageVerification.record(lorgnette, picture: pixels, to: record)
                return
            }
            model.applyThreads()
            let checks = try FolderVerification(
                folder: try model.folder().path(percentEncoded: false), weights: model.dtype.weights,
                reference: reference ?? ""
            ).checks(bridge: model.bridge.map { URL(filePath: $0, directoryHint: .isDirectory) }, isThorough: all)
            guard !checks.isEmpty else {
                throw LorgnetteError(
                    kind: .badData, code: "reference", description: "\(reference ?? ""): no tensor of any stage in it")
            }
            try report(checks)
            if let bad = checks.first(where: { !$0.isGood }) {
                throw LorgnetteError(
                    kind: .badData, code: "verify",
                    description: "the first stage that differs: \(bad.stage), tensor \(bad.tensor)")
            }
        }
    }

    private func prove(_ bridge: String) throws {
        let base = try model.folder().path(percentEncoded: false)
        let checks = try BridgeVerification(base: base, bridge: bridge).checks()
        for check in checks {
            try CommandOutput.answer("\(check.name)\t\(check.detail)\t\(check.verdict)")
        }
        let wrong = checks.filter { !$0.isGood }.map(\.name)
        guard wrong.isEmpty else {
            throw LorgnetteError(
                kind: .badData, code: "verify",
                description: "\(bridge): not the bridge of \(base): different \(wrong.joined(separator: ", "))")
        }
    }

    private func report(_ checks: [StageVerification.Check]) throws {
        if json {
            for check in checks { try CommandOutput.answer(check.json.text) }
            return
        }
        let weights = checks.filter { $0.stage == "weights" }
        if !weights.isEmpty, weights.allSatisfy(\.isGood) {
            try CommandOutput.answer("weights\t\(weights.count) tensors\tequal")
        }
        for check in checks where check.stage != "weights" || !check.isGood {
            let amount = check.difference.map { $0 == 0 ? "equal" : "differs by \($0)" } ?? "differs"
            let allowed = check.tolerance > 0 ? " (allowed \(check.tolerance))" : ""
            let verdict = check.isNearTie ? "near tie" : check.isGood ? "ok" : "WRONG"
            try CommandOutput.answer("\(check.stage)\t\(check.tensor)\t\(amount)\(allowed)\t\(verdict)")
        }
    }
}

extension StageVerification.Check {
    /// The row of `--json`.
    fileprivate var json: JSONValue {
        .object([
            ("stage", .string(stage)), ("tensor", .string(tensor)),
            ("difference", difference.map { $0.isFinite ? .double(Double($0)) : .null } ?? .null),
            ("tolerance", .double(Double(tolerance))), ("near_tie", .bool(isNearTie)), ("ok", .bool(isGood)),
        ])
    }
}
