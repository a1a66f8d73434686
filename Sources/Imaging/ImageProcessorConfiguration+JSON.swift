import JSONText

extension ImageProcessorConfiguration {
    /// Reads the object that `preprocessor_config.json` is, or that `processor_config.json` holds as `image_processor`,
    /// in transformers' current and older spellings. A field that is missing or null has its class's default.
    ///
    /// - Parameters:
    ///   - json: the object.
    ///   - file: its file's name, for errors.
    ///   - fallback: the kind where the file does not name one.
    /// - Throws: `ImageProcessorError` with file and key.
    public init(
        json: JSONValue, file: String, fallback: ImageProcessorKind? = nil
    ) throws(ImageProcessorError) {
        guard json.object != nil else { throw .notJSON(file: file, reason: "not a JSON object") }
        let reader = FieldReader(json: json, file: file)
        let kind = try reader.kind(fallback: fallback)
        self = kind.defaults

        if let rule = try reader.sizeRule(
            "size", numberIsSquare: try reader.flag("default_to_square") ?? kind.readsNumberAsSquare)
        {
            size = rule
        }
        if try reader.flag("do_resize") == false { size = nil }
        if let number = try reader.integer("resample") {
            guard let named = ResamplingFilter(rawValue: number) else {
                throw .badField(file: file, key: "resample", expected: "one of Pillow's filters, 0 to 5")
            }
            filter = named
        }
        try readCrop(reader, kind: kind)
        if let factor = try reader.number("rescale_factor") { rescaleFactor = factor }
        if try reader.flag("do_rescale") == false { rescaleFactor = nil }
        try readNormalization(reader)
        if try reader.flag("do_pad") == true {
            throw .badField(file: file, key: "do_pad", expected: "false: padding is not supported")
        }
    }

    private mutating func readCrop(_ reader: FieldReader, kind: ImageProcessorKind) throws(ImageProcessorError) {
        let wanted = try reader.flag("do_center_crop") ?? (kind.defaults.crop != nil)
        if let rule = try reader.sizeRule("crop_size", numberIsSquare: true) {
            guard case .exact(let height, let width) = rule else {
                throw reader.bad("crop_size", "a number or an object with height and width")
            }
            crop = Crop(height: height, width: width)
        }
        if wanted, crop == nil { throw reader.bad("crop_size", "given where do_center_crop is true") }
        if !wanted { crop = nil }
    }

    private mutating func readNormalization(_ reader: FieldReader) throws(ImageProcessorError) {
        let mean = try reader.channels("image_mean")
        let deviation = try reader.channels("image_std")
        if let mean { normalization?.mean = mean }
        if let deviation {
            guard deviation.allSatisfy({ $0 != 0 }) else { throw reader.bad("image_std", "numbers other than 0") }
            normalization?.deviation = deviation
        }
        if try reader.flag("do_normalize") == false { normalization = nil }
    }
}

/// The fields of one configuration object; null reads as missing.
private struct FieldReader {
    let json: JSONValue
    let file: String
    /// Longer edges than this are taken for a mistake: no vision encoder reads them.
    static let edgeLimit = 16_384

    func bad(_ key: String, _ expected: String) -> ImageProcessorError {
        .badField(file: file, key: key, expected: expected)
    }

    func value(_ key: String) -> JSONValue? {
        guard let value = json[key], !value.isNull else { return nil }
        return value
    }

    func kind(fallback: ImageProcessorKind?) throws(ImageProcessorError) -> ImageProcessorKind {
        for key in ["image_processor_type", "feature_extractor_type"] {
            guard let value = value(key) else { continue }
            guard let name = value.string else { throw bad(key, "a string") }
            guard let kind = ImageProcessorKind(typeName: name) else { throw .unknownType(file: file, name: name) }
            return kind
        }
        guard let fallback else { throw .missingType(file: file) }
        return fallback
    }

    func flag(_ key: String) throws(ImageProcessorError) -> Bool? {
        guard let value = value(key) else { return nil }
        guard let flag = value.bool else { throw bad(key, "true or false") }
        return flag
    }

    func integer(_ key: String) throws(ImageProcessorError) -> Int? {
        guard let value = value(key) else { return nil }
        guard let integer = value.integer else { throw bad(key, "a whole number") }
        return integer
    }

    func number(_ key: String) throws(ImageProcessorError) -> Double? {
        guard let value = value(key) else { return nil }
        guard let number = value.double, number.isFinite else { throw bad(key, "a number") }
        return number
    }

    /// Three numbers, or one for all three channels.
    func channels(_ key: String) throws(ImageProcessorError) -> [Double]? {
        guard let value = value(key) else { return nil }
        if let number = value.double, number.isFinite { return [number, number, number] }
        let numbers = value.array?.compactMap(\.double).filter(\.isFinite) ?? []
        guard numbers.count == 3, value.array?.count == 3 else { throw bad(key, "three numbers") }
        return numbers
    }

    func sizeRule(_ key: String, numberIsSquare: Bool) throws(ImageProcessorError) -> ImageSizeRule? {
        guard let value = value(key) else { return nil }
        if let number = value.integer {
            let edge = try edge(number, key)
            return numberIsSquare ? .exact(height: edge, width: edge) : .shortestEdge(edge, longest: nil)
        }
        if let pair = value.array, pair.count == 2 {
            return .exact(height: try edge(pair[0].integer, key), width: try edge(pair[1].integer, key))
        }
        guard let object = value.object else { throw bad(key, "a number, a pair or an object") }
        let members = Dictionary(
            object.members.filter { !$0.value.isNull }.map { ($0.key, $0.value.integer) }, uniquingKeysWith: { $1 })
        func side(_ name: String) throws(ImageProcessorError) -> Int {
            try edge(members[name] ?? nil, key + "." + name)
        }
        switch Set(members.keys) {
        case ["height", "width"]: return .exact(height: try side("height"), width: try side("width"))
        case ["shortest_edge"]: return .shortestEdge(try side("shortest_edge"), longest: nil)
        case ["shortest_edge", "longest_edge"]:
            return .shortestEdge(try side("shortest_edge"), longest: try side("longest_edge"))
        case ["max_height", "max_width"]:
            return .within(height: try side("max_height"), width: try side("max_width"))
        default:
            throw bad(
                key, "an object with height and width, shortest_edge (and longest_edge), or max_height and max_width")
        }
    }

    private func edge(_ number: Int?, _ key: String) throws(ImageProcessorError) -> Int {
        guard let number, (1...Self.edgeLimit).contains(number) else {
            throw bad(key, "a whole number from 1 to \(Self.edgeLimit)")
        }
        return number
    }
}
