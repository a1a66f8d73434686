/// Tokens and their ids.
struct Vocabulary: Sendable {
    /// Larger ids are refused: a table by id would not fit the memory.
    static let largestIdentifier = 16_777_215

    private(set) var table: ByteKeyTable
    /// Position in `table` of the token with that id, or -1.
    private var entryOfIdentifier: [Int32] = []

    init(minimumCapacity: Int = 16) { table = ByteKeyTable(minimumCapacity: minimumCapacity) }

    /// How many tokens there are.
    var count: Int { table.count }

    /// One more than the largest id.
    var identifierEnd: Int { entryOfIdentifier.count }

    /// What went wrong when a token was added.
    enum Problem: Error { case repeatedToken, repeatedIdentifier(other: String), outOfRange }

    /// Adds a token.
    mutating func add(_ token: [UInt8], identifier: Int) throws(Problem) {
        guard (0...Self.largestIdentifier).contains(identifier) else { throw .outOfRange }
        if identifier >= entryOfIdentifier.count {
            let missing = identifier + 1 - entryOfIdentifier.count
            entryOfIdentifier.append(contentsOf: repeatElement(-1, count: missing))
        }
        if let other = self.token(identifier) {
            throw .repeatedIdentifier(other: String(decoding: other, as: UTF8.self))
        }
        let (index, isNew) = table.insert(token, 0..<token.count, value: Int32(identifier))
        guard isNew else { throw .repeatedToken }
        entryOfIdentifier[identifier] = Int32(index)
    }

    /// Adds a token at the next id; where the token is there already, its id becomes the new one, as a dictionary
    /// filled from a list has it, while both ids keep the text.
    mutating func append(_ token: [UInt8]) {
        let identifier = entryOfIdentifier.count
        let (index, isNew) = table.insert(token, 0..<token.count, value: Int32(identifier))
        if !isNew { table.setValue(Int32(identifier), at: index) }
        entryOfIdentifier.append(Int32(index))
    }

    /// The id of the token with those bytes.
    func identifier(_ bytes: [UInt8], _ range: Range<Int>) -> Int32? { table.value(bytes, range) }

    /// The id of that token.
    func identifier(_ token: String) -> Int32? {
        let bytes = Array(token.utf8)
        return table.value(bytes, 0..<bytes.count)
    }

    /// The text of the token with that id.
    func token(_ identifier: Int) -> ArraySlice<UInt8>? {
        guard entryOfIdentifier.indices.contains(identifier), entryOfIdentifier[identifier] >= 0 else { return nil }
        return table.key(Int(entryOfIdentifier[identifier]))
    }
}
