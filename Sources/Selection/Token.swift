/// One word of an expression.
struct Token {
    enum Kind: Equatable {
        case end
        /// A name, reserved words among them.
        case name(String)
        /// A name in backticks: it may stand behind a dot only.
        case quotedName(String)
        case int(digits: String, isHexadecimal: Bool)
        case uint(UInt64)
        case double(Double)
        case string(String)
        case bytes([UInt8])
        /// An operator, a bracket or another mark.
        case mark(String)
    }

    let kind: Kind
    /// Where it begins, in code points.
    let offset: Int

    /// As an error names it.
    var text: String {
        switch kind {
        case .end: "the end"
        case .name(let name): "`\(name)`"
        case .quotedName(let name): "`\(name)`"
        case .int(let digits, _): "`\(digits)`"
        case .uint(let value): "`\(value)u`"
        case .double(let value): "`\(value)`"
        case .string: "a string"
        case .bytes: "bytes"
        case .mark(let mark): "`\(mark)`"
        }
    }
}
