import InterleavedData

extension PretrainRecipe {
    /// The recipe in the YAML `text` of `file`, `assignments` (`key.path=value`) laid over it.
    ///
    /// - Parameter files: what its first entry reads instead of its own files, where there are some.
    package init(text: String = "", file: String = "recipe", assignments: [String] = [], files: [String] = [])
        throws(TrainingError)
    {
        var yaml = try RecipeText(
            defaults: PretrainRecipe(), elements: ["text": TextEntry()], opaque: ["model"], file: file)
        try yaml.merge(text)
        for assignment in assignments { try yaml.set(assignment) }
        self = try yaml.recipe()
        if !files.isEmpty {
            if self.text.isEmpty { self.text = [TextEntry()] }
            self.text[0].files = files
        }
        try check(file: file)
    }

    /// Throws the first value that no run can have.
    package func check(file: String) throws(TrainingError) {
        func require(_ holds: Bool, _ key: String, _ wanted: String) throws(TrainingError) {
            guard holds else { throw .recipe(file: file, key: key, problem: "must be \(wanted)") }
        }
        try require((0...100_000_000).contains(steps), "steps", "from 0 to 100000000")
        try require(minutes.isFinite && minutes >= 0 && minutes <= 1e6, "minutes", "from 0 to 1000000")
        try require((16...65_536).contains(length), "length", "from 16 to 65536")
        try require((1...65_536).contains(batch), "batch", "from 1 to 65536")
        try require(accumulation >= 1 && accumulation <= batch, "accumulation", "from 1 to batch (\(batch))")
        try require(learningRate.isFinite && learningRate >= 0, "learning_rate", "a number that is not negative")
        try require(warmupSteps >= 0, "warmup_steps", "0 or more")
        try require((0...1).contains(finalShare), "final_share", "from 0 to 1")
        try require(clip.isFinite && clip >= 0, "clip", "0 or more")
        try require(averageDecay >= 0 && averageDecay < 1, "average_decay", "from 0 to below 1")
        try require(checkpointEvery >= 1, "checkpoint_every", "1 or more")
        try require(layersEvery >= 0, "layers_every", "0 or more")
        try require(heldOutShare >= 0 && heldOutShare <= 0.5, "held_out_share", "from 0 to 0.5")
        try require((0..<1).contains(optimiser.beta1), "optimiser.beta1", "from 0 to below 1")
        try require((0..<1).contains(optimiser.beta2), "optimiser.beta2", "from 0 to below 1")
        try require(optimiser.decay.isFinite && optimiser.decay >= 0, "optimiser.decay", "0 or more")
        try require(model.isTable, "model", "keys and values of a decoder's config")
        try require(optimiser.epsilon > 0, "optimiser.epsilon", "above 0")
        try require((0...1).contains(hardening.finalRate), "hardening.final_rate", "from 0 to 1")
        try require((0...1).contains(hardening.begins), "hardening.begins", "from 0 to 1")
        try require(
            dev.every >= 0 && dev.rows >= 0 && dev.tokens >= 0 && dev.shown >= 0, "dev", "0 or more everywhere")
        try require((0...10_000_000).contains(tokenizer.vocabulary), "tokenizer.vocabulary", "from 0 to 10000000")
        try require((0...100_000).contains(tokenizer.sentinels), "tokenizer.sentinels", "from 0 to 100000")
        for (index, entry) in text.enumerated() { try entry.check(file: file, key: "text[\(index)]") }
    }
}

extension PretrainRecipe.TextEntry {
    fileprivate func check(file: String, key: String) throws(TrainingError) {
        func require(_ holds: Bool, _ name: String, _ wanted: String) throws(TrainingError) {
            guard holds else { throw .recipe(file: file, key: key + "." + name, problem: "must be \(wanted)") }
        }
        try require(share.isFinite && share > 0, "share", "above 0")
        try require((0...1).contains(contextShare), "context_share", "from 0 to 1")
        try require((0...1).contains(contextOwn), "context_own", "from 0 to 1")
        try require((1...16).contains(contextPassages), "context_passages", "from 1 to 16")
        try require(
            denoisers.values.allSatisfy { $0.isFinite && $0 >= 0 }
                && (denoisers.isEmpty || denoisers.values.contains { $0 > 0 }),
            "denoisers", "rates of 0 or more, not all of them 0")
        try require(
            layout == .pairs || (denoisers["prompts"] ?? 0) == 0, "denoisers.prompts",
            "left out unless layout is pairs: other texts have no prompts")
        for name in denoisers.keys.sorted() {
            try require(
                DenoiserMixture(name: name) != nil, "denoisers.\(name)",
                "one of ul2, ul2-small, ul2-uniform, causal, prompts")
        }
    }

    /// The denoisers with their rates, mixtures in alphabetical order.
    ///
    /// Every causal example begins with `<s>`, also where it goes on within a document: to a model of which each row begins so, a
    /// prompt of a few words is nothing new.
    package var mixture: DenoiserMixture {
        var entries: [(denoiser: Denoiser, rate: Double)] = []
        for (name, rate) in denoisers.sorted(by: { $0.key < $1.key }) where rate > 0 {
            guard let mixture = DenoiserMixture(name: name) else { continue }
            let total = mixture.rates.reduce(0, +)
            for (denoiser, own) in zip(mixture.denoisers, mixture.rates) {
                var denoiser = denoiser
                denoiser.leadsBeginningsOnly = false
                if let same = entries.firstIndex(where: { $0.denoiser.name == denoiser.name }) {
                    entries[same].rate += rate * own / total
                } else {
                    entries.append((denoiser, rate * own / total))
                }
            }
        }
        return DenoiserMixture(entries)
    }
}
