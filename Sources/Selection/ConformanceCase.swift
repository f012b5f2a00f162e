package import JSON

/// A case of the language's conformance suite: an expression and what it comes to.
package struct ConformanceCase {
    /// What the case is called.
    package let name: String
    /// The expression.
    package let expression: String
    private let bindings: [String: Value]
    private let isChecked: Bool
    /// Nil where an error is wanted.
    private let wanted: Value?

    /// Reads a case; nil when it is malformed.
    package init?(_ json: JSONValue) {
        guard let expression = json["expr"]?.string else { return nil }
        let parts = [json["file"], json["section"], json["name"]].compactMap { $0?.string }
        name = parts.joined(separator: "/")
        self.expression = expression
        isChecked = json["disable_check"]?.bool != true
        var bindings: [String: Value] = [:]
        for (name, json) in json["bindings"]?.members ?? [] {
            guard let value = Value(json: json) else { return nil }
            bindings[name] = value
        }
        self.bindings = bindings
        if json["error"]?.bool == true {
            wanted = nil
        } else {
            guard let value = json["value"].flatMap({ Value(json: $0) }) else { return nil }
            wanted = value
        }
    }

    /// What came out in place of what is wanted; nil when the case passes.
    package func difference(zone: @escaping @Sendable (String) -> TimeZone?) -> String? {
        let environment = Environment(
            variables: bindings.mapValues { _ in .any },
            isChecked: isChecked,
            zone: zone
        )
        let found: Value
        do {
            found = try Program(expression, in: environment).value(bindings)
        } catch {
            return wanted == nil ? nil : (error as? SourceError)?.withCaret ?? "\(error)"
        }
        guard let wanted else { return "\(found.json) in place of an error" }
        return found.isIdentical(to: wanted) ? nil : "\(found.json) in place of \(wanted.json)"
    }
}

extension Value {
    /// The value as JSON text with its types.
    package var json: String {
        var writer = JSONWriter()
        write(to: &writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}
