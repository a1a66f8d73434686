/// How interleaved documents are stored: an object on each line, or a list of them.
///
/// Paths of pictures are relative to the file's folder, or to the folder that is named for them.
package enum InterleavedFormat: String, Sendable, CaseIterable {
    /// Our own: `{"id", "split", "set", "parts": [{"image": path}, {"text"}, {"caption"}, {"question", "answer"}, ...]}`.
    case documents
    /// MMC4's: `{"text_list": [sentence, ...], "image_info": [{"image_name", "matched_text_index", "matched_sim",
    /// "image_base64"}, ...], "similarity_matrix": [[picture × sentence], ...]}`; a picture stands before its sentence.
    case mmc4
    /// OBELICS's: `{"images": [path, address or null, ...], "texts": [text or null, ...]}`, lists of one length, of which each
    /// place has one. A picture of an address is looked for under the last part of its path.
    case obelics

    /// All names, for errors and help.
    package static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }

    /// The format whose keys a row has; nil where it is none.
    static func of(_ keys: Set<String>) -> InterleavedFormat? {
        if keys.contains("parts") { return .documents }
        if keys.contains("text_list") { return .mmc4 }
        return keys.contains("images") && keys.contains("texts") ? .obelics : nil
    }
}
