/// A field of an object, however deep: its place was found when the expression was read.
final class HostFieldNode: Node {
    private let operand: any Node
    private let place: Int

    init(of operand: any Node, at place: Int) {
        self.operand = operand
        self.place = place
    }

    func value(_ run: inout Run) throws(EvaluationError) -> Value {
        try run.step()
        return run.read(try operand.value(&run).hostObject, at: place)
    }
}

/// The same of what a loop is at.
final class LocalFieldNode: Node {
    private let slot: Int
    private let place: Int

    init(slot: Int, at place: Int) {
        self.slot = slot
        self.place = place
    }

    func value(_ run: inout Run) throws(EvaluationError) -> Value {
        try run.step()
        return run.read(try run.slots[slot].hostObject, at: place)
    }
}

/// What every run has: its fields are names of their own.
final class RootNode: Node {
    func value(_ run: inout Run) throws(EvaluationError) -> Value {
        try run.step()
        return .object(Run.root)
    }
}

/// A field of that.
final class RootFieldNode: Node {
    private let place: Int

    init(at place: Int) {
        self.place = place
    }

    func value(_ run: inout Run) throws(EvaluationError) -> Value {
        try run.step()
        return run.read(Run.root, at: place)
    }
}

/// An object that is a part of another one.
final class HostPartNode: Node {
    let operand: any Node
    private let type: HostType
    let place: Int

    init(of operand: any Node, _ type: HostType, at place: Int) {
        self.operand = operand
        self.type = type
        self.place = place
    }

    func value(_ run: inout Run) throws(EvaluationError) -> Value {
        try run.step()
        return .object(try operand.value(&run).hostObject.part(type, at: place))
    }
}

/// Whether a field of an object holds something.
final class HostPresenceNode: Node {
    private let operand: any Node
    private let place: Int

    init(of operand: any Node, at place: Int) {
        self.operand = operand
        self.place = place
    }

    func value(_ run: inout Run) throws(EvaluationError) -> Value {
        try run.step()
        let object = try operand.value(&run).hostObject
        return .bool(run.read(object, at: place).holdsSomething)
    }
}

/// `object['name']`.
final class HostElementNode: Node {
    private let operand: any Node
    private let name: any Node

    init(of operand: any Node, named name: any Node) {
        self.operand = operand
        self.name = name
    }

    func value(_ run: inout Run) throws(EvaluationError) -> Value {
        try run.step()
        let whole = try operand.value(&run)
        let name = try name.value(&run)
        try run.step(name.weight)
        guard case .string(let text) = name else { throw .noOverload("[]", whole, name) }
        return try run.known.element(of: try whole.hostObject, named: text)
    }
}

/// A call of something that the host knows.
final class HostCallNode: Node {
    private let method: HostMethod
    private let receiver: any Node
    private let arguments: [any Node]

    init(_ method: HostMethod, on receiver: any Node, _ arguments: [any Node]) {
        self.method = method
        self.receiver = receiver
        self.arguments = arguments
    }

    func value(_ run: inout Run) throws(EvaluationError) -> Value {
        try run.step()
        let whole = try receiver.value(&run)
        try run.step(whole.weight)
        var values: [Value] = []
        values.reserveCapacity(arguments.count)
        for (argument, parameter) in zip(arguments, method.parameters) {
            let value = try argument.value(&run)
            try value.walk(&run)
            guard parameter.takes(value) else { throw method.refusal(of: value) }
            values.append(value)
        }
        return try run.known.call(method.number, on: whole, values, &run)
    }
}

extension HostObject {
    /// The part of an object whose fields begin at a place.
    func part(_ type: HostType, at place: Int) -> HostObject {
        HostObject(
            number: type.number,
            index: Int(index),
            part: Int(part),
            base: Int(base) + place
        )
    }
}

extension Value {
    /// The object that a value is.
    package var hostObject: HostObject {
        get throws(EvaluationError) {
            guard case .object(let object) = self else {
                throw EvaluationError("a \(typeName) is no object of the gateway's")
            }
            return object
        }
    }

    /// Whether a field with this value is there: what is not known is empty, and a price nobody
    /// knows has no end.
    var holdsSomething: Bool {
        switch self {
        case .null: false
        case .int(let value): value != 0
        case .uint(let value): value != 0
        case .double(let value): value.isFinite
        case .string(let text): !text.isEmpty
        case .bytes(let bytes): !bytes.isEmpty
        case .list(let elements): !elements.isEmpty
        case .map(let map): map.count > 0
        case .bool, .type, .timestamp, .duration, .object: true
        }
    }
}

extension HostMethod.Parameter {
    /// Whether a value is one of those that it takes, as far as the top of it shows.
    fileprivate func takes(_ value: Value) -> Bool {
        let type = StaticType.of(value)
        guard types.contains(where: { type.matches($0) }) else { return false }
        guard case .string(let text) = value else { return true }
        return takes(text)
    }
}

extension HostMethod {
    fileprivate func refusal(of value: Value) -> EvaluationError {
        guard case .string(let text) = value else { return .noOverload(name, value) }
        return EvaluationError("`\(name)` takes no '\(text)'")
    }
}

extension Run {
    /// What the names of the environment's root are fields of.
    static let root = HostObject(number: 0, index: 0, part: 0, base: 0)

    /// A field of an object.
    ///
    /// It changes nothing: a method that only looked would be given a copy of the run.
    @inline(__always)
    mutating func read(_ object: HostObject, at place: Int) -> Value {
        if object.type == table.type, place < table.width, Int(object.index) < table.rowCount {
            return table.values[Int(object.index) * table.width + place]
        }
        return known.value(of: object, at: Int(object.base) + place)
    }
}
