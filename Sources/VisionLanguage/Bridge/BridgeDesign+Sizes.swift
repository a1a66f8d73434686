extension BLIP2Configuration {
    /// Image tokens a picture, whatever the bridge.
    package var imageTokens: Int {
        switch design.kind {
        case .qformer: queries
        case .linear, .mlp: vision.patches
        case .perceiver: design.sizes.latents
        }
    }

    /// Width of query tokens, whatever the bridge.
    package var queryWidth: Int { design.kind == .qformer ? queryTransformer.width : vision.width }
}
