import ImageFiles
import Imaging
import ReportPages

/// Small copies of pictures for a page.
struct ReportThumbnails {
    let options: ImageDecodingOptions
    /// The longest side in pixels.
    var side = 192

    /// The pictures of an example side by side; nil where there are none. One that cannot be read shows as such.
    func picture(of example: EvaluationExample) -> PagePicture? {
        guard !example.pictures.isEmpty else { return nil }
        let name = example.pictures.map(\.name).joined(separator: " + ")
        let reference: PictureReference = example.pictures.count == 1 ? example.pictures[0] : .strip(example.pictures)
        guard let bitmap = try? reference.bitmap(options: options), let bytes = try? bytes(of: bitmap) else {
            return PagePicture(bytes: [], alternative: name)
        }
        return PagePicture(bytes: bytes, alternative: name)
    }

    private func bytes(of bitmap: Bitmap) throws -> [UInt8] {
        let longest = max(bitmap.width, bitmap.height)
        guard longest > side else { return try bitmap.pngData() }
        let width = max(1, bitmap.width * side / longest)
        let height = max(1, bitmap.height * side / longest)
        return try bitmap.resized(width: width, height: height, filter: .bicubic).jpegData(quality: 85)
    }
}
