import Foundation
import TestFixtures
import Testing

/// Every language model we read against transformers, alone and behind a bridge: `Tests/Peers/decoder_cases.py` and
/// make_hf_reference.py made the cases.
@Suite struct ArchitectureParityTests {
    /// Largest absolute difference allowed, float32 arithmetic on the weights as stored.
    static let tolerance: Float = 1e-4

    @Test(arguments: ParityCase.languageModels + ParityCase.pictured)
    func `logits, hidden states, routing, cached decoding, greedy and beam ids`(parity: ParityCase) throws {
        let found = try ArchitectureComparison(parity)

        #expect(found.logits <= Self.tolerance)
        #expect(found.hiddenStates <= Self.tolerance * 10)
        #expect(found.routerLogits <= Self.tolerance)
        #expect(found.dependsOnLength || found.cached <= Self.tolerance)
        #expect(found.generated <= Self.tolerance)
        #expect(found.choicesAreEqual != false)
        #expect(found.greedyIsEqual || found.isNearTie)
        #expect(found.batchIsEqual)
        #expect(found.beamsAreEqual || found.isNearTie)
    }

    @Test func `every architecture has a case`() {
        let names = Set(ParityCase.languageModels.map { $0.description })

        #expect(names.count >= 35)
    }
}

extension ArchitectureParityTests {
    /// A line a case, for the README: `LORGNETTE_PARITY=FOLDER swift test -c release --filter ParityTable`.
    @Test(
        .enabled(
            if: ProcessInfo.processInfo.environment["LORGNETTE_PARITY"] != nil,
            "prints the table of a folder of cases that LORGNETTE_PARITY names"))
    func `ParityTable`() throws {
        var lines = ["| case | logits | cached | hidden | router | greedy | beams |", "|---|---|---|---|---|---|---|"]
        for parity in ParityCase.languageModels + ParityCase.pictured {
            let found = try ArchitectureComparison(parity)
            let figures = [found.logits, found.cached, found.hiddenStates, found.routerLogits]
                .map { String(format: "%.1e", $0) }
            let ids = [found.greedyIsEqual, found.beamsAreEqual].map { isEqual in
                isEqual ? "equal" : found.isNearTie ? "near tie" : "different"
            }
            lines.append("| " + ([parity.description] + figures + ids).joined(separator: " | ") + " |")
        }
        print(lines.joined(separator: "\n"))
    }
}
