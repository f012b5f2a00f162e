/// An expression that was read and checked once and may run many times, on any thread.
package struct Program: Sendable {
    /// The type of its value, as far as it is known.
    package let type: StaticType
    private let root: any Node
    private let names: [String]
    private let slotCount: Int

    /// How many steps a run may take: about one for each operator, name and element.
    package static let stepLimit = 100_000

    /// Reads and checks an expression.
    package init(_ text: String, in environment: Environment) throws(SourceError) {
        var parser = try Parser(text)
        let syntax = try parser.parse()
        var compiler = Compiler(environment, source: Array(text.unicodeScalars))
        let compiled = try compiler.compile(syntax)
        root = compiled.node
        type = compiled.type
        names = compiler.names
        slotCount = compiler.slotCount
    }

    /// The value for these values of the variables.
    package func value(_ variables: [String: Value] = [:]) throws(EvaluationError) -> Value {
        var run = Run(
            variables: names.map { variables[$0] },
            names: names,
            slotCount: slotCount
        )
        return try root.value(&run)
    }
}

/// One run of a program.
struct Run {
    let variables: [Value?]
    let names: [String]
    /// The elements that loops are at.
    var slots: [Value]
    private var steps = Program.stepLimit

    init(variables: [Value?], names: [String], slotCount: Int) {
        self.variables = variables
        self.names = names
        slots = Array(repeating: .null, count: slotCount)
    }

    /// Takes steps, so that no expression runs for ever or makes values without end.
    mutating func step(_ count: Int = 1) throws(EvaluationError) {
        steps -= count
        guard steps >= 0 else {
            throw EvaluationError("the expression takes more than \(Program.stepLimit) steps")
        }
    }
}

/// A part of a program.
protocol Node: AnyObject, Sendable {
    func value(_ run: inout Run) throws(EvaluationError) -> Value
}

extension Node {
    /// The value where a condition is wanted.
    func condition(_ run: inout Run) throws(EvaluationError) -> Bool {
        let value = try value(&run)
        guard case .bool(let isTrue) = value else {
            throw EvaluationError("a condition is a \(value.typeName), not true or false")
        }
        return isTrue
    }
}
