/// An expression that was read and checked once and may run many times, on any thread.
package struct Program: Sendable {
    /// The type of its value, as far as it is known.
    package let type: StaticType
    private let root: any Node
    private let names: [String]
    private let slotCount: Int
    private let source: [Unicode.Scalar]
    private let offset: Int
    /// What of the host is used by name, `req.tokens`.
    private let paths: Set<String>

    /// How many steps a run may take: about one for each operator, name and element.
    package static let stepLimit = 100_000

    /// Reads and checks an expression.
    package init(_ text: String, in environment: Environment) throws(SourceError) {
        var parser = try Parser(text)
        let syntax = try parser.parse()
        offset = syntax.offset
        source = Array(text.unicodeScalars)
        var compiler = Compiler(environment, source: source)
        let compiled = try compiler.compile(syntax)
        root = compiled.node
        type = compiled.type
        names = compiler.names
        slotCount = compiler.slotCount
        paths = compiler.paths
    }

    /// Whether a run asks the host for anything.
    package var usesHost: Bool { !paths.isEmpty }

    /// Whether a run may ask the host for a field of something that has a name, as of `req` for
    /// `tokens`.
    package func uses(_ field: String, of name: String) -> Bool {
        paths.contains(name) || paths.contains("\(name).\(field)")
    }

    /// Refuses an expression whose value can't be of a type, as far as that is known.
    package func demand(
        _ type: StaticType,
        or other: StaticType,
        _ words: String
    ) throws(SourceError) {
        if self.type.matches(type) || self.type.matches(other) { return }
        throw SourceError("the expression gives \(self.type), not \(words)", at: offset, in: source)
    }

    /// The value for these values of the variables.
    package func value(
        _ variables: [String: Value] = [:],
        host: any Host = NoHost()
    ) throws(EvaluationError) -> Value {
        var run = Run(
            variables: names.map { variables[$0] },
            names: names,
            slotCount: slotCount,
            host: host
        )
        return try root.value(&run)
    }
}

/// One run of a program.
package struct Run {
    let variables: [Value?]
    let names: [String]
    /// What knows the objects.
    let known: any Host
    /// What of it can be read here.
    let table: HostTable
    /// The elements that loops are at.
    var slots: [Value]
    private var steps = Program.stepLimit

    init(variables: [Value?], names: [String], slotCount: Int, host: any Host) {
        self.variables = variables
        self.names = names
        known = host
        table = host.table
        slots = Array(repeating: .null, count: slotCount)
    }

    /// Takes steps, so that no expression runs for ever or makes values without end.
    package mutating func step(_ count: Int = 1) throws(EvaluationError) {
        steps -= count
        guard steps >= 0 else {
            throw EvaluationError("the expression takes more than \(Program.stepLimit) steps")
        }
    }
}

/// A part of a program.
protocol Node: AnyObject, Sendable {
    func value(_ run: inout Run) throws(EvaluationError) -> Value
    /// The value where a condition is wanted.
    func condition(_ run: inout Run) throws(EvaluationError) -> Bool
}

extension Node {
    func condition(_ run: inout Run) throws(EvaluationError) -> Bool {
        let value = try value(&run)
        guard case .bool(let isTrue) = value else {
            throw EvaluationError("a condition is a \(value.typeName), not true or false")
        }
        return isTrue
    }
}
