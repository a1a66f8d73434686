import Imaging

extension Scene {
    /// The picture.
    /// - Parameter side: pixels across and down; legible from 64 on.
    package func bitmap(side: Int) -> Bitmap {
        var canvas = Canvas(width: side, height: side)
        backdrop.paint(on: &canvas)
        for object in objects { paint(object, side: side, on: &canvas) }
        if let inscription {
            let mask = CoverageMask(inscription.outline(side: side))
            castShadow(of: mask, side: side, on: &canvas)
            canvas.fill(mask) { _, _ in inscription.ink }
        }
        lighting.apply(to: &canvas)
        return canvas.bitmap()
    }

    private func paint(_ object: SceneObject, side: Int, on canvas: inout Canvas) {
        let placement = object.placement(side: side)
        castShadow(of: CoverageMask(object.outline(side: side)), side: side, on: &canvas)
        let slope = Float(lighting.roundness / max(placement.scale, 1))
        for layer in object.kind.layers {
            let ink = layer.tone == .base ? object.ink : object.ink.detail
            canvas.fill(CoverageMask(layer.outline.placed(placement))) { _, y in
                ink.lit(1 + slope * (Float(placement.center.y) - Float(y)))
            }
        }
    }

    private func castShadow(of mask: CoverageMask, side: Int, on canvas: inout Canvas) {
        guard lighting.shadow > 0 else { return }
        let shift = max(1, side / 48)
        canvas.fill(
            mask.shadow(movedBy: (x: shift, y: shift), radius: max(1, side / 64)), opacity: Float(lighting.shadow)
        ) { _, _ in .black }
    }
}

extension Ink {
    /// A shade of this colour that stands off from it: darker, or lighter where it is dark.
    var detail: Ink { luma < 0.3 ? mixed(with: .white, 0.4) : lit(0.55) }
}
