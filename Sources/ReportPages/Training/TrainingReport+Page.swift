extension TrainingReport {
    /// The report as a page.
    package var page: HTMLPage {
        var sections: [PageSection] = []
        if !scores.isEmpty { sections.append(PageSection("Scores", scoreBlocks)) }
        if let curves { sections.append(PageSection("Curves", [.charts(curves)])) }
        if !samples.isEmpty { sections.append(PageSection(samplesTitle, sampleBlocks)) }
        if !charts.isEmpty { sections.append(PageSection("More charts", charts.map { .charts($0) })) }
        if !plan.isEmpty { sections.append(PageSection("What was trained", [.table(planTable)])) }
        if !timings.isEmpty { sections.append(PageSection("Time", [.table(timingTable)])) }
        if !hashes.isEmpty { sections.append(PageSection("Hashes", [.table(hashTable)])) }
        if !recipe.isEmpty { sections.append(PageSection("Recipe", [.preformatted(recipe)])) }
        return HTMLPage(title, subtitle: subtitle, lead: lead, sections: sections, footer: footer)
    }

    private var lead: [PageBlock] {
        var blocks: [PageBlock] = []
        switch outcome {
        case .finished: break
        case .stoppedEarly(let reason): blocks.append(.callout(.note, "Stopped early: \(reason)"))
        case .failed(let reason): blocks.append(.callout(.danger, reason))
        }
        blocks += warnings.map { .callout(.warning, $0) }
        for score in scores where !score.beatsBaseline {
            blocks.append(
                .callout(
                    .warning,
                    "\(score.name) is no better than its baseline (\(score.baseline?.name ?? ""))\(baselineHint)."
                ))
        }
        if !summary.isEmpty { blocks.append(.facts(summary)) }
        return blocks
    }

    private var scoreBlocks: [PageBlock] {
        let hasBaseline = scores.contains { $0.baseline != nil }
        let hasExamples = scores.contains { $0.examples != nil }
        let hasNote = scores.contains { !$0.note.isEmpty }
        var columns: [PageTable.Column] = [.text("score"), .number("value"), .number("interval")]
        if hasBaseline { columns += [.number("baseline"), .text("of")] }
        if hasExamples { columns.append(.number("examples")) }
        if hasNote { columns.append(.text("note")) }
        let rows = scores.map { score in
            var row: [PageTable.Cell] = [.text(score.name), .number(score.value, digits: 4)]
            row.append(
                score.interval.map {
                    .number(
                        $0.low,
                        text: "\(NumberText.fixed($0.low, digits: 4)) to \(NumberText.fixed($0.high, digits: 4))")
                } ?? .none)
            if hasBaseline {
                row.append(score.baseline.map { .number($0.value, digits: 4) } ?? .none)
                let name = score.baseline?.name ?? "–"
                row.append(score.beatsBaseline ? .text(name) : .warning(name + ", not beaten"))
            }
            if hasExamples { row.append(score.examples.map { .count($0) } ?? .none) }
            if hasNote { row.append(.text(score.note)) }
            return row
        }
        return [.table(PageTable(columns: columns, rows: rows))]
    }

    /// The last step's pictures, then the steps before, the latest first, folded away.
    private var sampleBlocks: [PageBlock] {
        let bySteps = Dictionary(grouping: samples, by: \.step)
        return bySteps.keys.sorted(by: >).enumerated().flatMap { index, step -> [PageBlock] in
            let figures = (bySteps[step] ?? []).map(\.figure)
            let title = "Step \(NumberText.grouped(step))"
            return index == 0
                ? [.heading(title), .figures(figures)] : [.details(summary: title, [.figures(figures)])]
        }
    }

    private var planTable: PageTable {
        let total = plan.reduce(0) { $0 + $1.parameters }
        let trained = plan.filter { $0.learningRate != nil }.reduce(0) { $0 + $1.parameters }
        let share = NumberText.fixed(100 * Double(trained) / Double(max(total, 1)), digits: 1)
        let hasNote = plan.contains { !$0.note.isEmpty }
        return PageTable(
            columns: [.text("part"), .number("parameters"), .text("trained"), .number("learning rate")]
                + (hasNote ? [.text("note")] : []),
            rows: plan.map { row in
                let isTrained = row.learningRate != nil
                return [
                    .text(row.part), .count(row.parameters), .text(isTrained ? "yes" : "frozen"),
                    row.learningRate.map { .number($0, text: NumberText.short($0)) } ?? .none,
                ] + (hasNote ? [.text(row.note)] : [])
            },
            caption: "\(NumberText.grouped(trained)) of \(NumberText.grouped(total)) parameters trained (\(share) %).")
    }

    private var timingTable: PageTable {
        let total = timings.reduce(0) { $0 + $1.duration / .seconds(1) }
        return PageTable(
            columns: [.text("what"), .number("time"), .number("share")],
            rows: timings.map { name, duration in
                let seconds = duration / .seconds(1)
                return [
                    .text(name), .number(seconds, text: duration.inWords),
                    .number(seconds, text: NumberText.fixed(100 * seconds / max(total, 1e-9), digits: 1) + " %"),
                ]
            })
    }

    private var hashTable: PageTable {
        PageTable(columns: [.text("file"), .text("SHA-256")], rows: hashes.map { [.text($0.name), .code($0.hash)] })
    }
}

extension TrainingReport.Sample {
    /// The sample as a figure.
    fileprivate var figure: PageFigure {
        var facts: [(name: String, text: String)] = []
        if let question { facts.append(("asked", question)) }
        facts += [("reference", reference), ("model", generated.isEmpty ? "(nothing)" : generated)]
        return PageFigure(picture, title: name, facts: facts, isRight: isRight)
    }
}
