/// The version of this package: what `--version` prints and results record.
package enum SoftwareVersion {
    /// The version.
    package static let text = "0.1.0"
}
