#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Text to ids and back, as the `tokenizers` library does it for the same files.
///
///     let tokenizer = try TextTokenizer(folder: URL(filePath: "blip2-opt-2.7b"))
///     tokenizer.encode("a photo of")                    // [2, 102, 1345, 9]
///     tokenizer.decode([2, 102, 1345, 9], skippingSpecialTokens: true)   // "a photo of"
public struct TextTokenizer: Sendable {
    let pipeline: TokenizerPipeline

    /// The tokenizer of a model folder.
    /// - Throws: `TokenizerError`, naming file and key.
    public init(folder: URL) throws(TokenizerError) {
        let file = folder.appending(path: "tokenizer.json")
        let bytes: [UInt8]
        do { bytes = Array(try Data(contentsOf: file)) } catch {
            throw .unreadableFile(file: file.path, reason: "\(error)")
        }
        try self.init(tokenizerJSON: bytes, file: file.path)
    }

    /// The tokenizer that the bytes of a `tokenizer.json` describe.
    /// - Parameter file: the name that errors give it.
    /// - Throws: `TokenizerError`, naming file and key.
    public init(tokenizerJSON: [UInt8], file: String = "tokenizer.json") throws(TokenizerError) {
        pipeline = try TokenizerFile.pipeline(tokenizerJSON, file: file)
    }

    /// The ids of a text.
    /// - Parameter addingSpecialTokens: whether what the post-processor adds comes with them (start, end).
    public func encode(_ text: String, addingSpecialTokens: Bool = true) -> [Int] {
        let identifiers = pipeline.encode(Array(text.utf8), tracksSpans: false).identifiers.map { Int($0) }
        guard addingSpecialTokens, let processor = pipeline.postProcessor else { return identifiers }
        return processor.process(identifiers)
    }

    /// The text of ids. Ids that no token has are left out; bytes that are not UTF-8 become U+FFFD.
    public func decode(_ identifiers: [Int], skippingSpecialTokens: Bool = false) -> String {
        String(
            decoding: pipeline.decode(identifiers, skippingSpecialTokens: skippingSpecialTokens), as: UTF8.self)
    }

    /// The id of the token with that text, byte for byte.
    public func id(of token: String) -> Int? { pipeline.identifier(of: token) }

    /// The text of the token with that id, as the vocabulary has it.
    public func token(of id: Int) -> String? { pipeline.token(of: id).map { String(decoding: $0, as: UTF8.self) } }
}
