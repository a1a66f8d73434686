import CKernels
import Foundation
import Testing

@Suite struct KernelsRowTests {
    @Test(arguments: KernelTable.all)
    func `reductions agree with the reference`(table: KernelTable) throws {
        var random = KernelRandom(11)
        for count in kernelCounts {
            let (a, b) = try (Guarded(random.floats(count)), Guarded(random.floats(count)))
            let scale = Float(max(count, 1))
            let (kernels, reference) = unsafe (table.kernels, KernelTable.reference)

            let dots = unsafe [kernels, reference].map { unsafe $0.dot(a.start, b.start, count) }
            let sums = unsafe [kernels, reference].map { unsafe $0.sum(a.start, count) }
            let squares = unsafe [kernels, reference].map { unsafe $0.sum_of_squares(a.start, count) }
            let maxima = unsafe [kernels, reference].map { unsafe $0.maximum(a.start, count) }

            #expect(abs(dots[0] - dots[1]) <= 3e-7 * scale.squareRoot() * 4)
            #expect(abs(sums[0] - sums[1]) <= 3e-7 * scale.squareRoot() * 4)
            #expect(abs(squares[0] - squares[1]) <= 1e-12 * Double(scale))
            #expect(maxima[0] == maxima[1])
        }
        #expect(unsafe table.kernels.maximum(nil, 0) == -.infinity)
    }

    @Test(arguments: KernelTable.all, [1, 0.125, -0.5] as [Float])
    func `softmax and its gradient agree with the reference`(table: KernelTable, scale: Float) throws {
        var random = KernelRandom(12)
        for count in kernelCounts {
            let x = try Guarded(random.floats(count, in: -30...30))
            let dp = try Guarded(random.floats(count))
            let results = try unsafe [table.kernels, KernelTable.reference].map { kernels in
                let (p, dx) = try (Guarded(x.values), Guarded(dp.values))
                let logarithm = unsafe kernels.softmax(p.start, scale, p.start, count)
                unsafe kernels.softmax_backward(p.start, dx.start, scale, dx.start, count)
                return (p.values, dx.values, logarithm)
            }

            expectClose(results[0].0, results[1].0, absolute: 1e-9, relative: 4e-6, "p of \(count)")
            expectClose(results[0].1, results[1].1, absolute: 1e-6, relative: 4e-6, "dx of \(count)")
            expectClose([results[0].2], [results[1].2], absolute: 2e-6, relative: 2e-7, "log of \(count)")
        }
    }

    @Test(arguments: KernelTable.all)
    func `softmax masks minus infinity and survives a row of nothing else`(table: KernelTable) throws {
        var row = [Float](repeating: -.infinity, count: 21)
        let nothing = try Guarded(row)
        row[3] = 1
        row[20] = 1
        let two = try Guarded(row)

        let nothingLog = unsafe table.kernels.softmax(nothing.start, 1, nothing.start, 21)
        let twoLog = unsafe table.kernels.softmax(two.start, 1, two.start, 21)

        #expect(nothingLog == -.infinity)
        #expect(nothing.values.allSatisfy { $0 == 0 })
        #expect(two.values[3] == 0.5 && two.values[20] == 0.5 && two.values.reduce(0, +) == 1)
        #expect(abs(twoLog - 1.693_147_2) < 1e-6)
    }

    @Test(arguments: KernelTable.all, [true, false])
    func `layer norm and its gradient agree with the reference`(table: KernelTable, affine: Bool) throws {
        var random = KernelRandom(13)
        for width in kernelCounts where width > 0 {
            let x = try Guarded(random.floats(width, in: -1...3))
            let dy = try Guarded(random.floats(width))
            let (gain, bias) = try (Guarded(random.floats(width)), Guarded(random.floats(width)))
            let before = random.floats(width)
            let results = try unsafe [table.kernels, KernelTable.reference].map { kernels in
                let (y, dx) = try (Guarded(before), Guarded(before))
                let (dgain, dbias) = try (Guarded(before), Guarded(before))
                var (mean, rstd) = (Float(0), Float(0))
                unsafe kernels.layer_norm(
                    x.start, affine ? gain.start : nil, affine ? bias.start : nil, 1e-5, y.start, width, &mean, &rstd)
                unsafe kernels.layer_norm_backward(
                    x.start, affine ? gain.start : nil, 0.9, 0.8, dy.start, dx.start, affine ? dgain.start : nil,
                    affine ? dbias.start : nil, width)
                return [y.values, dx.values, dgain.values, dbias.values, [mean, rstd]]
            }

            for (found, expected) in zip(results[0], results[1]) {
                expectClose(found, expected, absolute: 4e-6, relative: 4e-6, "width \(width)")
            }
        }
    }

