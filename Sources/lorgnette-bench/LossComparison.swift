import ArgumentParser
import Foundation
import JSONText
import ReportPages

/// The losses of our steps and of a peer's, from the same weights and rows, as two curves on one plot.
struct LossComparison {
    /// A name and the loss of each step.
    typealias Curve = (name: String, losses: [Double])

    /// What was measured here, once it was.
    var ours: Curve = ("lorgnette", [])
    let peer: Curve

    /// - Parameter path: A file that a script of `Tests/Peers` wrote: JSON lines, of which the last with `losses` counts.
    /// - Throws: `ValidationError` where no line has losses, or the file cannot be read.
    init(besideFileAt path: String) throws {
        let text: String
        do { text = try String(contentsOfFile: path, encoding: .utf8) } catch {
            throw ValidationError("\(path): \(error.localizedDescription)")
        }
        let rows = text.split(whereSeparator: \.isNewline).compactMap { try? JSONValue(parsing: String($0)) }
        guard let row = rows.last(where: { $0["losses"]?.array?.isEmpty == false }),
            let values = row["losses"]?.array
        else { throw ValidationError("\(path): no line is a JSON object with losses") }
        peer = (row["peer"]?.string ?? "peer", values.map { $0.double ?? .nan })
    }

    /// Steps that both took.
    var common: Int { min(ours.losses.count, peer.losses.count) }

    /// The greatest difference of any step that both took.
    var greatestDifference: Double {
        zip(ours.losses, peer.losses).map { abs($0 - $1) }.max() ?? .nan
    }

    /// The mean over the last tenth of the steps that both took, ours and the peer's.
    var lastTenth: (ours: Double, peer: Double) {
        let count = max(1, common / 10)
        func mean(_ losses: [Double]) -> Double {
            losses.prefix(common).suffix(count).reduce(0, +) / Double(count)
        }
        return (mean(ours.losses), mean(peer.losses))
    }

    /// Both curves as the text of an SVG file.
    func svg(title: String) -> String {
        func series(_ curve: Curve, isDashed: Bool) -> ChartSeries {
            ChartSeries(
                curve.name, curve.losses.enumerated().map { ChartPoint(x: Double($0.offset + 1), y: $0.element) },
                hasDots: false, isDashed: isDashed)
        }
        let chart = LineChart(
            title, x: .steps, y: ChartAxis("loss", unit: "nats a token"),
            [series(ours, isDashed: false), series(peer, isDashed: true)],
            notes: [
                "greatest difference of a step \(Measurement.short(greatestDifference)); mean of the last tenth "
                    + "\(Measurement.short(lastTenth.ours)) and \(Measurement.short(lastTenth.peer))"
            ])
        return ChartSheet([.lines(chart)]).svg
    }
}
