import Foundation
import ReportPages
import Testing

@Suite struct HTMLPageTests {
    private func page(_ blocks: [PageBlock]) throws -> Markup {
        try Markup(HTMLPage("Title", sections: [PageSection("Part", blocks)]).html)
    }

    @Test func `every text is escaped, wherever it stands`() throws {
        let evil = "</p><script>alert('&')</script>\u{7}"
        let table = PageTable(
            columns: [.text(evil), .number(evil)],
            rows: [[.text(evil), .number(1, text: evil)], [.code(evil), .warning(evil)]],
            caption: evil)
        let picture = PagePicture(bytes: [1], alternative: evil)
        let chart = LineChart(evil, x: .steps, y: ChartAxis(evil), [])
        let blocks: [PageBlock] = [
            .paragraph(evil), .facts([(evil, evil)]), .table(table), .preformatted(evil), .heading(evil),
            .callout(.warning, evil), .details(summary: evil, [.paragraph(evil)]),
            .charts(ChartSheet(evil, [.lines(chart)])),
            .figures([PageFigure(picture, title: evil, facts: [(evil, evil)], isRight: true)]),
        ]
        let html = HTMLPage(
            evil, subtitle: evil, lead: blocks, sections: (0..<3).map { _ in PageSection(evil, blocks) }, footer: evil
        ).html

        let markup = try Markup(html)
        #expect(markup.all("script").count == 1, "ours")
        #expect(!html.contains("alert('"))
        #expect(html.contains("&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;\u{FFFD}"))
    }

    @Test func `nothing is fetched from anywhere`() throws {
        let markup = try page([
            .charts(ChartSheet("c", [])), .figures([PageFigure(PagePicture(bytes: png, alternative: "p"))]),
        ])

        let links = markup.elements.flatMap { element in
            ["src", "href", "xlink:href", "action"].compactMap { element.attributes[$0] }
        }
        #expect(links.allSatisfy { $0.hasPrefix("data:") || $0.hasPrefix("#") })
        #expect(markup.all("link").isEmpty)
        let policy = markup.all("meta").compactMap { $0.attributes["content"] }.filter {
            $0.contains("default-src 'none'")
        }
        #expect(policy.count == 1)
    }

    @Test func `sections have places, and links to them`() throws {
        let html = HTMLPage("T", sections: ["A", "B", "C"].map { PageSection($0, []) }).html
        let markup = try Markup(html)

        #expect(markup.all("a").map { $0.attributes["href"] } == ["#part-1", "#part-2", "#part-3"])
        #expect(markup.all("section").map { $0.attributes["id"] } == ["part-1", "part-2", "part-3"])
        #expect(markup.all("h2").map(\.text) == ["A", "B", "C"])
    }

    @Test func `numbers stand to the right and carry what they are sorted by`() throws {
        let table = PageTable(
            columns: [.text("task"), .number("score"), .number("size")],
            rows: [
                [.text("a"), .number(-0.5, digits: 2), .count(12_345)],
                [.text("b"), .number(.nan, digits: 2), .number(2048, text: "2 KiB")], [.text("c")],
                [.verdict(true), .none, .none, .text("too many")],
            ], caption: "below")
        let cells = try page([.table(table)]).all("td")

        #expect(cells.count == 12)
        #expect(cells[0...5].map(\.text) == ["a", "−0.50", "12,345", "b", "–", "2 KiB"])
        #expect(cells[0...5].map { $0.attributes["data-sort"] } == [nil, "-0.5", "12345.0", nil, nil, "2048.0"])
        #expect(cells[1].has("number") && !cells[0].has("number"))
        #expect(cells[7].text == "–" && cells[9].text == "✓ right" && cells[9].has("right"))
    }

    @Test func `a table without rows says so`() throws {
        let cells = try page([.table(PageTable(columns: [.text("a"), .text("b")], rows: []))]).all("td")

        #expect(cells.map(\.text) == ["none"] && cells[0].attributes["colspan"] == "2")
    }

