/// A regular expression over UTF-16 code units.
indirect enum LexicalPattern: Sendable {
    /// One code unit out of a set.
    case unit(CodeUnitSet)
    /// One after the other; the empty sequence matches the empty text.
    case sequence([LexicalPattern])
    /// Any one of these.
    case choice([LexicalPattern])
    /// `minimum` to `maximum` times; without bound where `maximum` is nil.
    case repeated(LexicalPattern, minimum: Int, maximum: Int?)

    /// The number of code units of every match, where all matches have the same.
    var fixedLength: Int? {
        switch self {
        case .unit: return 1
        case .sequence(let parts):
            var sum = 0
            for part in parts {
                guard let length = part.fixedLength else { return nil }
                sum += length
            }
            return sum
        case .choice(let options):
            guard let first = options.first?.fixedLength else { return nil }
            return options.allSatisfy { $0.fixedLength == first } ? first : nil
        case .repeated(let part, let minimum, let maximum):
            guard minimum == maximum, let length = part.fixedLength else { return nil }
            return length * minimum
        }
    }
}
