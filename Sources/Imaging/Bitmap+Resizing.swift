import CImageCodecs

/// Why a picture cannot be resized.
public enum ResizingError: Error, Equatable, CustomStringConvertible {
    /// A side of 0 or less was asked for.
    case emptySize(width: Int, height: Int)
    /// The result, or what stands between its two passes, would hold more pixels than `limit`: a very long or very
    /// high picture, or a senseless size.
    case tooManyPixels(width: Int, height: Int, limit: Int)

    /// One sentence: what was asked for and why it is refused.
    public var description: String {
        switch self {
        case .emptySize(let width, let height):
            "cannot resize to \(width)×\(height) pixels: both sides must be at least 1"
        case .tooManyPixels(let width, let height, let limit):
            "resizing would need \(width)×\(height) pixels at once, more than \(limit): "
                + "the picture is too elongated for this size; crop it first"
        }
    }
}

extension Bitmap {
    /// More pixels than this are never made by resizing.
    public static let resizingLimit = 1 << 28

    /// The picture at another size, equal to Pillow's `Image.resize((width, height), filter)` bit by bit.
    ///
    ///     try bitmap.resized(width: 224, height: 224, filter: .bicubic)
    ///
    /// Like Pillow: along rows and along columns, rounded to 8 bits in between; a side that keeps its length has no pass.
    /// - Throws: `ResizingError` where the size is empty or senselessly large.
    /// - Complexity: O(width·taps·source height + height·taps·width), taps ≈ 2·support·max(1, scale).
    public func resized(
        width newWidth: Int, height newHeight: Int, filter: ResamplingFilter
    ) throws(ResizingError) -> Bitmap {
        guard newWidth > 0, newHeight > 0 else { throw .emptySize(width: newWidth, height: newHeight) }
        if newWidth == width, newHeight == height { return self }
        guard newWidth <= Self.resizingLimit, newHeight <= Self.resizingLimit else {
            throw .tooManyPixels(width: newWidth, height: newHeight, limit: Self.resizingLimit)
        }
        let columnsFirst = Self.columnsComeFirst(
            fewerRows: height - newHeight, fewerColumns: width - newWidth)
        for rows in columnsFirst ? [newHeight] : [height, newHeight] {
            let (count, overflow) = newWidth.multipliedReportingOverflow(by: rows)
            guard !overflow, count <= Self.resizingLimit else {
                throw .tooManyPixels(width: newWidth, height: rows, limit: Self.resizingLimit)
            }
        }
        if filter == .nearest { return nearest(width: newWidth, height: newHeight) }
        return columnsFirst
            ? resampledAlongColumns(height: newHeight, filter: filter)
                .resampledAlongRows(width: newWidth, filter: filter)
            : resampledAlongRows(width: newWidth, filter: filter)
                .resampledAlongColumns(height: newHeight, filter: filter)
    }

    /// Which pass is first shows in the last bit, because of the rounding in between. Pillow up to 12 begins along rows;
    /// Pillow 13 begins along columns where that loses more than twice as many rows as columns (found by experiment:
    /// 30,332 pictures for which the order matters, no exception).
    private static func columnsComeFirst(fewerRows: Int, fewerColumns: Int) -> Bool {
        fewerRows > 0 && fewerRows > 2 * fewerColumns
    }

    private func resampledAlongRows(width newWidth: Int, filter: ResamplingFilter) -> Bitmap {
        if newWidth == width { return self }
        let plan = ResamplingPlan(filter: filter, sourceCount: width, outputCount: newWidth)
        let count = height * newWidth * 3
        let resampled = unsafe plan.withPointers { plan in
            var scratch = unsafe [Int16](repeating: 0, count: ic_horizontal_scratch_count(&plan))
            return unsafe [UInt8](unsafeUninitializedCapacity: count) { destination, filled in
                unsafe ic_resample_horizontal(pixels, width, height, &plan, destination.baseAddress, &scratch)
                filled = count
            }
        }
        return Bitmap(width: newWidth, height: height, pixels: resampled)
    }

    private func resampledAlongColumns(height newHeight: Int, filter: ResamplingFilter) -> Bitmap {
        if newHeight == height { return self }
        let plan = ResamplingPlan(filter: filter, sourceCount: height, outputCount: newHeight)
        let count = newHeight * width * 3
        let resampled = unsafe plan.withPointers { plan in
            unsafe [UInt8](unsafeUninitializedCapacity: count) { destination, filled in
                unsafe ic_resample_vertical(pixels, width * 3, &plan, destination.baseAddress)
                filled = count
            }
        }
        return Bitmap(width: width, height: newHeight, pixels: resampled)
    }

    /// Pillow's `ImagingScaleAffine`: the position is carried on by addition, rounding errors and all.
    private func nearest(width newWidth: Int, height newHeight: Int) -> Bitmap {
        let columns = Self.nearestSources(count: newWidth, of: width)
        let rows = Self.nearestSources(count: newHeight, of: height)
        var resized = [UInt8](repeating: 0, count: newWidth * newHeight * 3)
        for (y, sourceY) in rows.enumerated() where sourceY < height {
            for (x, sourceX) in columns.enumerated() where sourceX < width {
                let from = (sourceY * width + sourceX) * 3
                let to = (y * newWidth + x) * 3
                for channel in 0..<3 { resized[to + channel] = pixels[from + channel] }
            }
        }
        return Bitmap(width: newWidth, height: newHeight, pixels: resized)
    }

    private static func nearestSources(count: Int, of sourceCount: Int) -> [Int] {
        let step = Double(sourceCount) / Double(count)
        var position = step * 0.5
        return (0..<count).map { _ in
            defer { position += step }
            return Int(position)
        }
    }
}

extension ResamplingPlan {
    /// Calls `body` with the plan as C sees it; valid inside the call only.
    func withPointers<Result>(_ body: (inout ic_resampling) -> Result) -> Result {
        unsafe starts.withUnsafeBufferPointer { starts in
            unsafe counts.withUnsafeBufferPointer { counts in
                unsafe weights.withUnsafeBufferPointer { weights in
                    var plan = unsafe ic_resampling(
                        starts: starts.baseAddress, counts: counts.baseAddress, weights: weights.baseAddress,
                        taps: taps, outputs: outputs)
                    return unsafe body(&plan)
                }
            }
        }
    }
}
