internal import Model

/// Turns what was read into a program: finds what names mean and checks types.
struct Compiler {
    /// A part of the program and its type.
    typealias Compiled = (node: any Node, type: StaticType)

    let environment: Environment
    let source: [Unicode.Scalar]
    /// The variables that are used, in the order in which the program has them.
    private(set) var names: [String] = []
    private(set) var slotCount = 0
    /// The fields of the root that are used, `a` or `a.b`.
    private(set) var paths: Set<String> = []
    /// The names of the loops around, the innermost last.
    private var locals: [(name: String, slot: Int, type: StaticType)] = []

    init(_ environment: Environment, source: [Unicode.Scalar]) {
        self.environment = environment
        self.source = source
    }

    mutating func compile(_ syntax: Syntax) throws(SourceError) -> Compiled {
        switch syntax {
        case .literal(let value, _): return (Constant(value), .of(value))
        case .name, .select(_, _, false, _): return try reference(syntax)
        case .select(let operand, let field, true, let offset):
            let operand = try compile(operand)
            return try self.field(operand, field, isTest: true, offset)
        case .index(let operand, let index, let offset):
            return try element(try compile(operand), try compile(index), offset)
        case .call(let name, let receiver, let arguments, let offset):
            return try call(name, receiver, arguments, offset)
        case .list(let elements, _):
            return try list(elements)
        case .map(let entries, _):
            return try map(entries)
        case .not(let operand, _):
            return (Not(try condition(operand)), .bool)
        case .negate(let operand, let offset):
            return try negation(try compile(operand), offset)
        case .and(let left, let right, _):
            let left = try condition(left)
            return (Junction(left, try condition(right), decisive: false), .bool)
        case .or(let left, let right, _):
            let left = try condition(left)
            return (Junction(left, try condition(right), decisive: true), .bool)
        case .conditional(let condition, let yes, let no, _):
            let condition = try self.condition(condition)
            let yes = try compile(yes)
            let no = try compile(no)
            return (Choice(condition, yes.node, no.node), yes.type.joined(with: no.type))
        case .binary(let kind, let left, let right, let offset):
            return try binary(kind, try compile(left), try compile(right), offset)
        case .loop(let loop, let range, let offset):
            return try self.loop(loop, try compile(range), offset)
        }
    }

    // MARK: Faults

    /// What may have been meant in place of a name that nothing has.
    func hint(for name: String, among names: some Sequence<String>) -> String {
        let nearest =
            NearestNames.nearest(to: name, among: names, limit: 1).first
            ?? names.filter { name.count > 2 && $0.hasPrefix(name) }.min()
        return nearest.map { "; did you mean `\($0)`?" } ?? ""
    }

    private var namesInScope: [String] {
        locals.map(\.name) + environment.variables.keys
            + (environment.root?.fields.keys.map { $0 } ?? [])
    }

    /// What stands for a fault: an error now, or one when it is met.
    func fault(_ message: String, at offset: Int) throws(SourceError) -> Compiled {
        if environment.isChecked { throw SourceError(message, at: offset, in: source) }
        return (Fault(message), .any)
    }

    private mutating func condition(_ syntax: Syntax) throws(SourceError) -> any Node {
        let compiled = try compile(syntax)
        if environment.isChecked, !compiled.type.matches(.bool) {
            let words = "a condition is a \(compiled.type), not true or false"
            throw SourceError(words, at: syntax.offset, in: source)
        }
        return compiled.node
    }

    // MARK: Names

    /// `a.b.c`, of which the longest beginning that names a variable is one.
    private mutating func reference(_ syntax: Syntax) throws(SourceError) -> Compiled {
        guard let path = path(of: syntax) else {
            guard case .select(let operand, let name, false, let offset) = syntax else {
                preconditionFailure("a reference that is neither a name nor a field")
            }
            return try field(try compile(operand), name, isTest: false, offset)
        }
        var base: Compiled
        var used = 1
        let local = locals.last { $0.name == path.names[0] }
        if let local, !path.isGlobal {
            base = (Local(local.slot), local.type)
        } else if let count = (1...path.names.count).last(where: {
            environment.variables[path.names[..<$0].joined(separator: ".")] != nil
        }) {
            used = count
            base = variable(path.names[..<count].joined(separator: "."))
        } else if let root = environment.root, root.fields[path.names[0]] != nil {
            paths.insert(path.names.prefix(2).joined(separator: "."))
            base = try hostField(
                (RootNode(), .object(root)),
                root,
                path.names[0],
                isTest: false,
                path.offsets[0]
            )
        } else if let count = (1...path.names.count).last(where: {
            Value.typeNames.contains(path.names[..<$0].joined(separator: "."))
        }) {
            used = count
            base = (Constant(.type(path.names[..<count].joined(separator: "."))), .type)
        } else {
            let hint = hint(for: path.names[0], among: namesInScope)
            return try fault("`\(path.names[0])` is not known here\(hint)", at: path.offsets[0])
        }
        for place in used..<path.names.count {
            base = try field(base, path.names[place], isTest: false, path.offsets[place])
        }
        return base
    }

    private mutating func variable(_ name: String) -> Compiled {
        let type = environment.variables[name] ?? .any
        let place = names.firstIndex(of: name) ?? names.count
        if place == names.count { names.append(name) }
        return (Variable(place), type)
    }

