/// What a Metaspace component says: spaces become `replacement`, and one may be put in front.
struct MetaspaceOptions: Sendable, Equatable {
    /// When the replacement is put before a piece that does not start with it.
    enum Scheme: String, Sendable { case always, first, never }

    var replacement: UInt32 = 0x2581
    var scheme = Scheme.always
    /// Whether a piece ends before each replacement.
    var splits = true

    init(replacement: UInt32 = 0x2581, scheme: Scheme = .always, splits: Bool = true) {
        self.replacement = replacement
        self.scheme = scheme
        self.splits = splits
    }

    init(_ node: ConfigurationNode) throws(TokenizerError) {
        replacement = try node.required("replacement").scalar()
        splits = try node.bool("split", default: true)
        if let scheme = node.optional("prepend_scheme") {
            guard let known = Scheme(rawValue: try scheme.string()) else {
                throw scheme.wrong("always, first or never")
            }
            self.scheme = known
        }
        if let prefix = node.optional("add_prefix_space"), try !prefix.bool() {
            guard scheme == .never || node.optional("prepend_scheme") == nil else {
                throw prefix.wrong("true, as prepend_scheme says")
            }
            scheme = .never
        }
    }
}
