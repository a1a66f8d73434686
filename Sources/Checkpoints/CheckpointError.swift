import JSONText

/// Why a checkpoint was refused: each case carries the facts, `description` says the sentence.
public enum CheckpointError: Error, Equatable, Sendable {
    // MARK: - Files
    case fileMissing(file: String)
    case cannotRead(file: String, code: Int32)
    /// Neither of the usual weight files is in the folder.
    case weightsMissing(folder: String, lookedFor: [String])
    /// The folder has weights, but none in safetensors.
    case weightsInOtherFormat(folder: String, files: [String])

    // MARK: - The header of a safetensors file
    /// Too short for the 8 bytes of the header's length.
    case fileTooShort(file: String, byteCount: Int)
    case headerPastEnd(file: String, headerLength: UInt64, fileByteCount: Int)
    case headerTooLong(file: String, headerLength: Int, limit: Int)
    /// `offset` counts from the start of the file.
    case headerNotJSON(file: String, reason: JSONError.Reason, offset: Int)
    case headerNotObject(file: String, found: String)
    case duplicateTensor(file: String, tensor: String)
    /// `key` is nil where the whole entry is meant.
    case malformedEntry(file: String, tensor: String, key: String?, expected: String, found: String)
    case unknownType(file: String, tensor: String, found: String)
    case shapeTooLarge(file: String, tensor: String, shape: [Int])
    case sizeMismatch(file: String, tensor: String, type: String, shape: [Int], expected: Int, found: Int)
    /// Offsets count from the end of the header.
    case offsetsOutOfRange(file: String, tensor: String, begin: Int, end: Int, dataByteCount: Int)
    /// `offset` counts from the start of the file.
    case overlappingTensors(file: String, first: String, second: String, offset: Int)
    /// Bytes that belong to no tensor; `offset` counts from the start of the file.
    case unclaimedBytes(file: String, offset: Int, byteCount: Int)

    // MARK: - The index of shards
    case indexNotJSON(file: String, reason: JSONError.Reason, offset: Int)
    case malformedIndex(file: String, key: String, expected: String, found: String)
    case shardsMissing(index: String, shards: [String])
    /// Tensors that the index places in a shard whose header does not have them.
    case tensorsNotInShards(index: String, tensors: [TensorPlace])
    /// Tensors that stand in more than one shard.
    case tensorsInTwoShards(index: String, tensors: [TensorPlace])
    /// Tensors of a shard that the index does not name.
    case tensorsNotInIndex(index: String, tensors: [TensorPlace])

    // MARK: - Single tensors
    case tensorMissing(file: String, tensor: String)
    case notAWeight(file: String, tensor: String, type: String)
    case notWholeNumbers(file: String, tensor: String, type: String)

    // MARK: - A checkpoint against a model
    case mismatch(CheckpointMismatch)

    // MARK: - Writing
    case cannotWrite(file: String, operation: WriteOperation, code: Int32)
    /// Two tensors given to the writer have this name.
    case nameWrittenTwice(tensor: String)
    /// A name that the format keeps for itself.
    case nameReserved(tensor: String)

    /// A tensor and the shard it is said to be in.
    public struct TensorPlace: Sendable, Equatable {
        /// The tensor's name.
        public let tensor: String
        /// The shard's file name.
        public let shard: String
    }

    /// What was being done when writing failed.
    public enum WriteOperation: String, Sendable, Equatable {
        case create
        case write
        case flush
        case rename
        case flushFolder = "flush the folder of"
        case remove
    }
}
