import CKernels

/// What can be said of this process's arithmetic: two processes that agree in it compute the same bits.
package enum Arithmetic {
    /// The kernels that the processor was found to run: `reference`, `avx2`, `avx512`, `neon`; with OpenBLAS's products where
    /// ours are not used.
    package static var name: String {
        unsafe String(cString: kernels.functions.name) + (MatrixProduct.isOwn ? "" : "+openblas")
    }

    /// Whether a product of more than `Tensor.decodeRows` rows gives each row the bits that it has in any other such product:
    /// true of our own kernels, promised by nobody of OpenBLAS's.
    package static var keepsRows: Bool { MatrixProduct.isOwn }
}
