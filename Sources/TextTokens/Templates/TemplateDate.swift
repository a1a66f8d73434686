import Foundation

/// A moment, for templates that tell the model what day it is.
public struct TemplateDate: Sendable {
    private let date: Date

    /// This moment.
    public init(_ date: Date = Date()) { self.date = date }

    private static let months = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
    private static let days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]

    /// The date in C's `strftime` codes, in local time and English.
    func formatted(_ format: String) throws(TemplateError) -> String {
        let parts = Calendar(identifier: .gregorian).dateComponents(
            [.year, .month, .day, .hour, .minute, .second, .weekday], from: date)
        func padded(_ value: Int?) -> String { (value ?? 0) < 10 ? "0\(value ?? 0)" : "\(value ?? 0)" }
        var result = ""
        var isCode = false
        for character in format {
            guard isCode else {
                if character == "%" { isCode = true } else { result.append(character) }
                continue
            }
            isCode = false
            switch character {
            case "Y": result += "\(parts.year ?? 0)"
            case "y": result += padded((parts.year ?? 0) % 100)
            case "m": result += padded(parts.month)
            case "d": result += padded(parts.day)
            case "H": result += padded(parts.hour)
            case "M": result += padded(parts.minute)
            case "S": result += padded(parts.second)
            case "B": result += Self.months[((parts.month ?? 1) - 1) % 12]
            case "b": result += Self.months[((parts.month ?? 1) - 1) % 12].prefix(3)
            case "A": result += Self.days[((parts.weekday ?? 1) - 1) % 7]
            case "a": result += Self.days[((parts.weekday ?? 1) - 1) % 7].prefix(3)
            case "%": result += "%"
            default: throw .wrongKind(operation: "strftime_now", found: "the code %\(character)")
            }
        }
        return result
    }
}
