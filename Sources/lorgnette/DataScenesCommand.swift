import ArgumentParser
import Foundation
import ImageFiles
import Imaging
import SceneDrawing

/// `lorgnette data scenes`.
struct DataScenesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "scenes", abstract: "Draws scenes.")
    @Option(help: .hidden) var fixtures: String?

    func run() async throws {
        guard let fixtures else { return }
        for picture in FixturePicture.all {
            let bitmap = picture.bitmap()
            let bytes = try picture.name.hasSuffix(".jpg") ? bitmap.jpegData(quality: 90) : bitmap.pngData()
            try Data(bytes).write(to: URL(filePath: fixtures).appending(path: picture.name))
        }
    }
}
