import Foundation

#if canImport(FoundationXML)
    import FoundationXML
#endif

/// A well-formed document, read by the system's XML parser: its elements in order, each with its attributes and text.
final class Markup: NSObject, XMLParserDelegate {
    struct Element {
        let name: String
        let attributes: [String: String]
        /// Its own text and that of the elements within.
        var text = ""

        func number(_ attribute: String) -> Double { attributes[attribute].flatMap(Double.init) ?? .nan }
        func has(_ style: String) -> Bool {
            (attributes["class"] ?? "").split(separator: " ").contains(Substring(style))
        }
    }

    private(set) var elements: [Element] = []
    private var open: [Int] = []

    /// - Throws: where the text is not well-formed XML.
    init(_ text: String) throws {
        super.init()
        let parser = XMLParser(data: Data(text.utf8))
        parser.delegate = self
        guard parser.parse() else {
            throw NotWellFormed(line: parser.lineNumber, reason: "\(parser.parserError.map { "\($0)" } ?? "?")")
        }
    }

    struct NotWellFormed: Error { let line: Int, reason: String }

    func all(_ name: String) -> [Element] { elements.filter { $0.name == name } }
    func all(class style: String) -> [Element] { elements.filter { $0.has(style) } }
    /// The contents of all `text` elements of a drawing.
    var texts: [String] { all("text").map(\.text) }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String] = [:]
    ) {
        open.append(elements.count)
        elements.append(Element(name: name, attributes: attributes))
    }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        open.removeLast()
    }

    func parser(_ parser: XMLParser, foundCharacters text: String) {
        for index in open { elements[index].text += text }
    }
}
