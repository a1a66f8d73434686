/// Why a name rule could not be applied to what is stored.
public enum MappingProblem: Error, Sendable, Equatable, CustomStringConvertible {
    /// The axis is absent or not a multiple of the shares.
    case notDivisible(tensor: String, shape: [Int], axis: Int, parts: Int)
    /// No first axis to take apart, nothing in it, or more than `limit` elements.
    case notAStack(tensor: String, shape: [Int], limit: Int)
    case notReshapable(tensor: String, shape: [Int], to: [Int])
    case notAMatrix(tensor: String, shape: [Int])
    /// A tensor that is to be joined with others is absent.
    case partMissing(parameter: String, tensor: String)
    case partsDiffer(parameter: String, shapes: [[Int]])
    /// Two stored tensors would become one parameter.
    case ambiguous(parameter: String, tensors: [String])

    /// One sentence with the names and shapes.
    public var description: String {
        switch self {
        case .notDivisible(let tensor, let shape, let axis, let parts):
            "\(tensor): axis \(axis) of \(shape) does not divide into \(parts) equal parts"
        case .notAStack(let tensor, let shape, let limit):
            "\(tensor): \(shape) is not a stack of 1 to \(limit) tensors"
        case .notReshapable(let tensor, let shape, let target):
            "\(tensor): \(shape) holds another number of elements than \(target)"
        case .notAMatrix(let tensor, let shape): "\(tensor): \(shape) has no two axes to exchange"
        case .partMissing(let parameter, let tensor): "\(parameter): its part \(tensor) is missing"
        case .partsDiffer(let parameter, let shapes):
            "\(parameter): its parts \(shapes.map(\.description).joined(separator: ", ")) do not join"
        case .ambiguous(let parameter, let tensors):
            "\(parameter): stored more than once, as \(tensors.joined(separator: " and "))"
        }
    }
}
