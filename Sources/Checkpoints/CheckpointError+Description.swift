import Foundation
import JSONText

extension CheckpointError: CustomStringConvertible {
    /// One sentence (a list for `mismatch`): what is wrong, where, and what to do where that is known.
    public var description: String {
        switch self {
        case .fileMissing(let file): "\(file): no such file"
        case .cannotRead(let file, let code): "\(file): cannot read the file: \(systemReason(code))"
        case .weightsMissing(let folder, let names):
            "\(folder): no weights here; expected \(names.joined(separator: " or "))"
        case .weightsInOtherFormat(let folder, let files):
            "\(folder): the weights here are \(listed(files)), not safetensors; reading a pickle runs what is in it, so "
                + "convert them first, with save_pretrained of transformers for one"
        case .tensorMissing(let file, let tensor): "\(file): has no tensor \(tensor)"
        case .notAWeight(let file, let tensor, let type): "\(file): \(tensor) holds \(type), not weights"
        case .notWholeNumbers(let file, let tensor, let type):
            "\(file): \(tensor) holds \(type), not whole numbers of 64 bits"
        case .mismatch(let mismatch): mismatch.description
        case .cannotWrite(let file, let operation, let code):
            "\(file): cannot \(operation.rawValue) the file: \(systemReason(code))"
                + (operation.leavesTarget ? "; what stood there before is untouched" : "")
        case .nameWrittenTwice(let tensor): "two tensors to be written are called \(tensor)"
        case .nameReserved(let tensor): "no tensor can be called \(tensor): safetensors keeps that name for itself"
        case .indexNotJSON, .malformedIndex, .shardsMissing, .tensorsNotInShards, .tensorsInTwoShards,
            .tensorsNotInIndex:
            indexSentence
        default: headerSentence
        }
    }

    private var headerSentence: String {
        switch self {
        case .fileTooShort(let file, let count):
            "\(file): not a safetensors file: \(count) bytes are too few for a header's length (8)"
        case .headerPastEnd(let file, let length, let count):
            "\(file): byte 0 says the header is \(length) bytes long, but the file has \(count) in all: "
                + "it was cut short, or is not a safetensors file"
        case .headerTooLong(let file, let length, let limit):
            "\(file): byte 0 says the header is \(length) bytes long; at most \(limit) are read"
        case .headerNotJSON(let file, let reason, let offset):
            "\(file): the header is \(JSONError(reason: reason, offset: offset))"
        case .headerNotObject(let file, let found):
            "\(file): the header at byte 8 must be a JSON object, found \(found)"
        case .duplicateTensor(let file, let tensor): "\(file): the header has \(tensor) twice"
        case .malformedEntry(let file, let tensor, let key, let expected, let found):
            "\(file): header entry \(tensor)\(key.map { ", \($0)" } ?? ""): expected \(expected), found \(found)"
        case .unknownType(let file, let tensor, let found): "\(file): \(tensor) has the unknown dtype \"\(found)\""
        case .shapeTooLarge(let file, let tensor, let shape): "\(file): the shape \(shape) of \(tensor) overflows"
        case .sizeMismatch(let file, let tensor, let type, let shape, let expected, let found):
            "\(file): \(tensor) is \(type) \(shape), \(expected) bytes, but its data_offsets hold \(found)"
        case .offsetsOutOfRange(let file, let tensor, let begin, let end, let count):
            "\(file): data_offsets [\(begin), \(end)] of \(tensor) lie outside of the \(count) bytes of data: "
                + "the file was cut short, or its header is damaged"
        case .overlappingTensors(let file, let first, let second, let offset):
            "\(file): \(second) begins at byte \(offset), inside of \(first)"
        case .unclaimedBytes(let file, let offset, let count):
            "\(file): \(count) bytes from byte \(offset) on belong to no tensor"
        default: "damaged checkpoint"
        }
    }

    private var indexSentence: String {
        func list(_ places: [TensorPlace]) -> String {
            listed(places.map { "\($0.tensor) (\($0.shard))" })
        }
        switch self {
        case .indexNotJSON(let file, let reason, let offset):
            return "\(file): \(JSONError(reason: reason, offset: offset))"
        case .malformedIndex(let file, let key, let expected, let found):
            return "\(file): \(key): expected \(expected), found \(found)"
        case .shardsMissing(let index, let shards): return "\(index): these shards are missing: \(listed(shards))"
        case .tensorsNotInShards(let index, let places):
            return "\(index): tensors that are not in the shard named for them: \(list(places))"
        case .tensorsInTwoShards(let index, let places):
            return "\(index): tensors that stand in more than one shard: \(list(places))"
        case .tensorsNotInIndex(let index, let places):
            return "\(index): shards hold tensors that the index does not name: \(list(places))"
        default: return "damaged index"
        }
    }
}

extension CheckpointError.WriteOperation {
    /// Whether the target was as before when this failed.
    var leavesTarget: Bool { self != .flushFolder && self != .remove }
}

/// The system's sentence for an error number.
func systemReason(_ code: Int32) -> String { unsafe String(cString: strerror(code)) }

/// Names joined by commas; all of them: a person who repairs a checkpoint needs each.
func listed(_ names: [String]) -> String { names.joined(separator: ", ") }
