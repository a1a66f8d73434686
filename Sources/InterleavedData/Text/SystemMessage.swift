import Foundation

/// The system's words for its error numbers.
enum SystemMessage {
    /// The text of an error number.
    static func text(of code: Int32) -> String { unsafe String(cString: strerror(code)) }
}
