/// What is known before the run.
final class Constant: Node {
    let constant: Value

    init(_ constant: Value) {
        self.constant = constant
    }

    func value(_ run: inout Run) throws(EvaluationError) -> Value {
        try run.step()
        return constant
    }
}

/// A variable of the environment.
final class Variable: Node {
    private let place: Int

    init(_ place: Int) {
        self.place = place
    }

    func value(_ run: inout Run) throws(EvaluationError) -> Value {
        try run.step()
        guard let value = run.variables[place] else {
            throw EvaluationError("`\(run.names[place])` has no value")
        }
        return value
    }
}

/// What a loop is at.
final class Local: Node {
    let slot: Int

    init(_ slot: Int) {
        self.slot = slot
    }

    func value(_ run: inout Run) throws(EvaluationError) -> Value {
        try run.step()
        return run.slots[slot]
    }
}

/// A fault that matters only when it is met.
final class Fault: Node {
    private let message: String

    init(_ message: String) {
        self.message = message
    }

    func value(_ run: inout Run) throws(EvaluationError) -> Value {
        try run.step()
        throw EvaluationError(message)
    }
}

/// `operand.field` and `has(operand.field)`.
final class Field: Node {
    private let operand: any Node
    private let name: String
    private let isTest: Bool
    private let types: [HostType]

    init(_ operand: any Node, _ name: String, isTest: Bool, types: [HostType]) {
        self.operand = operand
        self.name = name
        self.isTest = isTest
        self.types = types
    }

    func value(_ run: inout Run) throws(EvaluationError) -> Value {
        try run.step(1 + Value.string(name).weight)
        let whole = try operand.value(&run)
        if case .object(let object) = whole { return try field(of: object, &run) }
        guard case .map(let map) = whole else {
            throw EvaluationError("a \(whole.typeName) has no field `\(name)`")
        }
        let field = map[name]
        if isTest { return .bool(field != nil) }
        guard let field else { throw EvaluationError("there is no `\(name)`") }
        return field
    }

    /// The field of an object that turned up where its type was not known.
    private func field(
        of object: HostObject,
        _ run: inout Run
    ) throws(EvaluationError) -> Value {
        guard Int(object.type) < types.count, let field = types[Int(object.type)].fields[name]
        else {
            throw EvaluationError("there is no `\(name)`")
        }
        if isTest { return .bool(run.read(object, at: field.place).holdsSomething) }
        guard case .object(let type) = field.type else {
            return run.read(object, at: field.place)
        }
        return .object(object.part(type, at: field.place))
    }
}

/// `operand[index]`.
final class Element: Node {
    private let operand: any Node
    private let index: any Node
    private let types: [HostType]

    init(_ operand: any Node, _ index: any Node, types: [HostType]) {
        self.operand = operand
        self.index = index
        self.types = types
    }

    func value(_ run: inout Run) throws(EvaluationError) -> Value {
        try run.step()
        let whole = try operand.value(&run)
        let index = try index.value(&run)
        try run.step(index.weight)
        switch whole {
        case .object(let object):
            guard case .string(let name) = index, Int(object.type) < types.count,
                types[Int(object.type)].element != nil
            else { throw .noOverload("[]", whole, index) }
            return try run.known.element(of: object, named: name)
        case .list(let elements):
            guard let place = Element.place(index) else {
                throw EvaluationError("a list has no place for this \(index.typeName)")
            }
            guard elements.indices.contains(place) else {
                throw EvaluationError("the list has no element \(place), only \(elements.count)")
            }
            return elements[place]
        case .map(let map):
            guard let value = map[index] else {
                throw EvaluationError("the map has no such key")
            }
            return value
        default:
            throw .noOverload("[]", whole, index)
        }
    }

    private static func place(_ index: Value) -> Int? {
        switch index {
        case .int(let index): Int(exactly: index)
        case .uint(let index): Int(exactly: index)
        case .double(let index): Int(exactly: index)
        default: nil
        }
    }
}

/// `[a, b]`.
final class ListMaker: Node {
    private let elements: [any Node]

    init(_ elements: [any Node]) {
        self.elements = elements
    }

    func value(_ run: inout Run) throws(EvaluationError) -> Value {
        try run.step()
        var values: [Value] = []
        values.reserveCapacity(elements.count)
        for element in elements { values.append(try element.value(&run)) }
        return .list(values)
    }
}

/// `{a: b}`.
final class MapMaker: Node {
    private let entries: [(key: any Node, value: any Node)]

