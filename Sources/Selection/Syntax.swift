/// An expression as it was written, its macros opened up.
indirect enum Syntax {
    case literal(Value, offset: Int)
    /// A name; `isGlobal` when a dot stands before it.
    case name(String, isGlobal: Bool, offset: Int)
    /// `operand.field`, or with `isTest` whether there is one.
    case select(Syntax, field: String, isTest: Bool, offset: Int)
    case index(Syntax, Syntax, offset: Int)
    case call(String, receiver: Syntax?, arguments: [Syntax], offset: Int)
    case list([Syntax], offset: Int)
    case map([(key: Syntax, value: Syntax)], offset: Int)
    case not(Syntax, offset: Int)
    case negate(Syntax, offset: Int)
    case and(Syntax, Syntax, offset: Int)
    case or(Syntax, Syntax, offset: Int)
    case conditional(Syntax, Syntax, Syntax, offset: Int)
    case binary(BinaryOperator, Syntax, Syntax, offset: Int)
    case loop(Loop, over: Syntax, offset: Int)

    /// Where it stands, in code points: the operator's place, where there is one.
    var offset: Int {
        switch self {
        case .literal(_, let offset), .name(_, _, let offset), .select(_, _, _, let offset),
            .index(_, _, let offset), .call(_, _, _, let offset), .list(_, let offset),
            .map(_, let offset), .not(_, let offset), .negate(_, let offset),
            .and(_, _, let offset), .or(_, _, let offset), .conditional(_, _, _, let offset),
            .binary(_, _, _, let offset), .loop(_, _, let offset):
            offset
        }
    }
}

/// The operators with two operands that always look at both.
enum BinaryOperator: String {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case modulo = "%"
    case equal = "=="
    case unequal = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case isIn = "in"
}

/// A macro that walks the elements of a list or the keys of a map.
struct Loop {
    enum Kind {
        case all, exists, existsOne, filter, map, transformList, transformMap, sortBy
    }

    let kind: Kind
    /// The names of the element, or of index and element, or of key and value.
    let names: [String]
    /// What is asked of each; nil when all are taken.
    let condition: Syntax?
    /// What each becomes; nil where nothing is made.
    let result: Syntax?
}
