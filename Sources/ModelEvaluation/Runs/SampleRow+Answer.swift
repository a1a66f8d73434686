extension SampleRow {
    /// The row of an answer, or of why there is none.
    init<Model>(_ asked: Asked, _ answer: RunState<Model>.Answer, run: TaskRun<Model>) {
        let example = asked.example
        self.init(
            id: example.id, task: run.name, image: example.pictures.map(\.name).joined(separator: " + "),
            question: example.question, references: example.references)
        prompt = asked.prompt
        demonstrations = asked.demonstrations.map(\.example.id)
        switch answer {
        case .failure(let failure):
            self.failure = Failure(code: failure.code, message: failure.message)
            isCorrect = false
            score = 0
        case .success(let found):
            output = found.output
            rawOutput = found.raw
            tokenIDs = found.answer.tokenIDs
            tokens = found.answer.pieces
            tokenLogProbabilities = found.answer.tokenLogProbabilities
            logProbability = found.answer.logProbability
            confidence = found.confidence
            choice = found.choice
            choiceScores = found.choiceScores
            choices = found.choice == nil ? [] : example.choices
            guard example.hasAnswer else { return }
            let worth = run.task.score(
                AnsweredExample(
                    example, output: found.output, choice: found.choice, choiceScores: found.choiceScores),
                variant: run.settings.variant)
            score = worth
            isCorrect = worth.map { $0 >= 0.5 }
        }
    }
}

extension SampleRow.Baseline {
    /// The answer of a baseline; nothing where there is none.
    init<Model>(_ baseline: ComputedBaseline, _ answer: RunState<Model>.Answer) {
        self.init(name: baseline.rawValue, output: nil)
        guard case .success(let found) = answer else { return }
        output = found.output
        choice = found.choice
        choiceScores = found.choiceScores
    }
}
