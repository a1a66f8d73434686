import Foundation
import ImageFiles
import Imaging
import TestFixtures

/// Pictures of one colour each with a caption and a question, written for a test; rows of train and dev.
struct TinyDataset {
    /// The `pairs.jsonl`.
    let path: String

    private static let colors: [(name: String, color: RGBColor)] = [
        ("red", RGBColor(red: 220, green: 20, blue: 20)), ("green", RGBColor(red: 20, green: 200, blue: 40)),
        ("blue", RGBColor(red: 20, green: 40, blue: 220)), ("white", RGBColor(red: 250, green: 250, blue: 250)),
    ]

    /// So many rows to train on, every fourth one damaged where `isDamaged` says so.
    init(in scratch: ScratchFolder, rows: Int = 12, dev: Int = 4, isDamaged: (Int) -> Bool) throws {
        var lines: [String] = []
        for index in 0..<rows + dev {
            let (name, color) = Self.colors[index % Self.colors.count]
            let file = "\(index).png"
            var bytes = try Bitmap(width: 20 + index, height: 24, color: color).pngData()
            if isDamaged(index) { bytes.removeLast(bytes.count / 2) }
            try scratch.write(bytes, file)
            let split = index < rows ? "train" : "dev"
            lines.append(
                #"{"image": "\#(file)", "caption": "\#(name)", "qa": [["what colour", "\#(name)"]], "split": "\#(split)"}"#
            )
        }
        path = try scratch.write(Array(lines.joined(separator: "\n").utf8), "pairs.jsonl")
    }
}