    init(_ entries: [(key: any Node, value: any Node)]) {
        self.entries = entries
    }

    func value(_ run: inout Run) throws(EvaluationError) -> Value {
        try run.step()
        var map = ValueMap()
        for entry in entries {
            let key = try entry.key.value(&run)
            try run.step(key.weight)
            try map.add(key, try entry.value.value(&run))
        }
        return .map(map)
    }
}

/// `!operand`.
final class Not: Node {
    private let operand: any Node

    init(_ operand: any Node) {
        self.operand = operand
    }

    func value(_ run: inout Run) throws(EvaluationError) -> Value {
        .bool(try condition(&run))
    }

    func condition(_ run: inout Run) throws(EvaluationError) -> Bool {
        try run.step()
        return try !operand.condition(&run)
    }
}

/// `-operand`.
final class Negation: Node {
    private let operand: any Node

    init(_ operand: any Node) {
        self.operand = operand
    }

    func value(_ run: inout Run) throws(EvaluationError) -> Value {
        try run.step()
        let value = try operand.value(&run)
        switch value {
        case .int(let number): return try BinaryOperator.subtract.apply(.int(0), .int(number))
        case .double(let number): return .double(-number)
        default: throw .noOverload("-", value)
        }
    }
}

/// `&&` and `||`, whose order does not matter: one operand that decides outweighs a fault of the
/// other.
final class Junction: Node {
    private let left: any Node
    private let right: any Node
    /// What decides: false for `&&`, true for `||`.
    private let decisive: Bool

    init(_ left: any Node, _ right: any Node, decisive: Bool) {
        self.left = left
        self.right = right
        self.decisive = decisive
    }

    func value(_ run: inout Run) throws(EvaluationError) -> Value {
        .bool(try condition(&run))
    }

    func condition(_ run: inout Run) throws(EvaluationError) -> Bool {
        try run.step()
        var fault: EvaluationError?
        do throws(EvaluationError) {
            if try left.condition(&run) == decisive { return decisive }
        } catch {
            fault = error
        }
        let isDecided = try right.condition(&run) == decisive
        if let fault, !isDecided { throw fault }
        return isDecided ? decisive : !decisive
    }
}

/// `condition ? yes : no`.
final class Choice: Node {
    private let condition: any Node
    private let yes: any Node
    private let no: any Node

    init(_ condition: any Node, _ yes: any Node, _ no: any Node) {
        self.condition = condition
        self.yes = yes
        self.no = no
    }

    func value(_ run: inout Run) throws(EvaluationError) -> Value {
        try run.step()
        return try condition.condition(&run) ? try yes.value(&run) : try no.value(&run)
    }
}

/// An operator with two operands.
final class Binary: Node {
    private let kind: BinaryOperator
    private let left: any Node
    private let right: any Node

    init(_ kind: BinaryOperator, _ left: any Node, _ right: any Node) {
        self.kind = kind
        self.left = left
        self.right = right
    }

    func value(_ run: inout Run) throws(EvaluationError) -> Value {
        try run.step()
        let left = try left.value(&run)
        let right = try right.value(&run)
        switch kind {
        case .equal, .unequal, .isIn:
            try left.walk(&run)
            try right.walk(&run)
        case .less, .lessOrEqual, .greater, .greaterOrEqual, .add, .subtract, .multiply, .divide,
            .modulo:
            try run.step(left.weight + right.weight)
        }
        return try kind.apply(left, right)
    }
}

extension Value {
    /// The steps that going through a value once is worth.
    var weight: Int {
        switch self {
        case .string(let text): text.utf8.count / 16
        case .bytes(let bytes): bytes.count / 16
        case .list(let elements): elements.count
        case .map(let map): map.count
        case .null, .bool, .int, .uint, .double, .type, .timestamp, .duration, .object: 0
        }
    }

    /// Takes the steps that going through a value and all that it holds is worth.
    ///
    /// A value that holds another one many times, and so on, is small and yet has no end to it.
    func walk(_ run: inout Run) throws(EvaluationError) {
        try run.step(weight)
        switch self {
        case .list(let elements):
            for element in elements { try element.walk(&run) }
        case .map(let map):
            for entry in map.entries {
                try entry.key.walk(&run)
                try entry.value.walk(&run)
            }
        case .null, .bool, .int, .uint, .double, .string, .bytes, .type, .timestamp, .duration,
            .object:
            break
        }
    }
}
