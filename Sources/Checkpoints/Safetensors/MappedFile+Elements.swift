import TensorEngine

extension MappedFile {
    /// The tensor at `byteOffset`: a view, or an owned copy where its elements are not aligned.
    ///
    /// Files of the reference library are aligned; others need not be, and a float32 load from an odd address is not
    /// defined in C.
    func tensor(shape: [Int], dtype: DType, byteOffset: Int) -> Tensor {
        // Kernels take blocks from wherever they stand.
        if dtype.isBlock || byteOffset % dtype.blockBytes == 0 {
            return Tensor(shape: shape, dtype: dtype, file: self, byteOffset: byteOffset)
        }
        guard dtype == .f32 else {
            return Tensor(shape: shape, dtype: dtype, file: self, byteOffset: byteOffset).ownedCopy
        }
        return Tensor(shape) { output in
            let step = 1 << 16
            for start in stride(from: 0, to: output.count, by: step) {
                let end = min(start + step, output.count)
                let piece: [Float] = elements(byteOffset + start * 4..<byteOffset + end * 4)
                output[start..<end].copy(from: piece)
            }
        }
    }

    /// The bytes of `range` as little-endian elements, wherever they stand.
    func elements<Element: BitwiseCopyable>(_ range: Range<Int>, as type: Element.Type = Element.self) -> [Element] {
        let size = MemoryLayout<Element>.size
        precondition(range.count % size == 0, "\(range) is not a whole number of elements of \(size) bytes")
        return unsafe withBytes(in: range) { bytes in
            unsafe Array(unsafeUninitializedCapacity: bytes.count / size) { buffer, count in
                count = bytes.count / size
                unsafe UnsafeMutableRawBufferPointer(buffer).copyMemory(from: UnsafeRawBufferPointer(bytes))
            }
        }
    }
}
