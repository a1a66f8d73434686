/// A SentencePiece model file (`tokenizer.model`, `spiece.model`): a Protocol Buffers message, of which the pieces and
/// what the conversion needs are read.
struct SentencePieceModel: Sendable {
    /// What a piece is for.
    enum Kind: Int, Sendable { case normal = 1, unknown, control, userDefined, unused, byte }

    /// A token, its score, and what it is for.
    struct Piece: Sendable {
        var text: [UInt8] = []
        var score: Float = 0
        var kind = Kind.normal
    }

    private(set) var pieces: [Piece] = []
    private(set) var isUnigram = true
    private(set) var hasByteFallback = false
    private(set) var unknownIdentifier = 0
    private(set) var beginningIdentifier = 1
    private(set) var endIdentifier = 2
    private(set) var unknownPiece = "<unk>"
    private(set) var beginningPiece = "<s>"
    private(set) var endPiece = "</s>"
    private(set) var normalizationMap: [UInt8] = []
    /// Whether a blank is put before a text, runs of blanks become one, and blanks become `▁`.
    private(set) var addsPrefix = true
    private(set) var removesExtraBlanks = true
    private(set) var escapesBlanks = true

    /// The model in those bytes.
    init(_ bytes: [UInt8], file: String) throws(TokenizerError) {
        do throws(ProtocolBufferReader.Problem) {
            var reader = ProtocolBufferReader(bytes[...])
            while let field = try reader.next() {
                switch (field.number, field.value) {
                case (1, .bytes(let slice)): pieces.append(try Self.piece(slice))
                case (2, .bytes(let slice)): try readTrainer(slice)
                case (3, .bytes(let slice)): try readNormaliser(slice)
                default: break
                }
            }
        } catch { throw .damagedModel(file: file, offset: error.offset, reason: error.reason) }
        guard !pieces.isEmpty else { throw .damagedModel(file: file, offset: 0, reason: "it holds no pieces") }
        for piece in pieces where String(validating: piece.text, as: UTF8.self) == nil {
            throw .damagedModel(file: file, offset: 0, reason: "a piece is not UTF-8")
        }
    }

    private static func piece(_ bytes: ArraySlice<UInt8>) throws(ProtocolBufferReader.Problem) -> Piece {
        var reader = ProtocolBufferReader(bytes)
        var piece = Piece()
        while let field = try reader.next() {
            switch (field.number, field.value) {
            case (1, .bytes(let text)): piece.text = Array(text)
            case (2, .fixed32(let bits)): piece.score = Float(bitPattern: bits)
            case (3, .integer(let kind)): piece.kind = Kind(rawValue: Int(truncatingIfNeeded: kind)) ?? .normal
            default: break
            }
        }
        return piece
    }

    private mutating func readTrainer(_ bytes: ArraySlice<UInt8>) throws(ProtocolBufferReader.Problem) {
        var reader = ProtocolBufferReader(bytes)
        while let field = try reader.next() {
            switch (field.number, field.value) {
            case (3, .integer(let type)): isUnigram = type == 1
            case (35, .integer(let flag)): hasByteFallback = flag != 0
            case (40, .integer(let identifier)): unknownIdentifier = Self.signed(identifier)
            case (41, .integer(let identifier)): beginningIdentifier = Self.signed(identifier)
            case (42, .integer(let identifier)): endIdentifier = Self.signed(identifier)
            case (45, .bytes(let text)): unknownPiece = String(decoding: text, as: UTF8.self)
            case (46, .bytes(let text)): beginningPiece = String(decoding: text, as: UTF8.self)
            case (47, .bytes(let text)): endPiece = String(decoding: text, as: UTF8.self)
            default: break
            }
        }
    }

    private mutating func readNormaliser(_ bytes: ArraySlice<UInt8>) throws(ProtocolBufferReader.Problem) {
        var reader = ProtocolBufferReader(bytes)
        while let field = try reader.next() {
            switch (field.number, field.value) {
            case (2, .bytes(let map)): normalizationMap = Array(map)
            case (3, .integer(let flag)): addsPrefix = flag != 0
            case (4, .integer(let flag)): removesExtraBlanks = flag != 0
            case (5, .integer(let flag)): escapesBlanks = flag != 0
            default: break
            }
        }
    }

    private static func signed(_ value: UInt64) -> Int { Int(Int32(truncatingIfNeeded: value)) }
}

/// Walks the fields of a Protocol Buffers message.
struct ProtocolBufferReader {
    /// What is wrong, and at which byte.
    struct Problem: Error {
        let reason: String
        let offset: Int
    }

    /// A field's value as it is stored.
    enum Value {
        case integer(UInt64)
        case fixed64(UInt64)
        case bytes(ArraySlice<UInt8>)
        case fixed32(UInt32)
    }

    private let bytes: ArraySlice<UInt8>
    private var position: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    /// The next field, or nothing at the end.
    mutating func next() throws(Problem) -> (number: Int, value: Value)? {
        guard position < bytes.endIndex else { return nil }
        let key = try variable()
        guard key >> 3 > 0, key >> 3 < 1 << 29 else {
            throw Problem(reason: "a field without number", offset: position)
        }
        let number = Int(key >> 3)
        switch key & 7 {
        case 0: return (number, .integer(try variable()))
        case 1: return (number, .fixed64(try fixed(8)))
        case 2:
            let length = try variable()
            guard length <= UInt64(bytes.endIndex - position) else {
                throw Problem(reason: "a field longer than the file", offset: position)
            }
            defer { position += Int(length) }
            return (number, .bytes(bytes[position..<position + Int(length)]))
        case 5: return (number, .fixed32(UInt32(truncatingIfNeeded: try fixed(4))))
        default: throw Problem(reason: "a field of unknown kind", offset: position)
        }
    }

    private mutating func variable() throws(Problem) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard position < bytes.endIndex else {
                throw Problem(reason: "the file ends in a number", offset: position)
            }
            let byte = bytes[position]
            position += 1
            value |= shift < 64 ? UInt64(byte & 0x7F) << shift : 0
            if byte < 0x80 { return value }
        }
        throw Problem(reason: "a number without end", offset: position)
    }

    private mutating func fixed(_ count: Int) throws(Problem) -> UInt64 {
        guard bytes.endIndex - position >= count else {
            throw Problem(reason: "the file ends in a number", offset: position)
        }
        defer { position += count }
        return (0..<count).reduce(0) { $0 | UInt64(bytes[position + $1]) << UInt64(8 * $1) }
    }
}
