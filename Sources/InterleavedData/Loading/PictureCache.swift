import Imaging
import Synchronization

/// Decoded pictures in memory, up to a number of bytes. What is in stays in: where rows come in random order, throwing
/// some out for others would not be hit more often.
///
/// Whether a picture is found here never changes what is computed of it.
final class PictureCache: Sendable {
    /// Most bytes of samples held.
    let budget: Int
    private let state = Mutex<State>(State())

    private struct State {
        var bytes = 0
        var pictures: [PictureKey: DecodedImage] = [:]
        var failures: [PictureKey: PictureError] = [:]
    }

    /// A cache of at most that many bytes.
    init(budget: Int) { self.budget = budget }

    /// How many bytes of samples are held.
    var byteCount: Int { state.withLock { $0.bytes } }

    /// The picture, made where it is not there. Two threads that want the same one may both make it.
    func picture(
        _ key: PictureKey, make: () throws(PictureError) -> DecodedImage
    ) throws(PictureError) -> DecodedImage {
        let (held, failure) = state.withLock { ($0.pictures[key], $0.failures[key]) }
        if let held { return held }
        // A picture that could not be read is not tried again: it would fail the same way, at the same cost.
        if let failure { throw failure }
        let made: DecodedImage
        do { made = try make() } catch {
            state.withLock { $0.failures[key] = error }
            throw error
        }
        let bytes = made.bitmap.pixels.count + (made.alpha?.count ?? 0)
        state.withLock { state in
            guard state.pictures[key] == nil, bytes <= budget - state.bytes else { return }
            state.pictures[key] = made
            state.bytes += bytes
        }
        return made
    }
}

/// What is held: the picture as the encoder would see it, or at its working size, laid over white or not.
struct PictureKey: Hashable {
    enum Form: Hashable { case prepared, working, workingWithTransparency }
    let location: PictureLocation
    let form: Form
}
