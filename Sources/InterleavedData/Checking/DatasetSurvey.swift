import ImageFiles
import Synchronization
import TensorEngine

/// Datasets with every picture of theirs looked at once: what checks and statistics are made of.
package struct DatasetSurvey: Sendable {
    /// What reading each path gave.
    package let readings: [(path: String, reading: PairReading)]
    /// Paths that could not be read at all.
    package let failures: [(path: String, error: PairDataError)]
    /// All good rows, path by path.
    package let records: [PairRecord]
    /// Every picture that a row names, in the order of the first row that does.
    package let pictures: [PictureLocation]
    /// What each of them looks like, or why that cannot be told.
    package let prints: [Result<PictureFingerprint, PictureError>]
    /// For each picture the rows that show it.
    package let rowsOfPicture: [[Int]]

    /// Pictures between two looks at progress.
    private static let piece = 256

    /// Reads datasets and all their pictures.
    ///
    /// - Parameters:
    ///   - split: the split that is looked at; nil for all rows.
    ///   - onProgress: called with the number of pictures done and that of all.
    package init(
        paths: [String], format: PairFormat? = nil, imageRoot: String? = nil, split: String? = nil,
        decoding: ImageDecodingOptions = .init(), onProgress: (Int, Int) -> Void = { _, _ in }
    ) {
        var readings: [(path: String, reading: PairReading)] = []
        var failures: [(path: String, error: PairDataError)] = []
        for path in paths {
            do throws(PairDataError) {
                var reading = try PairReading(path: path, format: format, imageRoot: imageRoot)
                if reading.records.isEmpty, reading.problems.isEmpty { throw .empty(path: path) }
                if let split {
                    let present = PairDataset(path: path, records: reading.records).splits
                    reading.records.removeAll { $0.split != split }
                    if reading.records.isEmpty { throw .noSuchSplit(path: path, split: split, present: present) }
                }
                readings.append((path, reading))
            } catch { failures.append((path, error)) }
        }
        self.readings = readings
        self.failures = failures
        records = readings.flatMap(\.reading.records)
        var places: [PictureLocation: Int] = [:]
        var pictures: [PictureLocation] = []
        var rows: [[Int]] = []
        for (row, record) in records.enumerated() {
            if let place = places[record.picture] {
                rows[place].append(row)
            } else {
                places[record.picture] = pictures.count
                pictures.append(record.picture)
                rows.append([row])
            }
        }
        self.pictures = pictures
        rowsOfPicture = rows
        prints = Self.prints(of: pictures, decoding: decoding, onProgress: onProgress)
    }

    /// Looks at the pictures on all threads.
    private static func prints(
        of pictures: [PictureLocation], decoding: ImageDecodingOptions, onProgress: (Int, Int) -> Void
    ) -> [Result<PictureFingerprint, PictureError>] {
        var prints: [Result<PictureFingerprint, PictureError>] = []
        prints.reserveCapacity(pictures.count)
        for start in stride(from: 0, to: pictures.count, by: piece) {
            let range = start..<min(pictures.count, start + piece)
            let found = Mutex<[Int: Result<PictureFingerprint, PictureError>]>([:])
            WorkerPool.forEach(range.count) { index in
                let result: Result<PictureFingerprint, PictureError>
                do throws(PictureError) {
                    result = .success(try PictureFingerprint(of: pictures[start + index], options: decoding))
                } catch { result = .failure(error) }
                found.withLock { $0[index] = result }
            }
            let results = found.withLock { $0 }
            for index in range.indices { if let result = results[index - start] { prints.append(result) } }
            onProgress(range.upperBound, pictures.count)
        }
        return prints
    }
}
