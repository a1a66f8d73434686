import JSONText

extension TaskResult {
    /// The scores as `results.json` has them; protocol and model stand in the document around them.
    package var members: [(key: String, value: JSONValue)] {
        guard isScored else {
            return [
                ("task", .string(card.name)), ("score", .null), ("examples", .integer(examples)),
                ("errors", .integer(errors.count)), ("remarks", .array(summary.remarks.map { .string($0) })),
            ]
        }
        var members: [(key: String, value: JSONValue)] = [
            ("task", .string(card.name)), ("metric", .string(summary.primary)), ("score", .double(summary.score)),
            ("standard_error", .double(standardError)),
            ("interval_95", .array([.double(interval.low), .double(interval.high)])),
            ("interval_method", .string(intervalMethod)), ("examples", .integer(examples)),
            ("errors", .integer(errors.count)),
        ]
        if let wilson {
            members.append(("wilson_95", .array([.double(wilson.low), .double(wilson.high)])))
        }
        if let scoreWithoutErrors { members.append(("score_without_errors", .double(scoreWithoutErrors))) }
        members += summary.values.map { ($0.name, $0.value.map { .double($0) } ?? .null) }
        members.append(("beats_blind", beatsBlind.map { .bool($0) } ?? .null))
        members.append(("baselines", .object(baselines.map { ($0.name, Self.json($0)) })))
        if let calibration { members.append(("calibration", calibration.json)) }
        if !categories.isEmpty { members.append(("categories", .object(categories.map { ($0.name, Self.json($0)) }))) }
        if !summary.remarks.isEmpty {
            members.append(("remarks", .array(summary.remarks.map { .string($0) })))
        }
        return members
    }

    private static func json(_ baseline: BaselineScore) -> JSONValue {
        let (mean, error) = (baseline.difference.mean, baseline.difference.standardError)
        return .object([
            ("score", .double(baseline.score)), ("mean_difference", .double(mean)),
            ("standard_error_of_difference", .double(error)),
            ("interval_95_of_difference", .array([.double(mean - z * error), .double(mean + z * error)])),
            ("beaten", .bool(baseline.isBeaten)),
        ])
    }

    private static func json(_ category: CategoryScores) -> JSONValue {
        .object(
            category.groups.map { group in
                let blind = group.blind.map { [("blind", JSONValue.double($0))] } ?? []
                return (
                    group.value,
                    .object([("examples", .integer(group.count)), ("score", .double(group.score))] + blind)
                )
            })
    }
}
