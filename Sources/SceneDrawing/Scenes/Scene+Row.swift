import JSONText

extension Scene {
    /// The line of `pairs.jsonl`: picture, caption, questions with their kinds, split, licence and source, and all that
    /// is in the picture (boxes are left, top, right, bottom in shares of the side).
    package func row(image: String) -> JSONValue {
        var members: [(key: String, value: JSONValue)] = [
            ("image", .string(image)), ("caption", .string(caption)),
            ("qa", .array(questions.map { .array([.string($0.text), .string($0.answer)]) })),
            ("types", .array(questions.map { .string($0.kind.rawValue) })),
            ("set", .string("scenes")), ("split", .string(split)), ("label", .string(label)),
            ("license", .string("CC0-1.0")), ("source", .string("drawn by lorgnette data scenes")),
            ("objects", .array(objects.map(\.description))),
        ]
        if let inscription {
            members.append(
                (
                    "text",
                    .object([
                        ("written", .string(inscription.text)), ("color", .string(inscription.color.rawValue)),
                    ])
                ))
        }
        members.append(("background", .string(backdrop.pattern.rawValue)))
        return .object(members)
    }

    /// What is in the picture, in a word each: `red star, blue cup, CAT`.
    package var label: String {
        (objects.map(\.pair.name) + [inscription?.text].compactMap(\.self)).joined(separator: ", ")
    }
}

extension SceneObject {
    fileprivate var description: JSONValue {
        .object([
            ("color", .string(color.rawValue)), ("kind", .string(kind.name)),
            ("size", size.map { .string($0.rawValue) } ?? .null),
            (
                "box",
                .array(
                    [center.x - radius, center.y - radius, center.x + radius, center.y + radius].map {
                        .double(($0 * 1000).rounded() / 1000)
                    })
            ),
            ("visible", .double((visible * 100).rounded() / 100)),
        ])
    }
}
