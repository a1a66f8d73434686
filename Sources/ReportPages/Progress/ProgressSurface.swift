import Foundation

/// Where progress is shown and by which clock: standard error, or something of a test's.
package struct ProgressSurface: Sendable {
    /// How wide the terminal is, in characters; `nil` where this is none.
    package let columns: @Sendable () -> Int?
    /// The time since some fixed moment.
    package let now: @Sendable () -> Duration
    /// Takes text as it is.
    package let write: @Sendable (String) -> Void

    /// A surface of these three.
    package init(
        columns: @escaping @Sendable () -> Int?, now: @escaping @Sendable () -> Duration,
        write: @escaping @Sendable (String) -> Void
    ) {
        self.columns = columns
        self.now = now
        self.write = write
    }

    /// Standard error. Where it is closed there is nobody to tell, and nothing is said of that.
    package static var standardError: ProgressSurface {
        let start = ContinuousClock.now
        return ProgressSurface(
            columns: { terminalColumns(of: STDERR_FILENO) }, now: { ContinuousClock.now - start },
            write: { try? FileHandle.standardError.write(contentsOf: Data($0.utf8)) })
    }

    /// The width of the terminal behind a file descriptor, 80 where it does not know; `nil` where it is no terminal, or
    /// one that cannot go back to the start of a line (`TERM=dumb`).
    private static func terminalColumns(of descriptor: Int32) -> Int? {
        guard isatty(descriptor) != 0, ProcessInfo.processInfo.environment["TERM"] != "dumb" else { return nil }
        var size = winsize()
        guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }
}
