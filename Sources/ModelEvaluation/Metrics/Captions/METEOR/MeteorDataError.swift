/// Why METEOR's data cannot be read.
package enum MeteorDataError: Error, Equatable, CustomStringConvertible {
    /// A file of the folder is absent or cannot be opened.
    case missing(file: String)
    /// A line is not what stands there in such a file.
    case malformed(file: String, line: Int, expected: String)

    /// Whether a file is absent, not damaged.
    package var isMissing: Bool { if case .missing = self { true } else { false } }

    /// One sentence: what, where, what to do.
    package var description: String {
        switch self {
        case .missing(let file):
            "\(file): there is no such file; METEOR's folder holds english.synsets and english.exceptions out of "
                + "meteor-1.5.jar's folder synonym, and paraphrase-en, which is paraphrase-en.gz uncompressed"
        case .malformed(let file, let line, let expected): "\(file): line \(line) is not \(expected)"
        }
    }
}
