/// Colours and type of all charts, for light and dark.
///
/// The hues are those of Okabe and Ito (2008), which people with any common kind of colour-blindness tell apart, some made
/// darker (or, for dark grounds, lighter) until they have a contrast of 3 to 1 against the ground. From the eighth series
/// on, colours come again, dashed.
enum ChartStyle {
    /// blue, vermilion, green, purple, amber, sky, grey
    private static let light = ["#0072b2", "#d55e00", "#00875f", "#b0508a", "#a87800", "#2b95d1", "#666b70"]
    private static let dark = ["#56b4e9", "#ff8a3d", "#2fc79b", "#e58bc4", "#f0c24a", "#aab8ff", "#b9bec4"]
    private static let dashes: [String?] = [nil, "7 3", "2 3"]

    /// The class that gives the lines of series `index` their colour.
    static func stroke(_ index: Int) -> String { "chart-s\(index % light.count)" }
    /// The class that gives the areas of series `index` their colour.
    static func fill(_ index: Int) -> String { "chart-f\(index % light.count)" }
    /// The dash pattern of series `index`.
    static func dash(_ index: Int) -> String? { dashes[index / light.count % dashes.count] }

    /// The style element of a drawing.
    static var element: String {
        "<style>" + shared + colors(light, ground: "#ffffff", ink: "#1c2128", faint: "#59636e", grid: "#e4e7eb")
            + "@media screen and (prefers-color-scheme:dark){"
            + colors(dark, ground: "#15191f", ink: "#e8ebef", faint: "#a3adb8", grid: "#2d343d") + "}</style>\n"
    }

    private static let shared = """
        .chart{font-family:system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif;font-size:12px;\
        font-variant-numeric:tabular-nums}.chart-heading{font-size:18px;font-weight:650}\
        .chart-title{font-size:15px;font-weight:600}.chart-small{font-size:11px}\
        .chart-area{stroke:none;fill-opacity:.18}.chart-line,.chart-thin,.chart-pale{fill:none}\
        .chart-grid{stroke-width:1}.chart-minor{stroke-width:.5}.chart-axis{stroke-width:1}\
        .chart-line{stroke-width:2;stroke-linejoin:round;stroke-linecap:round}\
        .chart-thin{stroke-width:1.25;stroke-linejoin:round}.chart-pale{stroke-width:1;stroke-opacity:.32;\
        stroke-linejoin:round}.chart-dot{stroke-width:1}.chart-cloud{fill-opacity:.65}.chart-bar{fill-opacity:.85}\
        .chart-interval{stroke-width:1.5}.chart-cell-text{font-size:11px}

        """

    private static func colors(_ series: [String], ground: String, ink: String, faint: String, grid: String) -> String {
        var rules = ".chart-ground{fill:\(ground)}.chart-ink,.chart-title,.chart-heading{fill:\(ink)}"
        rules += ".chart-faint,.chart-small{fill:\(faint)}.chart-grid,.chart-minor{stroke:\(grid)}"
        rules += ".chart-axis,.chart-reference{stroke:\(faint)}.chart-dot,.chart-cloud{stroke:\(ground)}"
        rules += ".chart-interval{stroke:\(ink)}.chart-void{fill:\(grid)}"
        for (index, color) in series.enumerated() {
            rules += ".chart .chart-s\(index){stroke:\(color)}.chart .chart-f\(index){fill:\(color)}"
        }
        return rules + "\n"
    }
}