    @Test(arguments: KernelTable.all, [true, false])
    func `rms norm and its gradient agree with the reference`(table: KernelTable, affine: Bool) throws {
        var random = KernelRandom(14)
        for width in kernelCounts where width > 0 {
            let (x, dy) = try (Guarded(random.floats(width)), Guarded(random.floats(width)))
            let gain = try Guarded(random.floats(width))
            let before = random.floats(width)
            let results = try unsafe [table.kernels, KernelTable.reference].map { kernels in
                let (y, dx, dgain) = try (Guarded(before), Guarded(before), Guarded(before))
                var rstd = Float(0)
                unsafe kernels.rms_norm(x.start, affine ? gain.start : nil, 1, 1e-6, y.start, width, &rstd)
                unsafe kernels.rms_norm_backward(
                    x.start, affine ? gain.start : nil, 1, 0.7, dy.start, dx.start, affine ? dgain.start : nil, width)
                return [y.values, dx.values, dgain.values, [rstd]]
            }

            for (found, expected) in zip(results[0], results[1]) {
                expectClose(found, expected, absolute: 4e-6, relative: 4e-6, "width \(width)")
            }
        }
    }

    @Test(arguments: KernelTable.all, [true, false])
    func `rotation agrees with the reference and leaves the rest of a head alone`(
        table: KernelTable, interleaved: Bool
    ) throws {
        var random = KernelRandom(15)
        for rotary in [0, 2, 6, 8, 10, 16, 30, 32, 34, 64, 80, 128] {
            let (heads, stride) = (3, rotary + 5)
            let x = random.floats(heads * stride)
            let angles = random.floats(rotary / 2, in: -3...3)
            let (cosines, sines) = try (Guarded(angles.map { cos($0) }), Guarded(angles.map { sin($0) }))
            let negated = try Guarded(sines.values.map { -$0 })
            let (found, expected) = try (Guarded(x), Guarded(x))

            unsafe table.kernels.rotate(found.start, heads, stride, rotary, cosines.start, sines.start, interleaved)
            unsafe KernelTable.reference.rotate(
                expected.start, heads, stride, rotary, cosines.start, sines.start, interleaved)

            expectClose(found.values, expected.values, absolute: 5e-7, "rotary \(rotary)")
            unsafe table.kernels.rotate(found.start, heads, stride, rotary, cosines.start, negated.start, interleaved)
            expectClose(found.values, x, absolute: 1e-6, "rotary \(rotary) back")
            for head in 0..<heads {
                #expect(found.values[(head * stride + rotary)...].prefix(5) == x[(head * stride + rotary)...].prefix(5))
            }
        }
    }

    @Test(arguments: KernelTable.all)
    func `attention of one query agrees with the reference`(table: KernelTable) throws {
        var random = KernelRandom(16)
        for width in [1, 7, 16, 33, 64, 65, 80, 128] {
            for keys in [0, 1, 2, 3, 4, 5, 9, 100] {
                let stride = width + 3
                let (q, p) = try (Guarded(random.floats(width)), Guarded(random.floats(keys, in: 0...0.1)))
                let cache = try Guarded(random.floats(max(0, keys * stride - 3)))
                let results = try unsafe [table.kernels, KernelTable.reference].map { kernels in
                    let (scores, y) = try (Guarded(p.values), Guarded(q.values))
                    unsafe kernels.attention_scores(q.start, cache.start, keys, stride, width, 0.125, scores.start)
                    unsafe kernels.attention_mix(p.start, cache.start, keys, stride, width, y.start)
                    return [scores.values, y.values]
                }

                for (found, expected) in zip(results[0], results[1]) {
                    expectClose(found, expected, absolute: 4e-6, relative: 1e-6, "\(keys) keys of \(width)")
                }
            }
        }
    }

    @Test(arguments: KernelTable.all)
    func `a score does not depend on how many keys are asked for`(table: KernelTable) throws {
        var random = KernelRandom(17)
        let (q, k) = try (Guarded(random.floats(50)), Guarded(random.floats(9 * 50)))
        let (all, single) = try (Guarded([Float](repeating: 0, count: 9)), Guarded([Float](repeating: 0, count: 9)))

        unsafe table.kernels.attention_scores(q.start, k.start, 9, 50, 50, 0.3, all.start)
        for key in 0..<9 {
            unsafe table.kernels.attention_scores(q.start, k.start + key * 50, 1, 50, 50, 0.3, single.start + key)
        }

        #expect(all.values == single.values)
    }
}
