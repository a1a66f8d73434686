/// A piece of a template's source: text as it is, or the inside of a tag as tokens.
enum TemplatePiece: Equatable {
    case text(String)
    /// `{{ … }}`
    case output([TemplateToken])
    /// `{% … %}`
    case statement([TemplateToken])
}

/// A token of an expression, and its line.
struct TemplateToken: Equatable {
    enum Kind: Equatable {
        case name(String)
        case string(String)
        case integer(Int)
        case double(Double)
        case symbol(String)
    }

    let kind: Kind
    let line: Int
}
