import Foundation
import InterleavedData
import JSONText
import ReportPages
import TensorEngine
import TextTokens
import VisionLanguage

/// The two checks of maximal-update parametrisation on a recipe's decoder, with their table, plot and figures.
package struct WidthStudy: Sendable {
    /// A table for a person.
    package let lines: [String]
    /// The plot.
    package let sheet: ChartSheet
    /// The figures for programs.
    package let json: JSONValue
    /// The name of its files.
    package let name: String

    /// How far activations move in a few steps, over the width.
    ///
    /// - Parameter widths: from narrow to wide; four from 64 on where nil.
    package static func coordinates(
        _ recipe: PretrainRecipe, widths: [Int]? = nil, _ progress: (String) -> Void = { _ in }
    ) throws(TrainingError) -> WidthStudy {
        var check = CoordinateCheck(try family(of: recipe, widths: widths))
        check.widths = widths ?? check.widths
        let outcomes = check.run(progress)
        return WidthStudy(
            lines: check.lines(outcomes), sheet: check.sheet(outcomes), json: check.json(outcomes),
            name: "coordinate-check")
    }

    /// The loss over learning rates and widths, on the recipe's own text.
    ///
    /// - Parameters:
    ///   - path: a new folder, where tokenizer and tokens are put.
    ///   - widths: from narrow to wide; 64, 128 and 256 where nil.
    ///   - steps: of each training; 60 where nil.
    package static func learningRates(
        _ recipe: PretrainRecipe, in path: String, relativeTo root: String = ".", widths: [Int]? = nil,
        steps: Int? = nil, _ progress: (String) -> Void = { _ in }
    ) throws(TrainingError) -> WidthStudy {
        let located = recipe.located(in: root)
        let resolved = located.resolved(bytes: try PretrainText.bytes(of: located))
        var family = try family(of: resolved, widths: widths)
        let files = try RunFolder(new: path, recipe: try RecipeText.text(of: resolved))
        let text = try PretrainText(resolved, files: files, progress)
        family.template.vocabularySize = text.tokenizer.identifierEnd
        do throws(TextDataError) {
            let readsBothWays = family.template.mask == .prefix
            let parts = zip(text.entries, text.stores).filter { $0.1.training.tokenCount > 0 }.map { entry, store in
                TextSampler.Part(
                    store.training, readsBothWays ? entry.mixture : entry.mixture.withCausalPrefixes,
                    share: entry.share)
            }
            let sampler = try TextSampler(
                parts: parts, tokenizer: text.tokenizer, rows: resolved.batch, length: resolved.length,
                seed: UInt64(bitPattern: Int64(resolved.seed)))
            var sweep = LearningRateSweep(family, sampler: sampler)
            sweep.widths = widths ?? sweep.widths
            sweep.steps = steps ?? sweep.steps
            sweep.optimiser = resolved.optimiser
            sweep.seed = UInt64(bitPattern: Int64(resolved.seed))
            let outcomes = try sweep.run(progress)
            return WidthStudy(
                lines: sweep.lines(outcomes), sheet: sweep.sheet(outcomes), json: sweep.json(outcomes),
                name: "learning-rates")
        } catch { throw .text(error) }
    }

    /// The recipe's decoder at several widths; the base is the recipe's own, else 64.
    private static func family(of recipe: PretrainRecipe, widths: [Int]?) throws(TrainingError) -> WidthFamily {
        let template = try recipe.decoderConfiguration(vocabulary: 1, file: "recipe")
        for width in widths ?? [] where width < 1 || width > 8192 || width % template.headWidth != 0 {
            throw .recipe(
                file: "--widths", key: "\(width)",
                problem: "must be a multiple of the width of a head, \(template.headWidth), up to 8192")
        }
        return WidthFamily(template, base: template.base?.width ?? 64)
    }

    /// A line of a table, columns that wide.
    static func line(of cells: [String], column: Int) -> String {
        cells.map { $0.padding(toLength: column, withPad: " ", startingAt: 0) }.joined()
    }

    /// Writes plot and figures into a folder, which is made where it is not there.
    package func write(into folder: String) throws(TrainingError) {
        do { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) } catch {
            throw .cannotWrite(file: folder, reason: RunFolder.reason(error), lastCheckpoint: nil)
        }
        do {
            try WholeFile.write(sheet.svg, to: folder + "/\(name).svg")
            try WholeFile.write(json.text + "\n", to: folder + "/\(name).json")
        } catch { throw .report(error, lastCheckpoint: nil) }
    }
}
