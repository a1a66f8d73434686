import NeuralLayers
import VisionLanguage

/// One decoder at several widths: heads of one width, more of them; every hidden size in proportion.
package struct WidthFamily: Sendable {
    /// The decoder whose proportions all have.
    package var template: LorgnetteDecoderConfiguration
    /// The width at which both parametrisations are the same.
    package let base: Int

    /// The family of `template`.
    package init(_ template: LorgnetteDecoderConfiguration, base: Int) {
        self.template = template
        self.base = base
    }

    /// The decoder of that width.
    ///
    /// - Parameter isByWidth: whether it is parametrised by width (maximal update) or as usual.
    package func member(_ width: Int, isByWidth: Bool) -> LorgnetteDecoderConfiguration {
        var member = template
        member.width = width
        member.hidden = scaled(template.hidden, to: width)
        member.expertHidden = scaled(template.expertHidden, to: width)
        member.sharedHidden = template.sharedHidden > 0 ? scaled(template.sharedHidden, to: width) : 0
        member.heads = max(1, width / template.headWidth)
        let group = max(1, template.heads / template.keyValueHeads)
        member.keyValueHeads = member.heads % group == 0 ? max(1, member.heads / group) : member.heads
        guard isByWidth else {
            member.base = nil
            return member
        }
        let small = self.member(base, isByWidth: false)
        member.base = LorgnetteDecoderConfiguration.BaseSizes(
            width: base, hidden: small.hidden, headWidth: template.headWidth,
            queryWidth: small.heads * small.headWidth, keyWidth: small.keyValueHeads * small.headWidth,
            expertHidden: small.expertHidden, sharedHidden: max(1, small.sharedHidden),
            outputMultiplier: template.base?.outputMultiplier ?? 1)
        return member
    }

    /// A hidden size in proportion, a whole number of blocks.
    private func scaled(_ size: Int, to width: Int) -> Int {
        let block = template.sparsity?.block ?? 1
        return max(1, (size * width + template.width * block / 2) / (template.width * block)) * block
    }
}
