import ModelTraining
import Testing

/// Recipes are read with every mistake told by its key.
@Suite struct RecipeTests {
    @Test func `what a recipe leaves out has a default; what it says holds`() throws {
        let recipe = try FinetuneRecipe(
            text: """
                base: model
                data:
                  - pairs: a.jsonl
                    weight: 2
                    set_weights: {emoji: 3, coins: 0.5}
                    augmentation: {flip: 0.5}
                  - pairs: b
                    split: all
                optimiser: {rule: lion}
                """, assignments: ["train.part=vision", "data.1.weight=4", "dev.patience=3"])

        #expect(recipe.data.map(\.pairs) == ["a.jsonl", "b"])
        #expect(recipe.data.map(\.weight) == [2, 4])
        #expect(recipe.data.map(\.split) == ["train", "all"])
        #expect(recipe.data[0].setWeights == ["emoji": 3, "coins": 0.5])
        #expect(recipe.optimiser.rule == .lion && recipe.train.part == .vision && recipe.dev.patience == 3)
        #expect(recipe.batch == FinetuneRecipe().batch)
    }

    @Test func `keys whose values are laid down whole are known in their places alone`() {
        for (text, named) in [
            ("augmentation: {flip: 0.5}", "augmentation"), ("vision: {layers: 3}", "vision"),
            ("qformer: hello", "qformer"),
            ("data: [{pairs: a, augmentation: {flp: 0.5}}]", "flp"),
            ("data: [{pairs: a, augmentation: {flip: 5}}]", "flip"), ("optimiser: {decay: .inf}", "optimiser.decay"),
            ("train: {learning_rate_factors: {vision: .nan}}", "learning_rate_factors"),
            ("train: {learning_rate_factors: {adapters: -1}}", "learning_rate_factors"),
        ] {
            #expect {
                _ = try FinetuneRecipe(text: text)
            } throws: { error in
                guard case .recipe(_, let key, _)? = error as? TrainingError else { return false }
                return key.contains(named)
            }
        }
        #expect(throws: TrainingError.self) { try FinetuneRecipe(assignments: ["augmentation.flip=0.5"]) }
        #expect(throws: TrainingError.self) { try FinetuneRecipe(assignments: ["text.qformer=x"]) }
    }

    @Test func `a recipe that is written and read again is the same`() throws {
        let recipe = try FinetuneRecipe(assignments: ["seed=7", "clip=0.5", "text.caption='{caption}.'"])
        #expect(try FinetuneRecipe(text: RecipeText.text(of: recipe)) == recipe)
    }

    @Test func `numbers are written as a person writes them`() throws {
        let recipe = try FinetuneRecipe(assignments: [
            "learning_rate=0.001", "data=[{weight: 0.1}]", "final_share=0.02",
        ])
        let text = try RecipeText.text(of: recipe)
        for line in ["learning_rate: 0.001", "weight: 0.1", "final_share: 0.02", "beta1: 0.9", "vision: 0.3"] {
            #expect(text.contains(line + "\n"), "\(line) in \(text)")
        }
        #expect(try FinetuneRecipe(text: text) == recipe)
    }

    @Test(arguments: [
        ("bacth: 3", "bacth"), ("optimiser: {rules: adamw}", "optimiser.rules"), ("batch: many", "batch"),
        ("batch: 0", "batch"), ("clip: -1", "clip"), ("train: {part: decoder}", "part"), ("data: 3", "data"),
        ("data: [{pair: x}]", "data[0].pair"), ("text: {caption: words}", "text.caption"), ("steps: [", "line"),
        ("optimiser: 3", "optimiser"), ("precision: f64", "precision"),
    ])
    func `a mistake is told by its key`(text: String, key: String) {
        #expect {
            _ = try FinetuneRecipe(text: text, file: "recipe.yaml")
        } throws: { error in
            guard case .recipe(_, let found, let problem)? = error as? TrainingError else { return false }
            return found.contains(key) && !problem.isEmpty
        }
    }

    @Test func `tables of a person's own keys are laid down whole, or key by key`() throws {
        let text = "parts: {vision: {hidden_size: 8, patch_size: 4}}"
        let whole = try FinetuneRecipe(text: text, assignments: ["parts.vision={hidden_size: 16}"])
        let single = try FinetuneRecipe(
            text: text, assignments: ["parts.vision.hidden_act=relu", "parts.image.size=8"])

        #expect(whole.parts.vision == ["hidden_size": .integer(16)])
        #expect(
            single.parts.vision
                == ["hidden_size": .integer(8), "patch_size": .integer(4), "hidden_act": .text("relu")])
        #expect(single.parts.image.size == 8)
        let scalar = try FinetuneRecipe(assignments: ["train.learning_rate_factors.vision=0.5"])
        #expect(scalar.train.learningRateFactors.vision == 0.5)
    }

    @Test(arguments: ["steps", "nothing.here=1", "batch.size=3", "data.0.pairs=x"])
    func `an assignment that fits nothing is refused`(assignment: String) {
        #expect(throws: TrainingError.self) { _ = try FinetuneRecipe(assignments: [assignment]) }
    }
}
