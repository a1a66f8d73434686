/// How tokens are sent to experts, and what keeps the experts' loads even.
package struct RoutingRules: Sendable, Equatable {
    /// How scores become choices and weights.
    package enum Kind: String, Sendable, CaseIterable {
        /// The one most probable expert, weighted by its probability (Fedus et al. 2021, Switch Transformer).
        case switchOne = "switch"
        /// The two most probable, their weights divided by their sum; in training the second is left out at random where
        /// its weight is small (Lepikhin et al. 2020; Zoph et al. 2022, ST-MoE).
        case topTwo = "top_2"
        /// The k most probable of a softmax (Mixtral, OLMoE).
        case topK = "top_k"
        /// The k greatest of `sigmoid(l) + b`, weighted by `sigmoid(l)` divided by their sum; b is moved by the loads, not by
        /// gradients (DeepSeek-V3).
        case biasBalanced = "bias_balanced"
    }

    /// Which router.
    package var kind: Kind
    /// E
    package var experts: Int
    /// k: experts of a token.
    package var perToken: Int
    /// Whether the weights are divided by their sum: a choice of `topK`; `topTwo` and `biasBalanced` always are, `switchOne`
    /// never, since a single weight divided by itself teaches the router nothing.
    package var normalises: Bool
    /// Places of an expert in training are `⌈factor·k·G/E⌉` for a group of G tokens; tokens beyond are dropped, the residual
    /// passes them on. nil for no limit. Evaluation drops nothing: a token's answer does not depend on its company.
    package var capacityFactor: Double?
    /// Least places of an expert.
    package var minimumCapacity = 4
    /// G: consecutive tokens over which places are given out and balance is measured; nil for all of a pass.
    package var groupTokens: Int?
    /// ε: in training the router's input, and nothing else, is multiplied by numbers from `1 − ε … 1 + ε`.
    package var jitter = 0.0
    /// What the balance loss is multiplied by; 0.01, or 0 for `biasBalanced`.
    package var balance: Double
    /// What the z loss is multiplied by; 0.001, or 0 for `biasBalanced`.
    package var z: Double
    /// u: how far `biasBalanced` moves a bias after a step.
    package var biasStep = 0.001
    /// What the weights of `biasBalanced` are multiplied by after the division by their sum.
    package var outputScale = 1.0
    /// In training `topTwo` keeps a second expert of weight g with probability `min(1, g/threshold)`; 0 always.
    package var secondThreshold = 0.2

    /// Rules of a router; everything else has the defaults above.
    package init(_ kind: Kind, experts: Int, perToken: Int) {
        self.kind = kind
        self.experts = experts
        self.perToken = perToken
        normalises = kind == .topTwo || kind == .biasBalanced
        balance = kind == .biasBalanced ? 0 : 0.01
        z = kind == .biasBalanced ? 0 : 0.001
    }

    /// Places of an expert for a group of `tokens`; nil for no limit.
    package func capacity(of tokens: Int) -> Int? {
        capacityFactor.map { factor in
            max(minimumCapacity, Int((factor * Double(perToken * tokens) / Double(experts)).rounded(.up)))
        }
    }
}
