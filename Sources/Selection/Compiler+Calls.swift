/// Calls: functions of the language, and what the host's objects can do.
extension Compiler {
    mutating func call(
        _ name: String,
        _ receiver: Syntax?,
        _ arguments: [Syntax],
        _ offset: Int
    ) throws(SourceError) -> Compiled {
        var compiled: [Compiled] = []
        let all = (receiver.map { [$0] } ?? []) + arguments
        for argument in all { compiled.append(try compile(argument)) }
        if receiver != nil, let methods = compiled[0].type.methods {
            let call = try hostCall(name, methods, compiled, all, offset)
            if let call { return call }
        }
        var function: Function?
        var type: StaticType?
        if let accessor = TimeAccessor(rawValue: name), receiver != nil {
            type = accessor.result(compiled.map(\.type))
            function = .time(accessor, try zone(all, offset))
        } else if let conversion = Conversion(rawValue: name), receiver == nil, all.count == 1 {
            type = conversion.result(compiled[0].type)
            function = .convert(conversion)
        } else if name == "size", all.count == 1 {
            type = Compiler.hasSize(compiled[0].type) ? .int : nil
            function = .size
        } else if all.count == 2, receiver != nil || name == "matches" {
            let areTexts = compiled.allSatisfy { $0.type.matches(.string) }
            type = areTexts ? .bool : nil
            function = try textFunction(name, all)
        }
        guard let function else {
            let methods = receiver == nil ? [] : compiled[0].type.methods ?? []
            return try fault(unknownFunction(name, methods, arguments.count), at: offset)
        }
        let node = CallNode(function, compiled.map(\.node), in: environment)
        guard let type else {
            guard environment.isChecked else { return (node, .any) }
            let types = compiled.map(\.type.description).joined(separator: ", ")
            return try fault("`\(name)` takes no (\(types))", at: offset)
        }
        return (node, type)
    }

    private func textFunction(_ name: String, _ all: [Syntax]) throws(SourceError) -> Function? {
        switch name {
        case "contains": return .contains
        case "startsWith": return .startsWith
        case "endsWith": return .endsWith
        case "matches":
            guard case .literal(.string(let text), let offset) = all[1] else {
                return .matches(nil)
            }
            do throws(EvaluationError) {
                return .matches(try Pattern(text))
            } catch {
                guard environment.isChecked else { return .matches(nil) }
                throw SourceError(error.message, at: offset, in: source)
            }
        default: return nil
        }
    }

    /// The zone that an accessor names, where it is written down.
    private func zone(_ all: [Syntax], _ offset: Int) throws(SourceError) -> TimeZone? {
        guard all.count == 2, case .literal(.string(let text), let place) = all[1] else {
            return nil
        }
        if let zone = environment.timeZone(text) { return zone }
        guard environment.isChecked else { return nil }
        throw SourceError("there is no time zone `\(text)`", at: place, in: source)
    }

    private static func hasSize(_ type: StaticType) -> Bool {
        switch type {
        case .any, .string, .bytes, .list, .map: true
        default: false
        }
    }
}

extension TimeAccessor {
    /// The type of the number; nil when nothing of these types has one.
    fileprivate func result(_ types: [StaticType]) -> StaticType? {
        switch types.count {
        case 1:
            types[0].matches(.timestamp) || isForDurations && types[0].matches(.duration)
                ? .int : nil
        case 2: types[0].matches(.timestamp) && types[1].matches(.string) ? .int : nil
        default: nil
        }
    }
}
