import Foundation
import ImageFiles
import Imaging
import InterleavedData
import Synchronization
import TensorEngine
import TestFixtures
import Testing

@Suite struct PairLoaderTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    private static let everything = Augmentation(
        crop: .init(scale: 0.4...1), rotation: .init(degrees: 20), background: .init(white: 1), jitter: 3, flip: 0.5,
        color: .init(brightness: 0.3, contrast: 0.3, saturation: 0.3, hue: 0.1))

    /// Rows of drawn pictures; those of `broken` hold no picture, those of `absent` have no file.
    private func rows(_ count: Int, broken: Set<Int> = [], absent: Set<Int> = []) throws -> [PairRecord] {
        try (0..<count).map { index in
            let bytes = try DrawnPictures.png(index, width: 20 + index * 7, height: 40)
            if !absent.contains(index) { try scratch.write(broken.contains(index) ? [1, 2] : bytes, "\(index).png") }
            return PairRecord(
                id: "\(index)", picture: .file(path: scratch.file("\(index).png")), captions: ["caption \(index)"],
                questions: [.init("q", "answer \(index)")])
        }
    }

    private func loader(
        _ records: [PairRecord], _ augmentation: Augmentation = Augmentation(), steps: Int? = nil, batch: Int = 4,
        _ options: PairLoadingOptions = .init()
    ) throws -> PairLoader {
        let mixture = try TrainingMixture([.init(name: "drawn", records: records, augmentation: augmentation)])
        return PairLoader(
            sampler: PairSampler(mixture: mixture, seed: 3, batch: batch), processor: DrawnPictures.processor,
            steps: steps, options: options)
    }

    @Test func `without variation a picture is what inference sees`() throws {
        let records = try rows(6)
        let loader = try loader(records)

        for step in 0..<3 {
            for example in try loader.examples(ofStep: step).examples {
                let record = try #require(records.first { $0.id == example.recordID })
                #expect(try example.pixels == record.picture.pixels(by: DrawnPictures.processor))
                #expect(example.text.hasSuffix(" \(record.id)"))
            }
        }
    }

    @Test(arguments: [
        PairLoadingOptions(prefetch: 0), .init(cacheBytes: 0), .init(threads: 1), .init(threads: 0),
        .init(cacheBytes: 4000, prefetch: 5, threads: 3),
    ])
    func `prefetch, threads and memory change nothing`(options: PairLoadingOptions) throws {
        let records = try rows(7, broken: [2])
        let reference = try loader(records, Self.everything)
        let other = try loader(records, Self.everything, options)

        for step in 0..<8 { #expect(try reference.examples(ofStep: step) == other.examples(ofStep: step)) }
        #expect(reference.cachedBytes > 4000 && other.cachedBytes <= options.cacheBytes)
    }

    @Test func `a step is the same whatever came before it`() throws {
        let records = try rows(7)
        let straight = try loader(records, Self.everything)
        let resumed = try loader(records, Self.everything)
        for step in 0..<5 { _ = try straight.examples(ofStep: step) }

        let (late, again) = (try resumed.examples(ofStep: 5), try resumed.examples(ofStep: 5))

        #expect(try straight.examples(ofStep: 5) == late)
        #expect(late == again)
        #expect(try straight.examples(ofStep: 6) != late)
    }

    @Test func `epochs vary a picture differently`() throws {
        let loader = try loader(try rows(4), Self.everything)

        let epochs = try (0..<2).map { step in
            try loader.examples(ofStep: step).examples.sorted { $0.recordID < $1.recordID }
        }

        #expect(epochs[0].map(\.recordID) == epochs[1].map(\.recordID))
        #expect(zip(epochs[0], epochs[1]).allSatisfy { $0.pixels != $1.pixels })
    }

    @Test func `pictures stack in the order of the slots`() throws {
        let step = try loader(try rows(5)).examples(ofStep: 0)

        let all = try step.pixels()

        #expect(all.shape == [4, 3, 16, 16])
        #expect(Array(all.values[768..<1536]) == step.examples[1].pixels?.values)
        #expect(try step.pixels(1..<3).values == Array(all.values[768..<2304]))
    }

    @Test func `pictures that cannot be read are replaced, told once, and counted`() throws {
        let records = try rows(6, broken: [1], absent: [4])
        let loader = try loader(records)

        var told: [SkippedRow] = []
        var replacements = 0
        for step in 0..<12 {
            let loaded = try loader.examples(ofStep: step)
            #expect(loaded.examples.count == 4)
            #expect(loaded.examples.allSatisfy { !["1", "4"].contains($0.recordID) })
            told += loaded.skipped
            replacements += loaded.replacements
        }

        #expect(told.map(\.recordID).sorted() == ["1", "4"] && loader.unusableRows == 2)
        // Eight epochs meet each of them at least once.
        #expect(replacements >= 16)
        let errors = Dictionary(uniqueKeysWithValues: told.map { ($0.recordID, $0.problem) })
        #expect(errors["4"] == .picture(.file(.noSuchInput(name: scratch.file("4.png")))))
        #expect(errors["1"]?.description.contains("1.png") == true)
    }

    @Test func `a step that is loaded again tells again what it could not read`() throws {
        let loader = try loader(try rows(4, broken: [1]))

        let steps = try [0, 0, 1].map { try loader.examples(ofStep: $0) }

        #expect(steps.map(\.skipped.count) == [1, 1, 0] && steps.allSatisfy { $0.replacements > 0 })
    }

    @Test func `where no picture can be read that is an error`() throws {
        let loader = try loader(try rows(3, absent: [0, 1, 2]))

        #expect {
            try loader.examples(ofStep: 0)
        } throws: { error in
            guard case PairLoadingError.noUsableRow("drawn", 3, let first) = error,
                case .picture(.file(.noSuchInput)) = first
            else { return false }
            return "\(error)".contains("none of its 3 rows")
        }
    }

    @Test func `pictures of different sizes do not stack`() throws {
        let mixture = try TrainingMixture([.init(name: "drawn", records: try rows(6))])
        let loader = PairLoader(
            sampler: PairSampler(mixture: mixture, seed: 1, batch: 6),
            processor: ImageProcessor(ImageProcessorConfiguration(size: .shortestEdge(16, longest: nil))))

        let step = try loader.examples(ofStep: 0)

        #expect(throws: PairLoadingError.sizesDiffer(step: 0)) { try step.pixels() }
    }

    @Test func `nothing is loaded past the end`() throws {
        let loader = try loader(try rows(5), steps: 2, batch: 5, .init(prefetch: 4))

        #expect(try loader.examples(ofStep: 1).examples.count == 5)
        #expect(try loader.examples(ofStep: 7).step == 7)
    }

    @Test(arguments: [0, 2]) func `a cancelled loader says so`(threads: Int) throws {
        let loader = try loader(try rows(5), Augmentation(), PairLoadingOptions(threads: threads))
        _ = try loader.examples(ofStep: 0)

        loader.cancel()
        loader.cancel()

        #expect(throws: PairLoadingError.cancelled) { try loader.examples(ofStep: 1) }
    }

    @Test func `cancelling wakes who waits`() throws {
        // A pipe that nobody writes to keeps the decoding thread until it is opened for writing.
        let pipe = scratch.file("pipe.png")
        try #require(unsafe mkfifo(pipe, 0o600) == 0)
        let loader = try loader(
            [PairRecord(id: "p", picture: .file(path: pipe), captions: ["x"])], batch: 1, PairLoadingOptions(threads: 1)
        )
        let outcome = Mutex<PairLoadingError?>(nil)
        let done = DispatchSemaphore(value: 0)
        Thread {
            do throws(PairLoadingError) { _ = try loader.examples(ofStep: 0) } catch { outcome.withLock { $0 = error } }
            done.signal()
        }.start()
        Thread.sleep(forTimeInterval: 0.1)

        loader.cancel()

        #expect(done.wait(timeout: .now() + 10) == .success)
        #expect(outcome.withLock { $0 } == .cancelled)
        let writer = unsafe open(pipe, O_WRONLY | O_NONBLOCK)  // lets the thread go
        close(writer)
    }

    @Test func `parts of archives are read in place, and an archive that shrank is told`() throws {
        var tar = TarBytes()
        for index in 0..<3 {
            tar.add("\(index).png", try DrawnPictures.png(index))
            tar.add("\(index).txt", Array("caption \(index)".utf8))
        }
        let shard = try scratch.write(tar.closed, "shard.tar")
        let dataset = try PairDataset(path: shard)

        let step = try loader(dataset.records, batch: 3).examples(ofStep: 0)

        for example in step.examples {
            let index = try #require(Int(example.recordID))
            #expect(try example.pixels == DrawnPictures.processor.process(DrawnPictures.bitmap(index)))
        }
        try scratch.write([1, 2, 3], "shard.tar")
        #expect(throws: PictureError.self) { try dataset.records[0].picture.bytes() }
        try scratch.remove("shard.tar")
        #expect(throws: PictureError.file(.noSuchInput(name: shard))) { try dataset.records[0].picture.bytes() }
    }

    @Test func `large pictures are held at the working size, transparency with its colours`() throws {
        let image = DrawnPictures.transparent(side: 64)

        let reduced = try image.reduced(toShorterSide: 16)

        #expect(reduced.bitmap.width == 16 && reduced.bitmap.height == 16)
        let alpha = try #require(reduced.alpha)
        #expect(alpha[0] == 0 && alpha[16 * 16 - 1] == 255 && alpha[7] < 255)
        let opaque = try DecodedImage(bitmap: image.bitmap).reduced(toShorterSide: 16)
        #expect(reduced.bitmap[x: 12, y: 12] == opaque.bitmap[x: 12, y: 12] && opaque.alpha == nil)
        #expect(try image.reduced(toShorterSide: 64) == image)
    }

    @Test func `too elongated pictures are told by their file`() throws {
        try scratch.write(try DrawnPictures.png(0, width: 3000, height: 1), "0.png")
        let record = PairRecord(id: "0", picture: .file(path: scratch.file("0.png")), captions: ["x"])
        let mixture = try TrainingMixture([.init(name: "drawn", records: [record])])
        let loader = PairLoader(
            sampler: PairSampler(mixture: mixture, seed: 1, batch: 1),
            processor: ImageProcessor(ImageProcessorConfiguration(size: .shortestEdge(4096, longest: nil))))

        #expect {
            try loader.examples(ofStep: 0)
        } throws: { error in
            guard case PairLoadingError.noUsableRow(_, _, let first) = error,
                case .picture(.processing(let name, _)) = first
            else { return false }
            return name.hasSuffix("0.png")
        }
    }
}