    private typealias Path = (names: [String], offsets: [Int], isGlobal: Bool)

    private func path(of syntax: Syntax) -> Path? {
        switch syntax {
        case .name(let name, let isGlobal, let offset): return ([name], [offset], isGlobal)
        case .select(let operand, let field, false, let offset):
            guard var path = path(of: operand) else { return nil }
            path.names.append(field)
            path.offsets.append(offset)
            return path
        default: return nil
        }
    }

    // MARK: Parts

    private func field(
        _ operand: Compiled,
        _ name: String,
        isTest: Bool,
        _ offset: Int
    ) throws(SourceError) -> Compiled {
        let type: StaticType
        switch operand.type {
        case .any: type = .any
        case .map(let key, let value) where key.matches(.string): type = value
        case .object(let object):
            return try hostField(operand, object, name, isTest: isTest, offset)
        default: return try fault("a \(operand.type) has no field `\(name)`", at: offset)
        }
        let node = Field(operand.node, name, isTest: isTest, types: environment.types)
        return (node, isTest ? .bool : type)
    }

    private func element(
        _ operand: Compiled,
        _ index: Compiled,
        _ offset: Int
    ) throws(SourceError) -> Compiled {
        let node = Element(operand.node, index.node, types: environment.types)
        switch operand.type {
        case .any: return (node, .any)
        case .list(let element) where index.type == .any || index.type.isNumber:
            return (node, element)
        case .object(let object) where object.element != nil && index.type.matches(.string):
            let node = HostElementNode(of: operand.node, named: index.node)
            return (node, object.element ?? .any)
        case .map(let key, let value)
        where key.matches(index.type) || key.isNumber && index.type.isNumber:
            return (node, value)
        default: return try fault("a \(operand.type) has no [\(index.type)]", at: offset)
        }
    }

    private mutating func list(_ elements: [Syntax]) throws(SourceError) -> Compiled {
        var nodes: [any Node] = []
        var type: StaticType?
        for element in elements {
            let compiled = try compile(element)
            nodes.append(compiled.node)
            type = type?.joined(with: compiled.type) ?? compiled.type
        }
        return (ListMaker(nodes), .list(type ?? .any))
    }

    private mutating func map(
        _ entries: [(key: Syntax, value: Syntax)]
    ) throws(SourceError) -> Compiled {
        var nodes: [(key: any Node, value: any Node)] = []
        var keyType: StaticType?
        var valueType: StaticType?
        for entry in entries {
            let key = try compile(entry.key)
            let value = try compile(entry.value)
            nodes.append((key.node, value.node))
            keyType = keyType?.joined(with: key.type) ?? key.type
            valueType = valueType?.joined(with: value.type) ?? value.type
        }
        return (MapMaker(nodes), .map(keyType?.asKey ?? .any, valueType ?? .any))
    }

    private func negation(_ operand: Compiled, _ offset: Int) throws(SourceError) -> Compiled {
        guard [.any, .int, .double].contains(operand.type) else {
            return try fault("`-` takes no \(operand.type)", at: offset)
        }
        return (Negation(operand.node), operand.type)
    }

    private func binary(
        _ kind: BinaryOperator,
        _ left: Compiled,
        _ right: Compiled,
        _ offset: Int
    ) throws(SourceError) -> Compiled {
        guard let type = kind.result(left.type, right.type) else {
            let types = "\(left.type) and \(right.type)"
            guard environment.isChecked else {
                return (Binary(kind, left.node, right.node), .any)
            }
            return try fault("`\(kind.rawValue)` takes no \(types)", at: offset)
        }
        if let constant = right.node as? Constant, let relation = Relation(kind) {
            return (Comparison(relation, left.node, with: constant.constant), type)
        }
        return (Binary(kind, left.node, right.node), type)
    }

    // MARK: Loops

    private mutating func loop(
        _ loop: Loop,
        _ range: Compiled,
        _ offset: Int
    ) throws(SourceError) -> Compiled {
        let types: [StaticType]
        switch range.type {
        case .any: types = [.any, .any]
        case .list(let element):
            types = loop.names.count == 1 ? [element] : [.int, element]
        case .map(let key, let value): types = [key, value]
        default:
            return try fault("a \(range.type) has no elements to walk through", at: offset)
        }
        var slots: [Int] = []
        for (name, type) in zip(loop.names, types) {
            slots.append(slotCount)
            locals.append((name, slotCount, type))
            slotCount += 1
        }
        let condition = try loop.condition.map { syntax throws(SourceError) in
            try self.condition(syntax)
        }
        let result = try loop.result.map { syntax throws(SourceError) in try compile(syntax) }
        locals.removeLast(slots.count)
        let node = LoopNode(
            loop.kind,
            over: range.node,
            condition: condition,
            result: result?.node,
            slots: slots
        )
        switch loop.kind {
        case .all, .exists, .existsOne: return (node, .bool)
        case .filter, .sortBy: return (node, .list(types[0]))
        case .map, .transformList: return (node, .list(result?.type ?? .any))
        case .transformMap: return (node, .map(types[0], result?.type ?? .any))
        }
    }
}
