import Foundation
import LorgnetteModel
import TestFixtures
import Testing

/// The model that ships: found beside the program, wherever both are.
@Suite struct ShippedModelTests {
    private static let bundle = "lorgnette_LorgnetteModel.resources"

    /// The weights in the bundle beside the built program; nil where none are there yet.
    private static let built: String? = {
        let folder = URL(filePath: CommandRun.binary).deletingLastPathComponent().appending(path: "\(bundle)/Model")
        let config = folder.appending(path: "config.json").path(percentEncoded: false)
        guard FileManager.default.fileExists(atPath: config) else {
            FileHandle.standardError.write(Data("no weights in Sources/LorgnetteModel/Model yet\n".utf8))
            return nil
        }
        return folder.path(percentEncoded: false)
    }()

    /// The program in a folder of its own.
    private func moved(to folder: ScratchFolder) throws -> String {
        let program = folder.file("lorgnette")
        try FileManager.default.copyItem(atPath: CommandRun.binary, toPath: program)
        return program
    }

    @Test func `a bundle that stands beside a moved program is found, through a link as well`() throws {
        let folder = try ScratchFolder()
        let program = try moved(to: folder)
        try FileManager.default.createDirectory(
            atPath: folder.file(Self.bundle), withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            atPath: Repository.path(Models.opt), toPath: folder.file("\(Self.bundle)/Model"))
        let elsewhere = try ScratchFolder()
        try FileManager.default.createSymbolicLink(
            atPath: elsewhere.file("lorgnette"), withDestinationPath: program)

        for binary in [program, elsewhere.file("lorgnette")] {
            let inspected = try CommandRun(["inspect"], binary: binary)
            let captioned = try CommandRun(
                ["caption", "\(Models.opt)/image_0.png", "--max-tokens", "2"], binary: binary)

            #expect(inspected.status == 0 && captioned.status == 0, "\(inspected.errors) \(captioned.errors)")
            let path = try #require(inspected.lines.first { $0.hasPrefix("path: ") })
            #expect(
                path.contains(Self.bundle) && path.contains(URL(filePath: folder.path).lastPathComponent), "\(path)")
        }
    }

    @Test(.enabled(if: built != nil, "no weights in Sources/LorgnetteModel/Model yet"))
    func `the model that ships moves with the program`() throws {
        let folder = try ScratchFolder()
        let program = try moved(to: folder)
        // From a path that ends in a slash Foundation copies under names without their first letter.
        let bundle = URL(filePath: try #require(Self.built)).deletingLastPathComponent()
        let path = bundle.deletingLastPathComponent().path(percentEncoded: false) + bundle.lastPathComponent
        try FileManager.default.copyItem(atPath: path, toPath: folder.file(Self.bundle))

        let run = try CommandRun(["inspect"], binary: program)
        let caption = try CommandRun(["caption", "fixtures/pictures/coin.jpg"], binary: program)

        #expect(run.status == 0 && caption.status == 0, "\(run.errors) \(caption.errors)")
        #expect(run.output.contains(URL(filePath: folder.path).lastPathComponent))
        #expect(!caption.output.isEmpty)
        let bytes = try FileManager.default.subpathsOfDirectory(atPath: folder.file(Self.bundle)).reduce(0) {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.file("\(Self.bundle)/\($1)"))
            return $0 + (attributes[.type] as? FileAttributeType == .typeRegular ? attributes[.size] as? Int ?? 0 : 0)
        }
        #expect(bytes <= 30_000_000, "\(bytes) bytes")
        #expect(FileManager.default.fileExists(atPath: folder.file("\(Self.bundle)/Model/NOTICE")))
    }

    @Test func `where there is none, the error says where it was looked for and what to do`() throws {
        let folder = try ScratchFolder()
        let places = ShippedModel.places(beside: URL(filePath: folder.path))

        let error = try #require(throws: ShippedModelError.self) { try ShippedModel.folder(among: places) }

        #expect(error.places.count == places.count && error.places[0].contains(Self.bundle))
        #expect(error.description.contains("-m DIR") && error.description.contains(error.places[0]))
    }

    @Test(arguments: [["caption", "/nowhere/x.png"], ["ask", "/nowhere/x.png", "What?"], ["inspect", "/nowhere"]])
    func `what is missing is status 66, model or picture`(arguments: [String]) throws {
        let run = try CommandRun(arguments)

        #expect(run.status == 66 && run.output.isEmpty)
        #expect(run.errors.contains("error: "), "\(run.errors)")
    }
}
