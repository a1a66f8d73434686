import JSONText

/// What became of the documents of one source.
package struct CorpusStatistics: Sendable, Equatable {
    /// Documents read.
    package var documents = 0
    /// Their bytes.
    package var bytes = 0
    /// Left out because an equal one came before.
    package var duplicates = 0
    /// Left out because one much like it came before.
    package var nearDuplicates = 0
    /// Trained on.
    package var training = 0
    /// Held out.
    package var heldOut = 0

    /// Nothing yet.
    package init() {}

    /// Both together.
    package static func + (a: CorpusStatistics, b: CorpusStatistics) -> CorpusStatistics {
        var sum = a
        sum.documents += b.documents
        sum.bytes += b.bytes
        sum.duplicates += b.duplicates
        sum.nearDuplicates += b.nearDuplicates
        sum.training += b.training
        sum.heldOut += b.heldOut
        return sum
    }

    var json: JSONValue {
        .object([
            ("documents", .integer(documents)), ("bytes", .integer(bytes)), ("duplicates", .integer(duplicates)),
            ("near_duplicates", .integer(nearDuplicates)), ("training", .integer(training)),
            ("held_out", .integer(heldOut)),
        ])
    }

    init?(_ json: JSONValue) {
        guard let documents = json["documents"]?.integer, let bytes = json["bytes"]?.integer,
            let duplicates = json["duplicates"]?.integer, let near = json["near_duplicates"]?.integer,
            let training = json["training"]?.integer, let heldOut = json["held_out"]?.integer
        else { return nil }
        self.documents = documents
        self.bytes = bytes
        self.duplicates = duplicates
        self.nearDuplicates = near
        self.training = training
        self.heldOut = heldOut
    }
}
