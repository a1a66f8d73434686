import ImageFiles
import Imaging

/// Answers the examples of one task.
///
/// Examples go in batches; pictures of the next batch are decoded beside the arithmetic of the current one. Each finished
/// batch is handed over as rows, so that a killed run goes on where it stopped. Answers do not depend on batches, shards,
/// threads, or on what was answered before.
package struct TaskRun<Model: EvaluatedModel>: Sendable {
    /// Who answers.
    package let model: Model
    /// The questions.
    package let task: any EvaluationTask
    /// How they are put.
    package let settings: TaskProtocol
    /// Which of them.
    package var selection = ExampleSelection()
    /// What is computed beside each answer.
    package var baselines: Set<ComputedBaseline> = [.blind, .shuffled]
    /// Examples in a batch.
    package var batch = 16
    /// Bytes of sights that are kept.
    package var sightBudget = 512 << 20
    /// How pictures are read.
    package var decoding = ImageDecodingOptions()
    /// Solved examples for few-shot prompts.
    package var demonstrations: [EvaluationExample] = []

    /// A run of this task.
    package init(model: Model, task: any EvaluationTask, settings: TaskProtocol) {
        self.model = model
        self.task = task
        self.settings = settings
    }

    /// The name of the task.
    package var name: String { type(of: task).card.name }

    /// Answers every selected example that is not among `done`.
    ///
    /// - Parameters:
    ///   - done: ids of examples that were answered before.
    ///   - finished: called with the rows of each batch, in the order of the examples, and the number of examples
    ///     answered so far, those before included.
    /// - Throws: what `finished` throws.
    package func answer(
        except done: Set<String>, finished: ([SampleRow], Int) throws(RunError) -> Void
    ) async throws(RunError) {
        let selected = selection.selected(task.examples)
        let open = selected.filter { !done.contains($0.id) }
        var state = RunState(run: self, all: selection.limited(task.examples))
        var count = selected.count - open.count
        let batches = stride(from: 0, to: open.count, by: batch).map {
            Array(open[$0..<min(open.count, $0 + batch)])
        }
        if !open.isEmpty { await state.prepareDemonstrations() }
        var next = state.decoding(of: batches.first ?? [])
        for (index, examples) in batches.enumerated() {
            let bitmaps = await next.value
            next = state.decoding(of: index + 1 < batches.count ? batches[index + 1] : [], except: bitmaps)
            state.look(at: bitmaps)
            await state.completeSights(of: examples)
            let rows = state.rows(of: examples)
            state.endBatch()
            count += rows.count
            try finished(rows, count)
        }
    }
}
