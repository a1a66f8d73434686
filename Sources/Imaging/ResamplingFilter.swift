import Foundation

/// Pillow's resampling filters under Pillow's numbers, which `preprocessor_config.json` calls `resample`.
public enum ResamplingFilter: Int, Sendable, CaseIterable {
    case nearest = 0
    case lanczos = 1
    case bilinear = 2
    case bicubic = 3
    case box = 4
    case hamming = 5

    /// How far the filter reaches to either side, in pixels of the smaller of both scales.
    var support: Double {
        switch self {
        case .nearest: 0
        case .box: 0.5
        case .bilinear, .hamming: 1
        case .bicubic: 2
        case .lanczos: 3
        }
    }

    /// The filter's value at distance `x`. The order of operations is that of Pillow's Resample.c: the last bit counts.
    func weight(at x: Double) -> Double {
        switch self {
        case .nearest: return 0
        case .box: return x > -0.5 && x <= 0.5 ? 1 : 0
        case .bilinear: return abs(x) < 1 ? 1 - abs(x) : 0
        case .hamming: return Self.hamming(abs(x))
        case .bicubic: return Self.bicubic(abs(x))
        case .lanczos: return x >= -3 && x < 3 ? Self.sinc(x) * Self.sinc(x / 3) : 0
        }
    }

    /// Keys' cubic convolution with a = −½ (IEEE Trans. ASSP 29, 1981).
    private static func bicubic(_ x: Double) -> Double {
        let a = -0.5
        if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
        if x < 2 { return (((x - 5) * x + 8) * x - 4) * a }
        return 0
    }

    private static func hamming(_ x: Double) -> Double {
        if x == 0 { return 1 }
        if x >= 1 { return 0 }
        let angle = x * .pi
        // Pillow's two constants are rounded to float32.
        return sin(angle) / angle * (Double(0.54 as Float) + Double(0.46 as Float) * cos(angle))
    }

    private static func sinc(_ x: Double) -> Double {
        if x == 0 { return 1 }
        let angle = x * .pi
        return sin(angle) / angle
    }
}
