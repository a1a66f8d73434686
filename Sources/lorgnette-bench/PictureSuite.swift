import ArgumentParser
import Foundation
import JSONText
import LorgnetteKit

/// Pictures: preparing them, and the whole way from a file to its caption.
struct PictureSuite {
    let command: BenchCommand

    init(_ command: BenchCommand) { self.command = command }

    /// Decoding, resizing to 224 × 224, normalising; one thread, from bytes in memory.
    func preprocess() throws -> [Measurement] {
        let processor = ImageProcessor(ImageProcessorConfiguration(size: .exact(height: 224, width: 224)))
        let path = try required(command.image, "--image FILE")
        let bytes = try ImageSource.file(path: path).bytes()
        return try [false, true].compactMap { isReduced in
            var options = ImageDecodingOptions()
            if isReduced { options.reducedJPEG = .init(width: 224, height: 224) }
            var sides = ""
            let seconds = try Measurement.timed(command.runs) {
                let image = try DecodedImage(decoding: bytes, name: path, options: options)
                sides = "\(image.bitmap.width)x\(image.bitmap.height)"
                _ = try processor.process(image.flattened())
            }
            return Measurement(
                suite: "preprocess", shape: isReduced ? "reduced decode" : "full decode", dtype: "u8", unit: "images/s",
                figures: seconds.map { 1 / $0 },
                notes: [("decoded", .string(sides)), ("file", .string(URL(filePath: path).lastPathComponent))])
        }
    }

    /// Seconds from process start to the first caption token, the process started anew each time.
    func start() throws -> [Measurement] {
        let (model, image) = (try required(command.model, "-m DIR"), try required(command.image, "--image FILE"))
        let tool = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "lorgnette")
        let seconds = try Measurement.timed(command.runs) {
            let process = Process()
            process.executableURL = tool
            process.arguments = ["caption", "-m", model, "--max-tokens", "1", image]
            process.standardOutput = Pipe()
            try process.run()
            process.waitUntilExit()
            guard process.terminationStatus == 0 else { throw ExitCode(process.terminationStatus) }
        }
        return [
            Measurement(
                suite: "start", shape: URL(filePath: model).lastPathComponent, dtype: "auto", unit: "s",
                figures: seconds)
        ]
    }

    /// A caption end to end, the model loaded.
    func imageText() throws -> [Measurement] {
        let (model, image) = (try required(command.model, "-m DIR"), try required(command.image, "--image FILE"))
        let lorgnette = try Lorgnette(folder: URL(filePath: model))
        let seconds = try Measurement.timed(command.runs) { _ = try lorgnette.look(at: .file(path: image)).caption() }
        return [
            Measurement(
                suite: "image-text", shape: URL(filePath: model).lastPathComponent, dtype: "auto", unit: "images/s",
                figures: seconds.map { 1 / $0 })
        ]
    }

    private func required(_ value: String?, _ flag: String) throws -> String {
        guard let value else { throw ValidationError("\(command.suite.rawValue) wants \(flag)") }
        return value
    }
}
