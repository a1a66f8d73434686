import Foundation

/// Reads whole files, up to a limit, so that a device or an endless pipe ends in an error.
struct FileBytes {
    let name: String
    let limit: Int
    private static let chunk = 1 << 20

    init(name: String, limit: Int) {
        self.name = name
        self.limit = limit
    }

    func read(path: String) throws(ImageFileError) -> [UInt8] {
        if FolderListing.isFolder(path) { throw .isFolder(name: name) }
        guard FileManager.default.fileExists(atPath: path) else { throw .noSuchInput(name: name) }
        let handle: FileHandle
        do {
            handle = try FileHandle(forReadingFrom: URL(filePath: path))
        } catch {
            throw .unreadable(name: name, reason: Self.reason(error))
        }
        defer { try? handle.close() }
        return try read(handle)
    }

    func read(_ handle: FileHandle) throws(ImageFileError) -> [UInt8] {
        var bytes: [UInt8] = []
        while true {
            let data: Data?
            do {
                data = try handle.read(upToCount: Self.chunk)
            } catch {
                throw .unreadable(name: name, reason: Self.reason(error))
            }
            guard let data, !data.isEmpty else { return bytes }
            bytes.append(contentsOf: data)
            guard bytes.count <= limit else { throw .tooManyBytes(name: name, limit: limit) }
        }
    }

    /// The system's own words ("Permission denied") where Foundation wraps them.
    static func reason(_ error: any Error) -> String {
        let cocoa = error as NSError
        if let system = cocoa.userInfo[NSUnderlyingErrorKey] as? NSError, system.domain == NSPOSIXErrorDomain {
            return system.localizedDescription
        }
        return cocoa.localizedDescription
    }
}
