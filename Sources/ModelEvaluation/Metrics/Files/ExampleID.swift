import JSONText

/// The id of an image or a question: a number or a text, as the file has it, so that result files give it back unchanged.
package enum ExampleID: Hashable, Sendable, CustomStringConvertible {
    case number(Int)
    case text(String)

    /// The id that this JSON value is; nil for anything but an integer or a string.
    package init?(_ value: JSONValue?) {
        if let number = value?.integer {
            self = .number(number)
        } else if let text = value?.string {
            self = .text(text)
        } else {
            return nil
        }
    }

    /// The number or the text.
    package var description: String {
        switch self {
        case .number(let number): String(number)
        case .text(let text): text
        }
    }
}
