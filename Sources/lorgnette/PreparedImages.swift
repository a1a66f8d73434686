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
    /// Folders without a picture, and those that cannot be listed, by their place among the sources.
    private let failures: [Int: LorgnetteError]

    /// The pictures that `arguments` name; a folder that has none becomes a picture that cannot be answered.
    init(_ arguments: [String], options: ImageOptions, for model: any PicturePreparing) throws {
        self.model = model
        decoding = options.decoding
        var sources: [ImageSource] = []
        var failures: [Int: LorgnetteError] = [:]
        for argument in arguments {
            do throws(ImageFileError) {
                sources += try ImageSource.sources(for: [argument], recursive: options.recursive)
            } catch {
                failures[sources.count] = LorgnetteError(error)
                sources.append(.file(path: argument))
            }
        }
        (self.sources, self.failures) = (sources, failures)
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
        if let failure = failures[index] { return Task { .failure(failure) } }
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
    ///
    /// - Parameter also: what else the row says, the question for one.
    mutating func note(
        _ error: LorgnetteError, image: String, also members: [(key: String, value: JSONValue)] = []
    ) throws(LorgnetteError) {
        first = first ?? error
        if json { try CommandOutput.answer(error.row(image: image, also: members).text) }
        if !json || inputs == 1 { CommandOutput.note("error: \(error.description)") }
    }

    /// Throws the exit status: that of the failure for one input, bad data for some of many.
    func finish() throws {
        guard let first else { return }
        throw inputs == 1 ? first.exitCode : ExitCode(65)
    }
}
