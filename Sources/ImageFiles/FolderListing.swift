import Foundation

/// The pictures in a folder.
struct FolderListing {
    let folder: String
    /// Whether its folders are looked into, at every depth. Links to folders are not followed: they may lead back.
    let recursive: Bool

    /// Extensions that claim a picture: such a file is listed whatever it holds, so that damage becomes an error row and
    /// not a silent gap.
    static let imageExtensions: Set<String> = [
        "png", "apng", "jpg", "jpeg", "jpe", "jfif", "gif", "webp", "bmp", "tif", "tiff", "heic", "heif", "avif", "jxl",
        "jp2",
    ]

    static func isFolder(_ path: String) -> Bool {
        (try? URL(filePath: path).resolvingSymlinksInPath().resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory
            ?? false
    }

    /// Paths that begin with the folder as given, sorted by name at each level. Hidden files are left out.
    /// - Throws: `ImageFileError.unreadable` for a folder that cannot be listed.
    func imagePaths() throws(ImageFileError) -> [String] {
        try imagePaths(in: folder)
    }

    private func imagePaths(in folder: String) throws(ImageFileError) -> [String] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            throw .unreadable(name: folder, reason: FileBytes.reason(error))
        }
        var paths: [String] = []
        for name in names.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) where !name.hasPrefix(".") {
            let path = folder.hasSuffix("/") ? folder + name : folder + "/" + name
            if Self.isFolder(path) {
                if recursive, !Self.isLink(path) { paths += try imagePaths(in: path) }
            } else if isImage(path) {
                paths.append(path)
            }
        }
        return paths
    }

    private static func isLink(_ path: String) -> Bool {
        (try? URL(filePath: path).resourceValues(forKeys: [.isSymbolicLinkKey]))?.isSymbolicLink ?? false
    }

    private func isImage(_ path: String) -> Bool {
        // Only plain files are opened: reading a pipe would wait for ever. A link to nothing is told as an error.
        let values = try? URL(filePath: path).resolvingSymlinksInPath().resourceValues(forKeys: [.isRegularFileKey])
        let isPlain = values?.isRegularFile == true
        if !isPlain, FileManager.default.fileExists(atPath: path) { return false }
        if Self.imageExtensions.contains(URL(filePath: path).pathExtension.lowercased()) { return true }
        guard isPlain, let handle = try? FileHandle(forReadingFrom: URL(filePath: path)) else {
            return false
        }
        defer { try? handle.close() }
        guard let start = try? handle.read(upToCount: 64) else { return false }
        return ImageFormat(startOf: start)?.isReadable ?? false
    }
}
