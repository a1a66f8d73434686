import ArgumentParser
import ImageFiles
import Imaging
import JSONText
import LorgnetteKit

/// Goes through pictures one by one; the next is decoded while the current one is computed.
struct PreparedImages {
    let model: any PicturePreparing
    let sources: [ImageSource]
    let decoding: ImageDecodingOptions

    /// The pictures that `arguments` name.
    init(_ arguments: [String], options: ImageOptions, for model: any PicturePreparing) throws {
        self.model = model
        decoding = options.decoding
        sources = try ImageSource.sources(for: arguments, recursive: options.recursive)
        guard sources.filter({ $0 == .standardInput }).count <= 1 else {
            throw ValidationError("standard input (-) can be read once")
        }
    }

    /// Calls `body` with each picture's pixels, or why there are none, in order.
    func forEach(_ body: (ImageSource, Result<PixelBatch, LorgnetteError>) throws -> Void) async rethrows {
        var next = preparation(of: 0)
        for (index, source) in sources.enumerated() {
            guard let current = next else { return }
            let pixels = await current.value
            next = preparation(of: index + 1)
            try body(source, pixels)
        }
    }

    private func preparation(of index: Int) -> Task<Result<PixelBatch, LorgnetteError>, Never>? {
        guard index < sources.count else { return nil }
        let (model, source, decoding) = (model, sources[index], decoding)
        return Task.detached {
            do throws(LorgnetteError) {
                return .success(try model.pixels(of: source, options: decoding))
            } catch { return .failure(error) }
        }
    }
}

/// Counts pictures that could not be answered, and tells how the command ends.
struct FailureCount {
    private let inputs: Int
    private let json: Bool
    private var first: LorgnetteError?

    init(inputs: Int, json: Bool) {
        self.inputs = inputs
        self.json = json
    }

    /// Notes a failure: a row where rows are JSON, else a line on standard error.
    mutating func note(_ error: LorgnetteError, image: String) throws(LorgnetteError) {
        first = first ?? error
        if json { try CommandOutput.answer(error.row(image: image).text) }
        if !json || inputs == 1 { CommandOutput.note("error: \(error.description)") }
    }

    /// Throws the exit status: that of the failure for one input, bad data for some of many.
    func finish() throws {
        guard let first else { return }
        throw inputs == 1 ? first.exitCode : ExitCode(65)
    }
}
