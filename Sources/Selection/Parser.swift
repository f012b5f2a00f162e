/// Reads an expression by the grammar of the language's specification.
struct Parser {
    private let tokens: [Token]
    private let source: [Unicode.Scalar]
    private var position = 0
    private var depth = 0
    /// How high the tree is that was read last.
    private var height = 0

    /// How deep expressions may nest.
    private static let depthLimit = 128
    /// How high a tree may grow: it is checked, run and taken down by functions that call themselves.
    private static let heightLimit = 4 * depthLimit
    /// How long an expression may be, in code points.
    private static let lengthLimit = 65_536

    /// Words that name nothing of a user's; they may stand behind a dot.
    private static let reserved: Set<String> = [
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let",
        "loop", "package", "namespace", "return", "var", "void", "while",
    ]

    init(_ text: String) throws(SourceError) {
        var lexer = Lexer(text)
        source = lexer.source
        guard source.count <= Parser.lengthLimit else {
            let words = "the expression is longer than \(Parser.lengthLimit) characters"
            throw SourceError(words, at: 0, in: Array(source.prefix(40)))
        }
        tokens = try lexer.tokens()
    }

    /// The whole text as one expression.
    mutating func parse() throws(SourceError) -> Syntax {
        let syntax = try expression()
        guard current.kind == .end else {
            throw error("\(current.text) is not expected here")
        }
        return syntax
    }

    // MARK: Words

    private var current: Token { tokens[position] }

    private func error(_ message: String) -> SourceError {
        SourceError(message, at: current.offset, in: source)
    }

    private func error(_ message: String, at offset: Int) -> SourceError {
        SourceError(message, at: offset, in: source)
    }

    private func isAt(_ mark: String) -> Bool { current.kind == .mark(mark) }

    /// The place of a mark that was taken; nil when another word stands here.
    private mutating func take(_ mark: String) -> Int? {
        guard isAt(mark) else { return nil }
        defer { position += 1 }
        return current.offset
    }

    private mutating func expect(_ mark: String) throws(SourceError) {
        guard take(mark) != nil else {
            throw error("`\(mark)` is expected in place of \(current.text)")
        }
    }

    private mutating func nested<T>(
        _ body: (inout Parser) throws(SourceError) -> T
    ) throws(SourceError) -> T {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Parser.depthLimit else {
            throw error("the expression nests deeper than \(Parser.depthLimit) levels")
        }
        return try body(&self)
    }

    /// Notes that what was read last is a part of a tree, beside others of that height at most.
    private mutating func rise(above others: Int, by levels: Int = 1) throws(SourceError) {
        height = max(height, others) + levels
        guard height <= Parser.heightLimit else {
            throw error("more than \(Parser.heightLimit) operators, each of which needs another")
        }
    }

    // MARK: Operators, the weakest first

    private mutating func expression() throws(SourceError) -> Syntax {
        try nested { (parser: inout Parser) throws(SourceError) in
            let condition = try parser.disjunction()
            guard let offset = parser.take("?") else { return condition }
            var highest = parser.height
            let yes = try parser.disjunction()
            highest = max(highest, parser.height)
            try parser.expect(":")
            let no = try parser.expression()
            try parser.rise(above: highest)
            return .conditional(condition, yes, no, offset: offset)
        }
    }

    private mutating func disjunction() throws(SourceError) -> Syntax {
        var operands = [try conjunction()]
        var offsets: [Int] = []
        var highest = height
        while let offset = take("||") {
            offsets.append(offset)
            operands.append(try conjunction())
            highest = max(highest, height)
        }
        try rise(above: highest, by: levels(of: operands.count))
        return balanced(operands[...], offsets[...]) { .or($0, $1, offset: $2) }
    }

    private mutating func conjunction() throws(SourceError) -> Syntax {
        var operands = [try relation()]
        var offsets: [Int] = []
        var highest = height
        while let offset = take("&&") {
            offsets.append(offset)
            operands.append(try relation())
            highest = max(highest, height)
        }
        try rise(above: highest, by: levels(of: operands.count))
        return balanced(operands[...], offsets[...]) { .and($0, $1, offset: $2) }
    }

    /// A long chain as a tree of little depth: in which order it is put together does not matter.
    private func balanced(
        _ operands: ArraySlice<Syntax>,
        _ offsets: ArraySlice<Int>,
        _ join: (Syntax, Syntax, Int) -> Syntax
    ) -> Syntax {
        if operands.count == 1 { return operands[operands.startIndex] }
        let middle = operands.startIndex + operands.count / 2
        let mark = offsets.startIndex + operands.count / 2 - 1
        return join(
            balanced(operands[..<middle], offsets[..<mark], join),
            balanced(operands[middle...], offsets[(mark + 1)...], join),
            offsets[mark]
        )
    }

