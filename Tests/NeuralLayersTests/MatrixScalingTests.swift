import NeuralLayers
import TensorEngine
import Testing

@Suite struct MatrixScalingTests {
    private let wide = WidthAxis(256, base: 64)
    private let wider = WidthAxis(1024, base: 256)
    private let fixed = WidthAxis(100)

    @Test func `a hidden matrix is drawn by its fan-in and learns a share of it`() {
        let scaling = MatrixScaling(fanIn: wide, fanOut: wider)

        #expect(scaling.deviation == 1.0 / 16 && scaling.learningRate == 0.25 && scaling.decay == 4)
        #expect(scaling.multiplier == 1)
    }

    @Test func `a readout is drawn as at the base and multiplied down`() {
        let scaling = MatrixScaling(fanIn: wide, fanOut: fixed)

        #expect(scaling.deviation == 1.0 / 8 && scaling.learningRate == 1 && scaling.decay == 1)
        #expect(scaling.multiplier == 0.25)
    }

    @Test func `an input matrix is as at the base`() {
        let scaling = MatrixScaling(fanIn: fixed, fanOut: wide)

        #expect(scaling.deviation == 0.1 && scaling.learningRate == 1 && scaling.multiplier == 1)
    }

    @Test func `without growing axes all is standard`() {
        let standard = MatrixScaling(fanIn: WidthAxis(256), fanOut: WidthAxis(1024))
        let atBase = MatrixScaling(fanIn: WidthAxis(256, base: 256), fanOut: WidthAxis(1024, base: 1024))

        #expect(standard == atBase)
        #expect(standard.deviation == 1.0 / 16 && standard.learningRate == 1 && standard.multiplier == 1)
    }

    @Test func `a plan knows every parameter by its path`() {
        let plan = ParameterPlan()
        let scope = ParameterScope(RandomParameters(seed: 1)) / "layer"
        _ = plan.linear(inputs: wide, outputs: wider, share: 0.5, in: scope / "up")
        _ = plan.norm(8, epsilon: 1e-5, in: scope / "norm")
        _ = plan.vector("bias", 4, isTrained: false, in: scope)

        #expect(
            plan.all == [
                "layer.up.weight": ParameterSetting(learningRate: 0.25, decay: 4, share: 0.5),
                "layer.norm.weight": ParameterSetting(decay: 0),
                "layer.bias": ParameterSetting(decay: 0, isTrained: false),
            ])
    }
}
