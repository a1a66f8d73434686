import Foundation
import JSONText

/// A look at text that is not trained on.
package struct HeldOutRecord: Sendable {
    /// A sum over targets.
    package struct Score: Sendable {
        /// The denoiser, or `text` for plain text read from left to right.
        package let name: String
        /// Their cross-entropy in all.
        package var nats = 0.0
        /// How many.
        package var tokens = 0
        /// Bytes of text that they stand for.
        package var bytes = 0

        /// Nats a target.
        package var loss: Double { tokens > 0 ? nats / Double(tokens) : 0 }
        /// `e^loss`
        package var perplexity: Double { exp(loss) }
        /// Bits a byte of the targets' text.
        package var bitsPerByte: Double? { bytes > 0 ? nats / (Double(bytes) * log(2)) : nil }
    }

    /// A text that was gone on from.
    package struct Sample: Sendable {
        package let prompt: String
        /// What follows in the text.
        package let reference: String
        /// What the model wrote.
        package let written: String
    }

    /// Steps made.
    package let step: Int
    /// One a denoiser.
    package var denoisers: [Score] = []
    /// Plain text; nil where no denoiser reads on from a beginning.
    package var text: Score?
    /// What a bigram model of bytes makes of the plain text.
    package var bigramBitsPerByte: Double?
    /// Whether it is the best look so far.
    package var isBest = false
    package var samples: [Sample] = []
    package var seconds = 0.0

    /// All denoisers together, nats a target; of plain text where there is none.
    package var loss: Double {
        let tokens = denoisers.reduce(0) { $0 + $1.tokens }
        guard tokens > 0 else { return text?.loss ?? 0 }
        return denoisers.reduce(0) { $0 + $1.nats } / Double(tokens)
    }

    /// What looks are compared by: bits per byte of plain text, else the loss; the lower the better.
    package var score: Double { text?.bitsPerByte ?? loss }

    /// Its members of the log.
    var members: [(key: String, value: JSONValue)] {
        var members: [(key: String, value: JSONValue)] = [("dev_loss", .double(loss))]
        if let bits = text?.bitsPerByte { members.append(("dev_bits_per_byte", .double(bits))) }
        if let bigramBitsPerByte { members.append(("dev_bigram_bits_per_byte", .double(bigramBitsPerByte))) }
        if isBest { members.append(("dev_best", .bool(true))) }
        // The name last: names have full stops, by which readers of the log divide keys.
        let scores = denoisers + [text].compactMap(\.self)
        members.append(("held_out_perplexity", .object(scores.map { (key: $0.name, value: .double($0.perplexity)) })))
        let bits = scores.compactMap { score in
            score.bitsPerByte.map { (key: score.name, value: JSONValue.double($0)) }
        }
        members.append(("held_out_bits_per_byte", .object(bits)))
        members.append(("held_out_targets", .object(scores.map { (key: $0.name, value: .integer($0.tokens)) })))
        let samples = samples.map {
            JSONValue.object([
                ("prompt", .string($0.prompt)), ("reference", .string($0.reference)), ("output", .string($0.written)),
            ])
        }
        return members + [("samples", .array(samples)), ("seconds", .double(seconds))]
    }
}