    /// The height of a balanced tree over so many operands.
    private func levels(of operandCount: Int) -> Int {
        Int.bitWidth - (operandCount - 1).leadingZeroBitCount
    }

    private mutating func relation() throws(SourceError) -> Syntax {
        var left = try sum()
        while let kind = relationHere() {
            let (offset, below) = (current.offset, height)
            position += 1
            let right = try sum()
            try rise(above: below)
            left = .binary(kind, left, right, offset: offset)
        }
        return left
    }

    private func relationHere() -> BinaryOperator? {
        switch current.kind {
        case .name("in"): .isIn
        case .mark("=="): .equal
        case .mark("!="): .unequal
        case .mark("<"): .less
        case .mark("<="): .lessOrEqual
        case .mark(">"): .greater
        case .mark(">="): .greaterOrEqual
        default: nil
        }
    }

    private mutating func sum() throws(SourceError) -> Syntax {
        var left = try product()
        while isAt("+") || isAt("-") {
            let kind: BinaryOperator = isAt("+") ? .add : .subtract
            let (offset, below) = (current.offset, height)
            position += 1
            let right = try product()
            try rise(above: below)
            left = .binary(kind, left, right, offset: offset)
        }
        return left
    }

    private mutating func product() throws(SourceError) -> Syntax {
        var left = try unary()
        while isAt("*") || isAt("/") || isAt("%") {
            let kind: BinaryOperator = isAt("*") ? .multiply : isAt("/") ? .divide : .modulo
            let (offset, below) = (current.offset, height)
            position += 1
            let right = try unary()
            try rise(above: below)
            left = .binary(kind, left, right, offset: offset)
        }
        return left
    }

    private mutating func unary() throws(SourceError) -> Syntax {
        try nested { (parser: inout Parser) throws(SourceError) in
            if let offset = parser.take("!") {
                let operand = try parser.unary()
                try parser.rise(above: 0)
                return .not(operand, offset: offset)
            }
            guard let offset = parser.take("-") else { return try parser.member() }
            switch parser.current.kind {
            case .int, .double: return try parser.member(negativeAt: offset)
            default:
                let operand = try parser.unary()
                try parser.rise(above: 0)
                return .negate(operand, offset: offset)
            }
        }
    }

    // MARK: Members

    private mutating func member(negativeAt sign: Int? = nil) throws(SourceError) -> Syntax {
        var operand = try primary(negativeAt: sign)
        while true {
            let below = height
            if take(".") != nil {
                operand = try selection(of: operand)
            } else if let offset = take("[") {
                let index = try expression()
                try expect("]")
                operand = .index(operand, index, offset: offset)
            } else {
                return operand
            }
            try rise(above: below)
        }
    }

    private mutating func selection(of operand: Syntax) throws(SourceError) -> Syntax {
        let token = current
        switch token.kind {
        case .quotedName(let field):
            position += 1
            return .select(operand, field: field, isTest: false, offset: token.offset)
        case .name(let field):
            guard !["in", "true", "false", "null"].contains(field) else {
                throw error("`\(field)` can't name a field; write it in brackets and quotes")
            }
            position += 1
            guard take("(") != nil else {
                return .select(operand, field: field, isTest: false, offset: token.offset)
            }
            let arguments = try arguments()
            if let macro = try macro(field, operand, arguments, token.offset) { return macro }
            return .call(field, receiver: operand, arguments: arguments, offset: token.offset)
        default:
            throw error("a name is expected in place of \(token.text)")
        }
    }

    /// What stands in the parentheses, and the closing one.
    private mutating func arguments() throws(SourceError) -> [Syntax] {
        height = 0
        if take(")") != nil { return [] }
        var arguments: [Syntax] = []
        var highest = 0
        repeat {
            arguments.append(try expression())
            highest = max(highest, height)
        } while take(",") != nil
        try expect(")")
        height = highest
        return arguments
    }

    // MARK: What stands alone

    private mutating func primary(negativeAt sign: Int?) throws(SourceError) -> Syntax {
        let token = current
        let offset = sign ?? token.offset
        switch token.kind {
        case .int(let digits, let isHexadecimal):
            let text = (sign == nil ? "" : "-") + digits
            guard let value = Int64(text, radix: isHexadecimal ? 16 : 10) else {
                throw error("the number is larger than 64 bits")
            }
            return literal(.int(value), offset)
        case .double(let value): return literal(.double(sign == nil ? value : -value), offset)
        case .uint(let value): return literal(.uint(value), offset)
        case .string(let text): return literal(.string(text), offset)
        case .bytes(let bytes): return literal(.bytes(bytes), offset)
        case .name("true"): return literal(.bool(true), offset)
        case .name("false"): return literal(.bool(false), offset)
        case .name("null"): return literal(.null, offset)
        case .name: return try name(isGlobal: false)
        case .mark("."):
            position += 1
            return try name(isGlobal: true)
        case .mark("("):
            position += 1
            let inner = try expression()
            try expect(")")
            return inner
        case .mark("["): return try list()
        case .mark("{"): return try map()
        case .end, .mark, .quotedName:
            throw error("a value is expected in place of \(token.text)")
        }
    }

