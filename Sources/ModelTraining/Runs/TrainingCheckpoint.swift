import Checkpoints
import Foundation
import JSONText
import TensorEngine

/// A run's state on disk: one safetensors file, whole or not there at all.
///
/// Tensors `weight.NAME`, `mean.NAME`, `square.NAME`, `average.NAME`, `buffer.NAME` in float32, and what is not a tensor as
/// JSON in the file's metadata under `state`.
package enum TrainingCheckpoint {
    /// The format's version, in the metadata.
    private static let version = 1

    /// Writes a state to `path`, in place of what stood there.
    /// - Parameter facts: what the run wants to know again besides (best score, counters).
    package static func write(_ state: TrainingState, facts: [(key: String, value: JSONValue)], to path: String)
        throws(CheckpointError)
    {
        var items: [SafetensorsItem] = []
        for parameter in state.parameters {
            items.append(SafetensorsItem("weight." + parameter.name, parameter.tensor.detached))
            if let moments = state.optimiser.moments[parameter.name] {
                items.append(SafetensorsItem("mean." + parameter.name, moments.mean))
                if let square = moments.square { items.append(SafetensorsItem("square." + parameter.name, square)) }
            }
            if let average = state.average?.values[parameter.name] {
                items.append(SafetensorsItem("average." + parameter.name, average))
            }
        }
        for buffer in state.buffers {
            items.append(SafetensorsItem("buffer." + buffer.name, buffer.tensor.detached))
        }
        let text = JSONValue.object(
            [("version", .integer(version)), ("step", .integer(state.step))] + facts
        ).text
        try SafetensorsWriter(metadata: ["state": text]).write(items, to: path)
    }

    /// The facts of the checkpoint at `path`, without its tensors; nil where there is none.
    package static func facts(at path: String) throws(TrainingError) -> JSONObject? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        do {
            let text = try SafetensorsFile(path: path).metadata["state"] ?? ""
            return (try? JSONValue(parsing: Array(text.utf8)))?.object
        } catch { throw .checkpoint(error) }
    }

    /// Reads the checkpoint at `path` into a state that stands before its first step.
    /// - Returns: the facts that were written with it.
    package static func read(into state: inout TrainingState, from path: String) throws(TrainingError) -> JSONObject {
        let folder: CheckpointFolder
        do { folder = try CheckpointFolder(path: path) } catch { throw .checkpoint(error) }
        func damaged(_ problem: String) -> TrainingError { .checkpointDamaged(file: path, problem: problem) }
        guard let file = folder.files.first, let text = file.metadata["state"],
            let facts = (try? JSONValue(parsing: Array(text.utf8)))?.object, let step = facts["step"]?.integer,
            step >= 0
        else { throw damaged("no state of a run in its metadata") }
        guard facts["version"]?.integer == version else { throw damaged("written by another version") }

        func tensor(_ kind: String, _ parameter: Parameter) throws(TrainingError) -> Tensor? {
            guard let entry = folder.entry(named: "\(kind).\(parameter.name)") else { return nil }
            guard entry.shape == parameter.tensor.shape else {
                throw damaged("\(entry.name) is \(entry.shape), the model's is \(parameter.tensor.shape)")
            }
            do { return try file.tensor(named: entry.name).ownedCopy } catch { throw .checkpoint(error) }
        }
        var moments: [String: Optimiser.Moments] = [:]
        var average: [String: Tensor]?
        for parameter in state.parameters {
            guard let weight = try tensor("weight", parameter) else { throw damaged("no weight.\(parameter.name)") }
            parameter.set(weight)
            if let mean = try tensor("mean", parameter) {
                moments[parameter.name] = Optimiser.Moments(mean: mean, square: try tensor("square", parameter))
            }
            if state.settings.averageDecay != nil {
                guard let value = try tensor("average", parameter) else {
                    throw damaged("no average.\(parameter.name)")
                }
                average = average ?? [:]
                average?[parameter.name] = value
            }
        }
        for buffer in state.buffers {
            guard let value = try tensor("buffer", buffer) else { throw damaged("no buffer.\(buffer.name)") }
            buffer.set(value)
        }
        let known = state.parameters.count
        guard folder.entries.count(where: { $0.name.hasPrefix("weight.") }) == known else {
            throw damaged("it holds other weights than the \(known) that this run trains")
        }
        state.restore(step: step, moments: moments, average: average)
        return facts
    }
}
