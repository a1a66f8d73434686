/// What becomes of transparency where a picture without it is wanted.
public enum AlphaTreatment: Sendable, Hashable {
    /// The picture is laid over that colour.
    case over(RGBColor)
    /// The colours are taken as they are stored, also where they are transparent (what transformers did for years).
    case drop

    /// The treatment that `--alpha white|drop|#rrggbb` names; nil where the text is something else.
    public init?(argument: String) {
        switch argument {
        case "white": self = .over(.white)
        case "drop": self = .drop
        default:
            guard let color = RGBColor(hexadecimal: argument) else { return nil }
            self = .over(color)
        }
    }
}
