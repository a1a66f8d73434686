import Foundation
import TensorEngine
import TestFixtures
import Testing

/// Python with transformers, where this machine has it.
private enum Peer {
    static let python: String? = {
        let environment = ProcessInfo.processInfo.environment
        let home = environment["HOME"] ?? ""
        return [environment["LORGNETTE_PEER_PYTHON"], "\(home)/.cache/peers/venv/bin/python"].compactMap { $0 }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }()
}

/// Models that transformers makes here and now, from other seeds than the committed ones: needs Python with transformers.
@Suite(.enabled(if: Peer.python != nil, "no Python with transformers here"))
struct GeneratedCasesTests {
    @Test(arguments: ["float32", "bfloat16"])
    func `logits, routing and ids of every architecture and option`(type: String) throws {
        let folder = try ScratchFolder()
        let seed = ProcessInfo.processInfo.environment["LORGNETTE_PARITY_SEED"] ?? "31"
        let process = Process()
        process.executableURL = URL(filePath: try #require(Peer.python))
        process.arguments = [
            Repository.path("Tests/Peers/decoder_cases.py"), folder.file("cases"), "--seed", seed, "--dtype", type,
        ]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "decoder_cases.py failed")

        let cases = ParityCase.cases(in: folder.file("cases"))

        #expect(cases.count >= 35)
        for parity in cases {
            let found = try ArchitectureComparison(parity)
            // Within 1e-4, or twice what transformers' own float32 is off there.
            let rounding = try parity.tensor("logits_rounding").array[0]
            #expect(found.logits <= max(ArchitectureParityTests.tolerance, min(2 * rounding, 5e-4)), "\(parity)")
            #expect(found.choicesAreEqual != false, "\(parity)")
            #expect(found.greedyIsEqual && found.beamsAreEqual || found.isNearTie, "\(parity)")
        }
    }
}
