import JSONText

/// Reads an object of tokens and ids, as `vocab.json` and `tokenizer.json` have it.
enum VocabularyFile {
    /// The vocabulary that the object at the reader's cursor is.
    static func vocabulary(
        _ reader: inout JSONReader, file: String, key: String
    ) throws(TokenizerError) -> Vocabulary {
        var vocabulary = Vocabulary(minimumCapacity: 32_768)
        var token: [UInt8] = []
        do throws(JSONError) { try reader.enterObject() } catch { throw .notJSON(file: file, error: error) }
        while true {
            token.removeAll(keepingCapacity: true)
            let identifier: Int
            do throws(JSONError) {
                guard try reader.nextKey(appendingTo: &token) else { return vocabulary }
                identifier = try reader.integer()
            } catch { throw .notJSON(file: file, error: error) }
            try add(token, identifier, to: &vocabulary, file: file, key: key)
        }
    }

    /// Adds a token, or says what is wrong with it.
    static func add(
        _ token: [UInt8], _ identifier: Int, to vocabulary: inout Vocabulary, file: String, key: String
    ) throws(TokenizerError) {
        do throws(Vocabulary.Problem) {
            try vocabulary.add(token, identifier: identifier)
        } catch {
            let text = String(decoding: token, as: UTF8.self)
            switch error {
            case .repeatedToken: throw .repeatedToken(file: file, key: key, token: text)
            case .repeatedIdentifier(let other):
                throw .repeatedIdentifier(file: file, key: key, identifier: identifier, tokens: [other, text])
            case .outOfRange:
                throw .identifierOutOfRange(file: file, key: key, token: text, identifier: identifier)
            }
        }
    }
}