    @Test func `callouts say their tone in words`() throws {
        let tones: [PageBlock.Tone] = [.note, .good, .warning, .danger]
        let markup = try page(tones.map { .callout($0, "text") })

        #expect(
            markup.all(class: "callout").map(\.text) == ["Note text", "✓ Good text", "⚠ Warning text", "✗ Failed text"])
    }

    @Test func `figures say whether they are right in words`() throws {
        let picture = PagePicture(bytes: png, alternative: "a dot")
        let markup = try page([
            .figures([
                PageFigure(picture, title: "one", facts: [("reference", "x"), ("output", "y")], isRight: false),
                PageFigure(nil, isRight: nil),
            ])
        ])

        #expect(markup.all("figure").count == 2 && markup.all("img").count == 1)
        #expect(markup.all(class: "badge").map(\.text) == ["✗ wrong"])
        #expect(markup.all("dt").map(\.text) == ["reference", "output"] && markup.all("dd").map(\.text) == ["x", "y"])
    }

    /// The first bytes of a PNG of 3 × 2 pixels; a page looks at no more.
    private var png: [UInt8] {
        [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52, 0, 0, 0, 3, 0, 0, 0, 2]
    }

    @Test func `a picture comes as it is, with its size`() throws {
        let image = try #require(
            page([.figures([PageFigure(PagePicture(bytes: png, alternative: "a"))])]).all("img").first)

        let data = try #require(
            image.attributes["src"]?.split(separator: ",").last.flatMap { Data(base64Encoded: String($0)) })
        #expect(Array(data) == png)
        #expect(image.attributes["src"]?.hasPrefix("data:image/png;base64,") == true)
        #expect(image.number("width") == 3 && image.number("height") == 2)
        #expect(image.has("pixels"), "small ones are not blurred")
    }

    @Test(
        arguments: [
            (
                [0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 1, 2, 0xFF, 0xFF, 0xC2, 0, 11, 8, 1, 0x2C, 2, 0x58, 3, 0, 0], 600.0,
                300.0
            ),
            ([0xFF, 0xD8, 0xFF, 0xC4, 0, 3, 9, 0xFF, 0xC0, 0, 11, 8, 0, 1, 0, 5, 1, 0, 0], 5, 1),
        ] as [([UInt8], Double, Double)])
    func `the size of a JPEG is found behind other segments`(bytes: [UInt8], width: Double, height: Double) throws {
        let image = try #require(
            page([.figures([PageFigure(PagePicture(bytes: bytes, alternative: ""))])]).all("img").first)

        #expect(image.attributes["src"]?.hasPrefix("data:image/jpeg;") == true)
        #expect(image.number("width") == width && image.number("height") == height)
    }

    @Test(arguments: [[], [0xFF, 0xD8], [0x47, 0x49, 0x46]] as [[UInt8]])
    func `other bytes are told`(bytes: [UInt8]) throws {
        let markup = try page([.figures([PageFigure(PagePicture(bytes: bytes, alternative: "x.gif"))])])

        let text = try #require(markup.all(class: "no-picture").first?.text)
        #expect(text.hasPrefix("x.gif: no picture (\(bytes.count) byte") && markup.all("img").isEmpty)
    }

    @Test(arguments: 3...20) func `a picture cut anywhere does no harm`(count: Int) throws {
        let jpeg: [UInt8] = [
            0xFF, 0xD8, 0xFF, 0xE0, 0, 2, 0xFF, 0xFE, 0xFF, 0xFF, 0xFF, 0xC0, 0, 11, 8, 0, 1, 0, 5, 1,
        ]
        let markup = try page([.figures([PageFigure(PagePicture(bytes: Array(jpeg.prefix(count)), alternative: ""))])])

        #expect(markup.all("img").count == 1)
    }
}
