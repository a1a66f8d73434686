/// How a text of too many tokens is cut.
public struct Truncation: Sendable, Equatable {
    /// The end at which tokens are left out.
    public enum Side: String, Sendable { case left, right }

    /// The most ids, special tokens included.
    public var maximumLength: Int
    /// The end at which ids are left out.
    public var side: Side

    /// At most `maximumLength` ids; the others are left out at `side`.
    public init(maximumLength: Int, side: Side = .right) {
        self.maximumLength = maximumLength
        self.side = side
    }

    /// The ids that stay when `added` more are put around them.
    func apply(_ identifiers: [Int], added: Int) -> [Int] {
        let room = max(0, maximumLength - added)
        guard identifiers.count > room else { return identifiers }
        return Array(side == .right ? identifiers.prefix(room) : identifiers.suffix(room))
    }
}
