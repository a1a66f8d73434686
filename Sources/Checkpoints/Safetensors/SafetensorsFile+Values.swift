import TensorEngine

extension SafetensorsFile {
    /// The tensor called `name`: a view of the file, or a copy where its elements are not aligned; F64 is rounded to
    /// float32.
    /// - Throws: `CheckpointError.tensorMissing`, or `.notAWeight` where its elements are not floating-point numbers.
    package func tensor(named name: String) throws(CheckpointError) -> Tensor {
        let entry = try requiredEntry(named: name)
        if let type = entry.type.weightType {
            return map.tensor(shape: entry.shape, dtype: type, byteOffset: entry.bytes.lowerBound)
        }
        guard entry.type == .f64 else { throw .notAWeight(file: path, tensor: name, type: entry.type.rawValue) }
        let doubles: [Double] = map.elements(entry.bytes)
        return Tensor(doubles.map(Float.init), entry.shape)
    }

    /// The elements of a tensor of whole numbers (or truth values, as 0 and 1), row-major.
    /// - Throws: `CheckpointError.tensorMissing`, or `.notWholeNumbers` where its elements are something else or do not
    ///   fit 64 bits with sign.
    package func integers(named name: String) throws(CheckpointError) -> [Int] {
        let entry = try requiredEntry(named: name)
        switch entry.type {
        case .bool, .u8: return map.elements(entry.bytes, as: UInt8.self).map(Int.init)
        case .i8: return map.elements(entry.bytes, as: Int8.self).map(Int.init)
        case .i16: return map.elements(entry.bytes, as: Int16.self).map(Int.init)
        case .u16: return map.elements(entry.bytes, as: UInt16.self).map(Int.init)
        case .i32: return map.elements(entry.bytes, as: Int32.self).map(Int.init)
        case .u32: return map.elements(entry.bytes, as: UInt32.self).map(Int.init)
        case .i64: return map.elements(entry.bytes, as: Int64.self).map(Int.init)
        case .u64:
            let values = map.elements(entry.bytes, as: UInt64.self)
            let integers = values.compactMap { Int(exactly: $0) }
            if integers.count == values.count { return integers }
        default: break
        }
        throw .notWholeNumbers(file: path, tensor: name, type: entry.type.rawValue)
    }

    private func requiredEntry(named name: String) throws(CheckpointError) -> SafetensorsEntry {
        guard let entry = entry(named: name) else { throw .tensorMissing(file: path, tensor: name) }
        return entry
    }
}
