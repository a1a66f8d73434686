/// Chooses among all possible matches of two sentences (Denkowski & Lavie 2014), as METEOR 1.5's beam search does.
///
/// A match that competes with no other is fixed. Then a search goes through the reference from left to right; at each
/// word a path takes one of the matches that start there or skips it. The best 40 paths stay: more weighted matches
/// first, then fewer chunks, then a smaller sum of distances. Three of the reference's quirks decide scores and are kept:
/// the search weighs all matches but exact ones by 0.5, whatever weights the score has; the weighted counts are whole
/// numbers, so that a one-word stem match adds 0 to them; and the distance of a match that is tried counts for the path it
/// was tried from, thus for the later branches, not for the one that takes it.
struct MeteorAligner: Sendable {
    typealias Match = MeteorAlignment.Match

    /// Weight of each module in the search, by `Module.rawValue`.
    private static let weights = [1.0, 0.5, 0.5, 0.5]
    private static let beamWidth = 40

    private struct Path {
        /// By reference position, the match that starts there.
        var taken: [Match?]
        var usedReference: [Bool]
        var usedCandidate: [Bool]
        var candidateCount = 0
        var referenceCount = 0
        var chunks = 0
        var distance = 0
        /// The reference position up to which the last match reaches.
        var position = 0
        /// The candidate position after the last match; nil where the chunk is closed.
        var chunkEnd: Int?

        func comes(before other: Path) -> Bool {
            let (own, others) = (candidateCount + referenceCount, other.candidateCount + other.referenceCount)
            if own != others { return own > others }
            if chunks != other.chunks { return chunks < other.chunks }
            return distance < other.distance
        }

        func isFree(_ match: Match) -> Bool {
            !match.referenceRange.contains { usedReference[$0] }
                && !match.candidateRange.contains { usedCandidate[$0] }
        }

        mutating func mark(_ match: Match) {
            taken[match.referenceStart] = match
            for word in match.referenceRange { usedReference[word] = true }
            for word in match.candidateRange { usedCandidate[word] = true }
        }

        /// Counts a match at the current position, but not its distance.
        mutating func add(_ match: Match, weight: Double) {
            candidateCount = Int(Double(candidateCount) + Double(match.candidateLength) * weight)
            referenceCount = Int(Double(referenceCount) + Double(match.referenceLength) * weight)
            if let chunkEnd, chunkEnd != match.candidateStart { chunks += 1 }
            position = match.referenceStart + match.referenceLength
            chunkEnd = match.candidateStart + match.candidateLength
        }

        mutating func closeChunk() {
            if chunkEnd != nil { chunks += 1 }
            chunkEnd = nil
        }
    }

    /// The best alignment.
    ///
    /// - Parameter matches: by reference position, the matches that start there, in the order in which they are tried.
    func align(_ matches: [[Match]], candidateLength: Int) -> MeteorAlignment {
        var paths = [startPath(matches, candidateLength: candidateLength)]
        for position in matches.indices {
            paths = advance(paths, at: position, matches[position])
        }
        // Once before the last chunks are closed and once after: a chunk still open breaks ties.
        paths = Array(sorted(paths).prefix(Self.beamWidth))
        for index in paths.indices { paths[index].closeChunk() }
        let best = sorted(paths)[0]
        return MeteorAlignment(matches: best.taken.compactMap { $0 }, chunks: best.chunks)
    }

    /// The path with all matches that have no rival.
    private func startPath(_ matches: [[Match]], candidateLength: Int) -> Path {
        var referenceCover = [Int](repeating: 0, count: matches.count)
        var candidateCover = [Int](repeating: 0, count: candidateLength)
        for match in matches.joined() {
            for word in match.referenceRange { referenceCover[word] += 1 }
            for word in match.candidateRange { candidateCover[word] += 1 }
        }
        var path = Path(
            taken: Array(repeating: nil, count: matches.count),
            usedReference: Array(repeating: false, count: matches.count),
            usedCandidate: Array(repeating: false, count: candidateLength))
        for candidates in matches where candidates.count == 1 {
            let match = candidates[0]
            if match.referenceRange.allSatisfy({ referenceCover[$0] == 1 }),
                match.candidateRange.allSatisfy({ candidateCover[$0] == 1 })
            {
                path.mark(match)
            }
        }
        return path
    }

    private func advance(_ paths: [Path], at position: Int, _ matches: [Match]) -> [Path] {
        var next: [Path] = []
        for var path in sorted(paths).prefix(Self.beamWidth) {
            if path.usedReference[position] {
                if path.position <= position, let fixed = path.taken[position] {
                    path.add(fixed, weight: Self.weights[fixed.module.rawValue])
                    path.distance += abs(fixed.referenceStart - fixed.candidateStart)
                }
                next.append(path)
                continue
            }
            for match in matches where path.isFree(match) {
                var branch = path
                branch.mark(match)
                branch.add(match, weight: Self.weights[match.module.rawValue])
                path.distance += abs(match.referenceStart - match.candidateStart)
                next.append(branch)
            }
            path.closeChunk()
            path.position = position + 1
            next.append(path)
        }
        return next
    }

    /// Best first; equals keep their order.
    private func sorted(_ paths: [Path]) -> [Path] {
        guard paths.count > 1 else { return paths }
        let order = paths.indices.sorted { left, right in
            if paths[left].comes(before: paths[right]) { return true }
            return !paths[right].comes(before: paths[left]) && left < right
        }
        return order.map { paths[$0] }
    }
}
