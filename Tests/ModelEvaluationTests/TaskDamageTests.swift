import Foundation
import JSONText
import ModelEvaluation
import TestFixtures
import Testing

/// Files that are damaged, or not what a task expects: one error, before anything is computed.
@Suite struct TaskDamageTests {
    /// What stands in place of a file's bytes.
    private static let replacements: [(name: String, bytes: [UInt8])] = [
        ("nothing", []), ("blanks", Array(" \n\n\t ".utf8)), ("null", Array("null".utf8)),
        ("a number", Array("3".utf8)),
        ("an empty list", Array("[]".utf8)), ("an empty object", Array("{}".utf8)),
        ("a page", Array("<!DOCTYPE html><html><body>Please log in</body></html>\n".utf8)),
        ("a pointer", Array("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 3872493\n".utf8)),
        ("gzip", [0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0x4B, 0x04, 0x00]),
        ("no UTF-8", [0x5B, 0x22, 0xFF, 0xFE, 0x22, 0x5D]), ("another list", Array(#"[["a", "b"]]"#.utf8)),
        ("rows of something else", Array(#"[{"name": "x"}, {"name": "y"}]"#.utf8)),
        ("zeros", [UInt8](repeating: 0, count: 64)), ("brackets", Array(repeating: UInt8(ascii: "["), count: 100_000)),
    ]

    /// Opens the task; the error's sentence, nil where there is none.
    private func problem(_ sample: TaskSample, replacing name: String? = nil, with bytes: [UInt8] = []) throws
        -> String?
    {
        let folder = try sample.folder(replacing: name, with: bytes)
        do {
            let task = try sample.kind.init(TaskSource(data: folder.folder.path))
            // Folders of classes are empty here: that a file of names is damaged shows there, too.
            return task.examples.isEmpty ? "no examples" : nil
        } catch { return error.description }
    }

    @Test(arguments: TaskSample.json + TaskSample.lines + TaskSample.texts.prefix(2))
    func `the samples are whole`(sample: TaskSample) throws { #expect(try problem(sample) == nil) }

    @Test(arguments: TaskSample.all)
    func `a file of something else is told`(sample: TaskSample) throws {
        for file in sample.files {
            for (name, bytes) in Self.replacements {
                let problem = try #require(
                    try problem(sample, replacing: file.name, with: bytes), "\(file.name): \(name) was read")
                #expect(problem.count > 20 && !problem.contains("EvaluationFileError"), "\(problem)")
            }
        }
    }

    @Test(arguments: TaskSample.json + TaskSample.lines)
    func `a file that ends too early is told`(sample: TaskSample) throws {
        for file in sample.files {
            let bytes = Array(file.text.utf8)
            for length in stride(from: 1, to: bytes.count, by: max(1, bytes.count / 17)) {
                #expect(
                    try problem(sample, replacing: file.name, with: Array(bytes[..<length])) != nil,
                    "\(file.name) of \(length) bytes was read")
            }
        }
    }

    /// Each required field in turn: absent, null, an object, a number where a text is wanted or the other way round.
    @Test(arguments: TaskSample.json + TaskSample.lines)
    func `a row without what it must have is told, by the field's name`(sample: TaskSample) throws {
        for file in sample.files {
            let document = try JSONValue(parsing: file.text)
            for field in file.required {
                let changes: [(String, JSONValue?)] = [
                    ("absent", nil), ("null", .null), ("an object", .object([("x", .null)])), ("a truth", .bool(true)),
                ]
                for (name, value) in changes {
                    let text = document.changed(field) { _ in value }.text
                    let problem = try problem(sample, replacing: file.name, with: Array(text.utf8))
                    // HellaSwag's spelling stands in for a missing field of ours: the error names that.
                    #expect(problem != nil, "\(file.name): \(field) \(name) was read")
                }
            }
        }
    }

    @Test(arguments: TaskSample.json + TaskSample.lines)
    func `a row twice is told`(sample: TaskSample) throws {
        for file in sample.files where file.hasIDs {
            let document = try JSONValue(parsing: file.text)
            let doubled =
                TaskSample.lines.contains { $0.kind == sample.kind }
                ? file.text + "\n" + file.text : document.doubled().text
            guard doubled != document.text else { continue }
            #expect(
                try problem(sample, replacing: file.name, with: Array(doubled.utf8)) != nil,
                "\(file.name) with a row twice was read")
        }
    }

    @Test(arguments: TaskSample.all)
    func `a folder in place of a file is told`(sample: TaskSample) throws {
        for file in sample.files {
            let folder = try sample.folder()
            try folder.folder.remove(file.name)
            try folder.folder.write("x", file.name + "/inside")
            #expect(throws: EvaluationFileError.self, "\(file.name)") {
                _ = try sample.kind.init(TaskSource(data: folder.folder.path))
            }
        }
    }

    @Test(arguments: [
        ("index", "x"), ("index", ""), ("answer", "E"), ("answer", ""), ("image", "????"), ("image", "77"), ("B", ""),
        ("question", ""),
    ])
    func `a damaged table is told`(column: String, cell: String) throws {
        let sample = TaskSample.texts[0]
        let lines: [String] = sample.files[0].text.split(separator: "\n").map { String($0) }
        let header: [String] = lines[0].split(separator: "\t").map { String($0) }
        var cells: [String] = lines[1].split(separator: "\t", omittingEmptySubsequences: false).map { String($0) }
        cells[try #require(header.firstIndex(of: column))] = cell
        let text: String = lines[0] + "\n" + cells.joined(separator: "\t") + "\n"
        #expect(try problem(sample, replacing: sample.files[0].name, with: Array(text.utf8)) != nil)

        cells.removeLast()
        let short: String = lines[0] + "\n" + cells.joined(separator: "\t") + "\n"
        #expect(try problem(sample, replacing: sample.files[0].name, with: Array(short.utf8)) != nil)
    }

    @Test(arguments: [
        "Is it red?\tYes\n", "Is it red?\tYes\nIs it?\tPerhaps\n", "a\tYes\nb\tNo\nc\tNo\n", "a Yes\nb No\n",
    ])
    func `MME wants two questions`(text: String) throws {
        #expect(try problem(TaskSample.texts[1], replacing: "existence/1.txt", with: Array(text.utf8)) != nil)
    }

    @Test(arguments: TaskSample.all.filter { ![PairsTask.card.name, MMETask.card.name].contains($0.kind.card.name) })
    func `a split that is not there is told`(sample: TaskSample) throws {
        let folder = try sample.folder()

        #expect(throws: EvaluationFileError.self) {
            _ = try sample.kind.init(TaskSource(data: folder.folder.path, split: "nonsense"))
        }
    }
}

extension JSONValue {
    /// The value with every member `key`, at any depth, as `change` makes it; nil takes the member away.
    fileprivate func changed(_ key: String, _ change: (JSONValue) -> JSONValue?) -> JSONValue {
        switch self {
        case .array(let values): .array(values.map { $0.changed(key, change) })
        case .object(let object):
            .object(
                object.members.compactMap { member in
                    guard member.key == key else { return (member.key, member.value.changed(key, change)) }
                    return change(member.value).map { (member.key, $0) }
                })
        default: self
        }
    }

    /// The value with the lists of rows in it twice; keyed rows twice under their key.
    fileprivate func doubled() -> JSONValue {
        switch self {
        case .array(let values) where values.first?.object != nil: return .array(values + values)
        case .object(let object):
            if object.members.count == 1, object.members[0].value.object != nil {
                return .object(object.members + object.members)
            }
            return .object(
                object.members.map { member in
                    guard let rows = member.value.array, rows.first?.object != nil else { return member }
                    return (member.key, .array(rows + rows))
                })
        default: return self
        }
    }
}
