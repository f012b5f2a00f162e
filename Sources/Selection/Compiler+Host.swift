internal import Model

/// What an expression says of the host's objects.
extension Compiler {
    /// A field of an object, or with `isTest` whether it holds something.
    ///
    /// A way through parts of one object is one access.
    func hostField(
        _ operand: Compiled,
        _ object: HostType,
        _ name: String,
        isTest: Bool,
        _ offset: Int
    ) throws(SourceError) -> Compiled {
        guard let field = object.fields[name] else {
            let hint = hint(for: name, among: object.fields.keys)
            return try fault("\(object.withArticle) has no field `\(name)`\(hint)", at: offset)
        }
        var whole = operand.node
        var place = field.place
        if let part = whole as? HostPartNode {
            whole = part.operand
            place += part.place
        }
        if isTest { return (HostPresenceNode(of: whole, at: place), .bool) }
        if case .object(let type) = field.type {
            return (HostPartNode(of: whole, type, at: place), field.type)
        }
        if whole is RootNode { return (RootFieldNode(at: place), field.type) }
        if let local = whole as? Local {
            return (LocalFieldNode(slot: local.slot, at: place), field.type)
        }
        return (HostFieldNode(of: whole, at: place), field.type)
    }

    /// A call of one of the methods that a receiver has; nil when none of them has that name.
    func hostCall(
        _ name: String,
        _ methods: [HostMethod],
        _ compiled: [Compiled],
        _ syntax: [Syntax],
        _ offset: Int
    ) throws(SourceError) -> Compiled? {
        let named = methods.filter { $0.name == name }
        guard !named.isEmpty else { return nil }
        let arguments = Array(compiled.dropFirst())
        guard let method = named.first(where: { $0.parameters.count == arguments.count }) else {
            let counts = named.map { String($0.parameters.count) }.joined(separator: " or ")
            return try fault(
                "`\(name)` takes \(counts) arguments, not \(arguments.count)",
                at: offset
            )
        }
        for (place, parameter) in method.parameters.enumerated() {
            let argument = arguments[place]
            let syntax = syntax[place + 1]
            guard parameter.types.contains(where: { argument.type.matches($0) }) else {
                let types = parameter.types.map(\.description).joined(separator: " or ")
                return try fault(
                    "`\(name)` takes \(types) here, not \(argument.type)",
                    at: syntax.offset
                )
            }
            guard case .literal(.string(let text), let offset) = syntax, !parameter.takes(text)
            else { continue }
            let hint = hint(for: text, among: parameter.choices)
            return try fault("`\(name)` takes no '\(text)'\(hint)", at: offset)
        }
        let node = HostCallNode(method, on: compiled[0].node, arguments.map(\.node))
        return (node, method.result(on: compiled[0].type))
    }

    /// What is wrong with a call that nothing answers to.
    func unknownFunction(_ name: String, _ methods: [HostMethod], _ count: Int) -> String {
        let functions = ["size", "contains", "startsWith", "endsWith", "matches"]
        let macros = ["all", "exists", "exists_one", "filter", "map", "sortBy"]
        let names = Set(methods.map(\.name) + functions + macros)
        let hint = names.contains(name) ? "" : hint(for: name, among: names.sorted())
        return "there is no function `\(name)` of \(count) arguments\(hint)"
    }
}

extension HostType {
    /// As a sentence says it; what is written as it is in expressions has no article.
    fileprivate var withArticle: String {
        if name.hasPrefix("`") { return name }
        return "aeiou".contains(name.prefix(1)) ? "an \(name)" : "a \(name)"
    }
}

extension StaticType {
    /// What the host has for values of this type; nil when they are none of its objects.
    var methods: [HostMethod]? {
        switch self {
        case .object(let type): type.methods
        case .list(.object(let type)): type.listMethods
        default: nil
        }
    }
}
