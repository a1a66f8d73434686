/// Why a chat template cannot be read or laid out. Lines count from 1.
public enum TemplateError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The text is not a template.
    case syntax(line: Int, reason: String)
    /// Something that templates may hold and that is not read here.
    case unsupported(line: Int, what: String)
    /// A name without a value was used as if it had one.
    case undefined(name: String)
    /// An operation on a value of another kind than it takes.
    case wrongKind(operation: String, found: String)
    /// The template refused the conversation, in its own words.
    case refused(message: String)
    /// Tags, expressions or macros stand deeper in one another than `limit`.
    case tooDeep(limit: Int)
    /// More than `limit` steps or characters were laid out.
    case tooLong(limit: Int)

    /// One sentence: what, where, what to do.
    public var description: String {
        switch self {
        case .syntax(let line, let reason): "chat template, line \(line): \(reason)"
        case .unsupported(let line, let what): "chat template, line \(line): \(what) is not supported"
        case .undefined(let name): "chat template: '\(name)' is undefined; the conversation lacks it"
        case .wrongKind(let operation, let found): "chat template: \(operation) does not take \(found)"
        case .refused(let message): "the chat template refuses this conversation: \(message)"
        case .tooDeep(let limit): "chat template: nested deeper than \(limit)"
        case .tooLong(let limit): "chat template: goes on beyond \(limit) steps"
        }
    }
}
