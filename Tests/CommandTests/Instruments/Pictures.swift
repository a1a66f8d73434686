import ImageFiles
import Imaging
import TestFixtures

/// Pictures that tests draw.
enum Pictures {
    /// A picture of two colours that differ with `kind`.
    static func bitmap(_ kind: Int, width: Int = 40, height: Int = 30) -> Bitmap {
        var pixels: [UInt8] = []
        for y in 0..<height {
            for x in 0..<width {
                let isInside = (x + kind * 3) / 8 % 2 == y / 7 % 2
                pixels += isInside ? [UInt8(40 * kind % 256), 200, 30] : [250, UInt8(90 + 25 * kind % 160), 180]
            }
        }
        return Bitmap(width: width, height: height, pixels: pixels)
    }

    static func png(_ kind: Int) throws -> [UInt8] { try bitmap(kind).pngData() }

    static func jpeg(_ kind: Int) throws -> [UInt8] { try bitmap(kind).jpegData(quality: 90) }

    /// A folder: a.png, b.jpg, c.bin (a PNG by its content), d.txt (no picture), deep/e.png.
    static func folder() throws -> ScratchFolder {
        let folder = try ScratchFolder()
        try folder.write(png(1), "a.png")
        try folder.write(jpeg(2), "b.jpg")
        try folder.write(png(3), "c.bin")
        try folder.write("not a picture", "d.txt")
        try folder.write(png(4), "deep/e.png")
        return folder
    }
}

/// Paths in the repository as a user in its root would write them.
enum Models {
    static let opt = "fixtures/parity/blip2-opt-a"
    static let olmoe = "fixtures/parity/blip2-olmoe-a"
    static let all = ["a", "b", "c"].flatMap {
        ["fixtures/parity/blip2-opt-\($0)", "fixtures/parity/blip2-olmoe-\($0)"]
    }
}
