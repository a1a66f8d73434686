import ArgumentParser
import ImageFiles
import Imaging

/// How pictures are found and read.
struct ImageOptions: ParsableArguments {
    @Flag(name: [.customShort("r"), .customLong("recursive")], help: "Look into folders of folders too.")
    var recursive = false

    @Option(help: "What lies under transparency: white, a colour #rrggbb, or drop (colours as stored).")
    var alpha: Alpha = Alpha(treatment: .over(.white))

    @Option(help: ArgumentHelp("Refuse pictures of more pixels.", valueName: "n"))
    var maxPixels = ImageDecodingOptions.defaultMaximumPixels

    /// The choice of `--alpha`.
    struct Alpha: ExpressibleByArgument {
        let treatment: AlphaTreatment
        var defaultValueDescription: String { "white" }

        init(treatment: AlphaTreatment) { self.treatment = treatment }

        init?(argument: String) {
            guard let treatment = AlphaTreatment(argument: argument) else { return nil }
            self.treatment = treatment
        }
    }

    func validate() throws {
        guard (1...Self.mostPixels).contains(maxPixels) else {
            throw ValidationError("--max-pixels must be from 1 to \(Self.mostPixels)")
        }
    }

    /// Three bytes each: 3 GB.
    private static let mostPixels = 1_000_000_000

    var decoding: ImageDecodingOptions {
        var options = ImageDecodingOptions()
        options.alpha = alpha.treatment
        options.maximumPixels = maxPixels
        return options
    }
}
