/// Why a run cannot be done, gone on with, or read.
package enum RunError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A file or folder of the run cannot be written.
    case cannotWrite(path: String, reason: String)
    /// A file of the run cannot be read.
    case cannotRead(path: String, reason: String)
    /// There is no run there.
    case noRun(path: String)
    /// A file of the run is not what we write.
    case damaged(path: String, place: String)
    /// The folder holds a run of another protocol, model or data.
    case differentRun(path: String, differences: [String])
    /// Two results are of different protocols.
    case differentProtocols(first: String, second: String, differences: [String])
    /// Runs that are to be merged do not belong together.
    case cannotMerge(reason: String)
    /// No row of that id.
    case noSuchExample(path: String, id: String, near: [String])
    /// The runs share no task.
    case noCommonTask(first: [String], second: [String])

    /// One sentence: what, where, what to do.
    package var description: String {
        switch self {
        case .cannotWrite(let path, let reason): "\(path): cannot write: \(reason)"
        case .cannotRead(let path, let reason): "\(path): cannot be read: \(reason)"
        case .noRun(let path): "\(path): holds no run of eval; name a folder that eval -o wrote"
        case .damaged(let path, let place):
            "\(path): \(place) is not what eval writes; evaluate again into a new folder"
        case .differentRun(let path, let differences):
            "\(path): holds a run with other settings (\(differences.joined(separator: "; "))); name another folder, or "
                + "remove this one"
        case .differentProtocols(let first, let second, let differences):
            "\(first) and \(second) were made under different protocols (\(differences.joined(separator: "; "))); "
                + "--anyway compares them nevertheless"
        case .cannotMerge(let reason): "cannot merge: \(reason)"
        case .noSuchExample(let path, let id, let near):
            "\(path): no example \"\(id)\"" + (near.isEmpty ? "" : "; there are \(near.joined(separator: ", "))")
        case .noCommonTask(let first, let second):
            "the runs share no task: \(first.joined(separator: ", ")) and \(second.joined(separator: ", "))"
        }
    }

    /// Whether something that was named does not exist.
    package var isMissingInput: Bool { if case .noRun = self { true } else { false } }

    /// Whether reading or writing failed.
    package var isReadWriteFailure: Bool {
        switch self {
        case .cannotWrite, .cannotRead: true
        default: false
        }
    }
}
