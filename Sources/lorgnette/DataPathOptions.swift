import ArgumentParser
import InterleavedData
import LorgnetteKit
import TensorEngine
import ReportPages

/// Which datasets are looked at, and how.
struct DataPathOptions: ParsableArguments {
    @Argument(
        help: ArgumentHelp(
            "Datasets: pairs.jsonl and other JSON or JSONL, CSV, TSV, tar shards, folders of pictures with texts.",
            valueName: "path"))
    var paths: [String]

    @Option(
        help: ArgumentHelp("How they are stored, where that is not told by name and content: \(PairFormat.names)."))
    var format: PairFormat?

    @Option(
        help: ArgumentHelp("Where pictures' paths start from (default: the dataset's own folder).", valueName: "dir"))
    var imageRoot: String?

    @Option(help: ArgumentHelp("Look at the rows of this split alone.", valueName: "name")) var split: String?

    @Option(help: ArgumentHelp("Threads to decode on.", valueName: "n")) var threads: Int?

    @Flag(help: "Nothing on standard error but errors.") var quiet = false

    @Flag(help: "One JSON object, with everything.") var json = false

    func validate() throws {
        if paths.isEmpty { throw ValidationError("name at least one dataset") }
        if let threads, !(1...1024).contains(threads) { throw ValidationError("--threads must be from 1 to 1024") }
    }

    /// Reads the datasets and looks at their pictures.
    /// - Throws: where there is one dataset and it cannot be read.
    func survey() throws(LorgnetteError) -> DatasetSurvey {
        if let threads { WorkerPool.setThreads(threads) }
        var progress: ProgressDisplay?
        let survey = DatasetSurvey(paths: paths, format: format, imageRoot: imageRoot, split: split) { done, total in
            guard !quiet else { return }
            if progress == nil { progress = ProgressDisplay(total: total, noun: "pictures") }
            progress?.show(done)
        }
        if paths.count == 1, let failure = survey.failures.first { throw LorgnetteError(failure.error) }
        for failure in survey.failures { CommandOutput.note("error: \(failure.error.description)") }
        return survey
    }
}

extension PairFormat: ExpressibleByArgument {}

extension LorgnetteError {
    /// The error of a dataset.
    init(_ error: PairDataError) {
        self.init(
            kind: error.isMissing ? .missingInput : error.isReadFailure ? .readWrite : .badData, code: "dataset",
            description: error.description)
    }
}
