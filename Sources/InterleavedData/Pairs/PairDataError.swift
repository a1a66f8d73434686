import JSONText

/// Why a picture–text dataset cannot be read.
package enum PairDataError: Error, Equatable {
    /// There is no file or folder of that name.
    case noSuchInput(path: String)
    /// The system refuses to read it.
    case cannotRead(path: String, reason: String)
    /// Neither name nor content tells one of the formats.
    case unknownFormat(path: String)
    /// No row has the keys of interleaved documents.
    case notInterleaved(path: String)
    /// Packed by that program; only plain files are read.
    case compressed(path: String, by: String)
    /// The file as a whole is not JSON.
    case notJSON(file: String, JSONError)
    /// The header of a table names no column of that purpose.
    case noColumn(file: String, oneOf: [String], header: [String])
    /// A tar archive whose header at that byte is not one, or that ends before its content does.
    case damagedArchive(file: String, offset: Int, TarProblem)
    /// A forced format that this kind of input cannot have: a folder where a file is wanted, or the other way round.
    case wrongKindOfInput(path: String, format: PairFormat)
    /// No row at all.
    case empty(path: String)
    /// Rows that are not what the format says; there may be more of them than are told.
    case rows(path: String, [PairRowError])
    /// No row belongs to that split.
    case noSuchSplit(path: String, split: String, present: [String])

    /// Whether what was named does not exist.
    package var isMissing: Bool { if case .noSuchInput = self { true } else { false } }

    /// Whether the system could not read something that is there.
    package var isReadFailure: Bool { if case .cannotRead = self { true } else { false } }
}

/// What is wrong with a tar archive.
package enum TarProblem: Sendable, Equatable {
    /// The file ends inside a header or a member's bytes, or without the two zero blocks that end every archive.
    case endsEarly
    /// The header's sum is not the one that it states.
    case badSum
    /// A number of the header that is none, or senselessly large.
    case badNumber
    /// An extended header that is not made of `length key=value` lines.
    case badExtension
}

extension PairDataError: CustomStringConvertible {
    /// How many rows an error spells out.
    private static let rowsShown = 5

    /// What is wrong, where, and what to do.
    package var description: String {
        switch self {
        case .noSuchInput(let path): "\(path): no such file or folder"
        case .cannotRead(let path, let reason): "\(path): cannot be read: \(reason)"
        case .unknownFormat(let path):
            "\(path): not a dataset that is known (\(PairFormat.names)); name its format where the name does not tell it"
        case .notInterleaved(let path):
            "\(path): no row of interleaved documents: they have \"parts\" (our own), \"text_list\" and \"image_info\" (MMC4), or "
                + "\"images\" and \"texts\" (OBELICS)"
        case .compressed(let path, let program): "\(path): packed by \(program); unpack it first"
        case .notJSON(let file, let error): "\(file): \(error.description)"
        case .noColumn(let file, let names, let header):
            "\(file): no column \(names.joined(separator: ", ")) in the header (\(header.joined(separator: ", "))); "
                + "the first line must name the columns"
        case .damagedArchive(let file, let offset, let problem): "\(file): byte \(offset): \(problem)"
        case .wrongKindOfInput(let path, let format): "\(path): cannot be read as \(format.rawValue): \(format.wants)"
        case .empty(let path): "\(path): holds no row"
        case .rows(let path, let rows): Self.describe(rows, of: path)
        case .noSuchSplit(let path, let split, let present):
            "\(path): no row of the split \(split); there are "
                + (present.isEmpty ? "no splits" : present.joined(separator: ", "))
        }
    }

    private static func describe(_ rows: [PairRowError], of path: String) -> String {
        var lines = rows.prefix(rowsShown).map(\.description)
        if rows.count > rowsShown { lines.append("\(path): and \(rows.count - rowsShown) more rows") }
        return lines.joined(separator: "\n")
    }
}

extension TarProblem: CustomStringConvertible {
    /// What is wrong and what to do.
    package var description: String {
        switch self {
        case .endsEarly: "the archive ends early: it is cut off; copy or make it again"
        case .badSum: "not a tar header (its sum is wrong): the archive is damaged"
        case .badNumber: "a size in this tar header is not a number: the archive is damaged"
        case .badExtension: "an extended (pax) header is malformed: the archive is damaged"
        }
    }
}
