extension BytePairEncoding {
    /// Longer words are merged with a heap, for which O(n log n) holds; short ones by looking at every pair.
    private static let scanLimit = 40

    /// Merges the symbols in `scratch` until no rule applies.
    func merge(_ scratch: inout ModelScratch) {
        if scratch.symbols.count <= Self.scanLimit { mergeScanning(&scratch) } else { mergeWithHeap(&scratch) }
    }

    private func mergeScanning(_ scratch: inout ModelScratch) {
        guard scratch.symbols.count > 1 else { return }
        scratch.rules.removeAll(keepingCapacity: true)
        for index in 0..<scratch.symbols.count - 1 {
            scratch.rules.append(merges.rule(scratch.symbols[index], scratch.symbols[index + 1]))
        }
        while true {
            // Equal ranks are equal rules: the first one found is the leftmost.
            var best = MergeTable.none
            var at = 0
            for index in scratch.rules.indices where scratch.rules[index] < best {
                best = scratch.rules[index]
                at = index
            }
            guard best != MergeTable.none else { return }
            scratch.symbols[at] = MergeTable.merged(best)
            scratch.lengths[at] += scratch.lengths[at + 1]
            scratch.symbols.remove(at: at + 1)
            scratch.lengths.remove(at: at + 1)
            scratch.rules.remove(at: at)
            if at > 0 { scratch.rules[at - 1] = merges.rule(scratch.symbols[at - 1], scratch.symbols[at]) }
            if at < scratch.rules.count {
                scratch.rules[at] = merges.rule(scratch.symbols[at], scratch.symbols[at + 1])
            }
        }
    }

    // MARK: - Long words

    private func mergeWithHeap(_ scratch: inout ModelScratch) {
        let count = scratch.symbols.count
        scratch.next = (1...Int32(count)).map { $0 }
        scratch.previous = (-1..<Int32(count) - 1).map { $0 }
        scratch.heap.removeAll(keepingCapacity: true)
        for index in 0..<count - 1 { push(index, count, &scratch) }
        while let top = pop(&scratch.heap) {
            let left = Int(top & 0xFFFF_FFFF)
            let right = Int(scratch.next[left])
            guard scratch.symbols[left] >= 0, right < count else { continue }
            let rule = merges.rule(scratch.symbols[left], scratch.symbols[right])
            // The pair may have changed since it was put on the heap.
            guard rule != MergeTable.none, rule >> 32 == top >> 32 else { continue }
            scratch.symbols[left] = MergeTable.merged(rule)
            scratch.lengths[left] += scratch.lengths[right]
            scratch.symbols[right] = -1
            scratch.next[left] = scratch.next[right]
            if Int(scratch.next[left]) < count { scratch.previous[Int(scratch.next[left])] = Int32(left) }
            if scratch.previous[left] >= 0 { push(Int(scratch.previous[left]), count, &scratch) }
            push(left, count, &scratch)
        }
        compact(&scratch)
    }

    /// Puts the pair that starts at `left` on the heap, where a rule merges it.
    private func push(_ left: Int, _ count: Int, _ scratch: inout ModelScratch) {
        let right = Int(scratch.next[left])
        guard right < count else { return }
        let rule = merges.rule(scratch.symbols[left], scratch.symbols[right])
        guard rule != MergeTable.none else { return }
        var child = scratch.heap.count
        let item = (rule >> 32) << 32 | UInt64(left)
        scratch.heap.append(item)
        while child > 0, scratch.heap[(child - 1) / 2] > item {
            scratch.heap[child] = scratch.heap[(child - 1) / 2]
            child = (child - 1) / 2
        }
        scratch.heap[child] = item
    }

    private func pop(_ heap: inout [UInt64]) -> UInt64? {
        guard let top = heap.first, let last = heap.popLast() else { return nil }
        guard !heap.isEmpty else { return top }
        var parent = 0
        while true {
            var child = parent * 2 + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, heap[child + 1] < heap[child] { child += 1 }
            guard heap[child] < last else { break }
            heap[parent] = heap[child]
            parent = child
        }
        heap[parent] = last
        return top
    }

    private func compact(_ scratch: inout ModelScratch) {
        var kept = 0
        for index in scratch.symbols.indices where scratch.symbols[index] >= 0 {
            scratch.symbols[kept] = scratch.symbols[index]
            scratch.lengths[kept] = scratch.lengths[index]
            kept += 1
        }
        scratch.symbols.removeSubrange(kept...)
        scratch.lengths.removeSubrange(kept...)
    }
}