    private mutating func literal(_ value: Value, _ offset: Int) -> Syntax {
        height = 1
        position += 1
        return .literal(value, offset: offset)
    }

    private mutating func name(isGlobal: Bool) throws(SourceError) -> Syntax {
        let token = current
        guard case .name(let name) = token.kind, name != "in" else {
            throw error("a name is expected in place of \(token.text)")
        }
        guard !Parser.reserved.contains(name) else { throw error("`\(name)` is a reserved word") }
        position += 1
        guard take("(") != nil else {
            height = 1
            return .name(name, isGlobal: isGlobal, offset: token.offset)
        }
        let arguments = try arguments()
        if name == "has" { return try presence(arguments, token.offset) }
        try rise(above: 0)
        return .call(name, receiver: nil, arguments: arguments, offset: token.offset)
    }

    private mutating func list() throws(SourceError) -> Syntax {
        let offset = current.offset
        position += 1
        var elements: [Syntax] = []
        var highest = 0
        while !isAt("]") {
            elements.append(try expression())
            highest = max(highest, height)
            guard take(",") != nil else { break }
        }
        try expect("]")
        height = highest
        try rise(above: 0)
        return .list(elements, offset: offset)
    }

    private mutating func map() throws(SourceError) -> Syntax {
        let offset = current.offset
        position += 1
        var entries: [(key: Syntax, value: Syntax)] = []
        var highest = 0
        while !isAt("}") {
            let key = try expression()
            highest = max(highest, height)
            try expect(":")
            entries.append((key, try expression()))
            highest = max(highest, height)
            guard take(",") != nil else { break }
        }
        try expect("}")
        height = highest
        try rise(above: 0)
        return .map(entries, offset: offset)
    }
}

// MARK: Macros

extension Parser {
    private func presence(_ arguments: [Syntax], _ offset: Int) throws(SourceError) -> Syntax {
        guard arguments.count == 1,
            case .select(let operand, let field, false, let place) = arguments[0]
        else { throw error("`has` takes one field, as in `has(m.metadata)`", at: offset) }
        return .select(operand, field: field, isTest: true, offset: place)
    }

    /// The loop that a macro stands for; nil when a call is none.
    private func macro(
        _ name: String,
        _ operand: Syntax,
        _ arguments: [Syntax],
        _ offset: Int
    ) throws(SourceError) -> Syntax? {
        func names(_ count: Int) throws(SourceError) -> [String] {
            var names: [String] = []
            for argument in arguments.prefix(count) {
                guard case .name(let name, false, _) = argument, !names.contains(name) else {
                    throw error("`\(name)` wants a new name here", at: argument.offset)
                }
                names.append(name)
            }
            return names
        }
        func loop(
            _ kind: Loop.Kind,
            _ count: Int,
            if condition: Syntax?,
            _ result: Syntax? = nil
        ) throws(SourceError) -> Syntax {
            let loop = Loop(
                kind: kind,
                names: try names(count),
                condition: condition,
                result: result
            )
            return .loop(loop, over: operand, offset: offset)
        }
        switch (name, arguments.count) {
        case ("all", 2...3):
            return try loop(.all, arguments.count - 1, if: arguments.last)
        case ("exists", 2...3):
            return try loop(.exists, arguments.count - 1, if: arguments.last)
        case ("exists_one", 2...3), ("existsOne", 2...3):
            return try loop(.existsOne, arguments.count - 1, if: arguments.last)
        case ("filter", 2):
            return try loop(.filter, 1, if: arguments[1])
        case ("map", 2...3):
            return try loop(
                .map,
                1,
                if: arguments.count == 3 ? arguments[1] : nil,
                arguments.last
            )
        case ("sortBy", 2):
            return try loop(.sortBy, 1, if: nil, arguments[1])
        case ("transformList", 3...4), ("transformMap", 3...4):
            return try loop(
                name == "transformMap" ? .transformMap : .transformList,
                2,
                if: arguments.count == 4 ? arguments[2] : nil,
                arguments.last
            )
        default:
            return nil
        }
    }
}
