extension PreTokenizer {
    /// Divides the pieces of `buffer` further, and rewrites their text where the rule says so.
    ///
    /// - Parameter mapsBytes: whether the byte-level rule writes scalars for bytes; a model that takes raw bytes
    ///   saves that work.
    func apply(to buffer: inout PieceBuffer, mapsBytes: Bool = true) {
        switch self {
        case .sequence(let steps): for step in steps { step.apply(to: &buffer, mapsBytes: mapsBytes) }
        case .byteLevel(let addsPrefixSpace, let splits):
            if addsPrefixSpace { Self.prependSpace(to: &buffer) }
            if splits { Self.splitAsGPT2(&buffer) }
            if mapsBytes { Self.mapBytes(&buffer) }
        case .metaspace(let options): Self.metaspace(options, &buffer)
        case .split(let pattern, let behavior, let isInverted):
            if behavior == .isolated || (behavior == .removed && isInverted) {
                let keepsRest = behavior == .isolated
                buffer.split { text, piece, result in
                    pattern.forEachMatch(text, piece) { range, isMatch in
                        if !range.isEmpty, isMatch || keepsRest { result.append(range) }
                    }
                }
                return
            }
            buffer.split { text, piece, result in
                var matches: [(range: Range<Int>, isMatch: Bool)] = []
                pattern.forEachMatch(text, piece) { matches.append(($0, $1 != isInverted)) }
                behavior.apply(matches, to: &result)
            }
        case .whitespace: Self.splitWords(&buffer)
        case .whitespaceSplit: Self.split(&buffer, .removed, ScalarClasses.isSpace)
        case .punctuation(let behavior): Self.split(&buffer, behavior, LibraryUnicode.isPunctuation)
        case .digits(let isIndividual):
            Self.split(&buffer, isIndividual ? .isolated : .contiguous) {
                GeneralCategories.ownBit($0) & (0b111 << 8) != 0
            }
        case .bert:
            Self.split(&buffer, .removed, ScalarClasses.isSpace)
            Self.split(&buffer, .isolated, LibraryUnicode.isPunctuation)
        case .delimiter(let delimiter): Self.split(&buffer, .removed) { $0 == delimiter }
        case .fixedLength(let length): Self.splitEvery(length, &buffer)
        }
    }

    // MARK: - Byte level

    private static func prependSpace(to buffer: inout PieceBuffer) {
        guard buffer.pieces.contains(where: { buffer.bytes[$0.lowerBound] != 0x20 }) else { return }
        buffer.rewrite { buffer, piece, writer in
            if buffer.bytes[piece.lowerBound] != 0x20 { writer.write([0x20], from: buffer, piece.lowerBound) }
            writer.copy(buffer, piece)
        }
    }

    private static func splitAsGPT2(_ buffer: inout PieceBuffer) {
        buffer.pieces.reserveCapacity(buffer.bytes.count / 4)
        buffer.split { text, piece, result in
            var position = piece.lowerBound
            while position < piece.upperBound {
                let end = GPT2Splitter.end(text, from: position, limit: piece.upperBound)
                result.append(position..<end)
                position = end
            }
        }
    }

    private static func mapBytes(_ buffer: inout PieceBuffer) {
        buffer.rewrite { buffer, piece, writer in
            for position in piece {
                let before = writer.bytes.count
                ByteLevelAlphabet.append(buffer.bytes[position], to: &writer.bytes)
                if writer.tracksSources {
                    let count = writer.bytes.count - before
                    writer.sources.append(contentsOf: repeatElement(buffer.sources[position], count: count))
                }
            }
        }
    }

    // MARK: - Metaspace

    private static func metaspace(_ options: MetaspaceOptions, _ buffer: inout PieceBuffer) {
        let replacement = UTF8Text.bytes(options.replacement)
        buffer.rewrite { buffer, piece, writer in
            let isReplaced = buffer.bytes[piece.lowerBound] == 0x20
            let isPresent = isReplaced || buffer.bytes[piece].starts(with: replacement)
            let isWanted =
                switch options.scheme {
                case .always: true
                case .first: buffer.startsOriginal(piece)
                case .never: false
                }
            if isWanted, !isPresent { writer.write(replacement, from: buffer, piece.lowerBound) }
            var copied = piece.lowerBound
            for position in piece where buffer.bytes[position] == 0x20 {
                writer.copy(buffer, copied..<position)
                writer.write(replacement, from: buffer, position)
                copied = position + 1
            }
            writer.copy(buffer, copied..<piece.upperBound)
        }
        guard options.splits else { return }
        buffer.split { text, piece, result in
            // Each replacement begins a piece, the second of two in a row as well.
            var start = piece.lowerBound
            var search = start
            while let found = ByteSearch.first(replacement, in: text, from: search, limit: piece.upperBound) {
                if found > start { result.append(start..<found) }
                start = found
                search = found + replacement.count
            }
            if start < piece.upperBound { result.append(start..<piece.upperBound) }
        }
    }

    // MARK: - By scalar

    private static func split(
        _ buffer: inout PieceBuffer, _ behavior: SplitBehavior, _ isMatch: (UInt32) -> Bool
    ) {
        buffer.split { text, piece, result in
            var matches: [(range: Range<Int>, isMatch: Bool)] = []
            var start = piece.lowerBound
            var position = start
            while position < piece.upperBound {
                let (scalar, length) = UTF8Text.scalar(text, position)
                if isMatch(scalar) {
                    if start < position { matches.append((start..<position, false)) }
                    matches.append((position..<position + length, true))
                    start = position + length
                }
                position += length
            }
            if start < piece.upperBound { matches.append((start..<piece.upperBound, false)) }
            behavior.apply(matches, to: &result)
        }
    }

    /// `\w+|[^\w\s]+`, what lies between them removed.
    private static func splitWords(_ buffer: inout PieceBuffer) {
        func kind(_ scalar: UInt32) -> Int {
            LibraryUnicode.isWord(scalar) ? 1 : ScalarClasses.isSpace(scalar) ? 0 : 2
        }
        buffer.split { text, piece, result in
            var start = piece.lowerBound
            var position = start
            var current = 0
            while position < piece.upperBound {
                let (scalar, length) = UTF8Text.scalar(text, position)
                let next = kind(scalar)
                if next != current {
                    if current != 0 { result.append(start..<position) }
                    start = position
                    current = next
                }
                position += length
            }
            if current != 0 { result.append(start..<piece.upperBound) }
        }
    }

    private static func splitEvery(_ length: Int, _ buffer: inout PieceBuffer) {
        buffer.split { text, piece, result in
            var start = piece.lowerBound
            var position = start
            var count = 0
            while position < piece.upperBound {
                position += UTF8Text.length(text[position])
                count += 1
                if count == length {
                    result.append(start..<position)
                    (start, count) = (position, 0)
                }
            }
            if start < piece.upperBound { result.append(start..<piece.upperBound) }
        }
    }
}
