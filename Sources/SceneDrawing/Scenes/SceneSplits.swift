/// The splits of a series and their shares.
package struct SceneSplits: Sendable, Equatable {
    /// The split that shows held-out pairs of colour and kind and asks about them.
    package static let composition = "compose"
    /// Four fifths to train on, a tenth each to choose and to test on.
    package static let standard = SceneSplits(shares: [("train", 0.8), ("dev", 0.1), (composition, 0.1)])

    /// Names and shares; shares sum to 1.
    package let shares: [(name: String, share: Double)]

    private init(shares: [(String, Double)]) { self.shares = shares }

    /// What is wrong with a text of splits.
    package enum ParseError: Error, Equatable, CustomStringConvertible {
        case notAShare(part: String)
        case repeatedName(String)
        case emptyList

        package var description: String {
            switch self {
            case .notAShare(let part): "\"\(part)\" is not NAME=SHARE with a share above 0, as in train=0.9"
            case .repeatedName(let name): "the split \(name) is named twice"
            case .emptyList: "no splits: give NAME=SHARE,…, as in train=0.9,dev=0.1"
            }
        }
    }

    /// Splits from `train=0.9,dev=0.1`; shares are scaled to sum to 1.
    package init(parsing text: String) throws(ParseError) {
        var shares: [(name: String, share: Double)] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let sides = part.split(separator: "=", omittingEmptySubsequences: false)
            guard sides.count == 2, !sides[0].isEmpty, sides[0].allSatisfy({ $0.isLetter || $0.isNumber || $0 == "-" }),
                let share = Double(sides[1]), share > 0, share.isFinite
            else {
                if text.isEmpty { throw .emptyList }
                throw .notAShare(part: String(part))
            }
            if shares.contains(where: { $0.name == sides[0] }) { throw .repeatedName(String(sides[0])) }
            shares.append((String(sides[0]), share))
        }
        let sum = shares.reduce(0) { $0 + $1.share }
        self.shares = shares.map { ($0.name, $0.share / sum) }
    }

    /// The split of scene `number`. It does not depend on how many scenes there are: numbers are spread over the shares
    /// by multiples of the golden ratio, so that any run of scenes comes close to the shares.
    package func name(ofScene number: Int) -> String {
        let spread = (Double(number) + 0.5) * 0.618_033_988_749_894_9
        var rest = spread - spread.rounded(.down)
        for (name, share) in shares.dropLast() {
            if rest < share { return name }
            rest -= share
        }
        return shares.last?.name ?? ""
    }

    package static func == (left: SceneSplits, right: SceneSplits) -> Bool {
        left.shares.elementsEqual(right.shares) { $0 == $1 }
    }
}
