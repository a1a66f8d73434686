import Checkpoints
import Foundation
import JSONText

/// Our own file of a model folder, `lorgnette.json`, and what else must go along with weights: notices, licences, the model card.
package enum LorgnetteFiles {
    /// The name of our file.
    package static let name = "lorgnette.json"
    /// The name of the file that says what pictures the model knows.
    package static let familiarityName = "familiarity.safetensors"
    /// The name of the model card.
    static let cardName = "README.md"

    /// Whether a file's words must stay with the weights and whatever is made of them.
    package static func isNotice(_ file: String) -> Bool {
        let upper = file.uppercased()
        return ["NOTICE", "LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "ATTRIBUTION"].contains(where: upper.hasPrefix)
    }

    /// The notices and licences of a folder with their bytes, by name.
    package static func notices(of folder: String) -> [(name: String, bytes: [UInt8])] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.sorted().filter(isNotice).compactMap { name in
            FileManager.default.contents(atPath: folder + "/" + name).map { (name, Array($0)) }
        }
    }

    /// The files of an exported model that are not copies: what `lorgnette.json` says of base and bridge together, and the
    /// base's model card, which says that a bridge was laid over the model that it describes.
    ///
    /// - Throws: where one of the two `lorgnette.json` is damaged.
    static func exported(base: String, bridge: String?) throws(ConfigError) -> [(name: String, bytes: [UInt8])] {
        guard let bridge else { return [] }
        var files: [(name: String, bytes: [UInt8])] = []
        let own = try object(in: bridge)
        if let merged = merged(try object(in: base), own) {
            files.append((name, Array((JSONValue.object(merged.members).text + "\n").utf8)))
        }
        if let card = FileManager.default.contents(atPath: base + "/" + cardName) {
            files.append((cardName, Array(carried(String(decoding: card, as: UTF8.self)).utf8)))
        }
        return files
    }

    /// Writes a model's calibration into its folder: first the pictures that it knows, then `lorgnette.json`, whose other members
    /// stay. Each file is replaced as a whole; between the two the folder is one without familiarity.
    package static func write(
        _ calibration: ConfidenceCalibration, _ familiarity: PictureFamiliarity, in folder: String
    ) throws(ModelFolderError) {
        let own: JSONObject?
        do { own = try object(in: folder) } catch { throw .config(error) }
        do throws(CheckpointError) {
            let file = folder + "/" + familiarityName
            try familiarity.write(to: file)
            var calibration = calibration
            calibration.familiarityFile = try ContentHash(ofFile: file)
            let kept = (own?.members ?? []).filter { $0.key != ConfidenceCalibration.key }
            let all = JSONValue.object(kept + [(ConfidenceCalibration.key, calibration.json)])
            try AtomicFile.write(Array((all.indentedText + "\n").utf8), to: folder + "/" + name)
        } catch { throw .checkpoint(error) }
    }

    /// The object in a folder's file; nil where there is none.
    private static func object(in folder: String) throws(ConfigError) -> JSONObject? {
        do { return try ConfigObject(path: folder + "/" + name).object } catch {
            if error.problem == .missingFile { return nil }
            throw error
        }
    }

    /// The members of the base but for what the bridge says otherwise, prompt by prompt.
    private static func merged(_ base: JSONObject?, _ bridge: JSONObject?) -> JSONObject? {
        guard base != nil || bridge != nil else { return nil }
        let new = bridge?.members ?? []
        return JSONObject(
            (base?.members ?? []).filter { member in !new.contains { $0.key == member.key } }
                + new.map { key, value in
                    guard let old = base?[key]?.object, let own = value.object else { return (key, value) }
                    let kept = old.members.filter { own[$0.key] == nil }
                    return (key, .object(kept + own.members))
                })
    }

    /// The first words of a card that was carried along.
    private static let remark = """
        > A finetuned bridge was laid over the model that this card describes: what it says of data and licences holds for the \
        model's share, its figures do not.
        """

    /// A model card with the remark, after the front matter where there is some.
    private static func carried(_ card: String) -> String {
        if card.contains(remark) { return card }
        let lines = card.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.first == "---", let end = lines.dropFirst().firstIndex(of: "---") else {
            return remark + "\n\n" + card
        }
        return (lines[...end] + ["", Substring(remark)] + lines[(end + 1)...]).joined(separator: "\n")
    }
}
