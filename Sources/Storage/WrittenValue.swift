import JSON
import Model

/// A value of a JSON text that a person wrote, with the way to it: what is wrong with it is said as
/// `router.rules[0].steps: ...`.
struct WrittenValue {
    let value: JSONValue
    /// The way from the text's root; empty for the root itself.
    let path: String

    init(_ value: JSONValue, at path: String = "") {
        self.value = value
        self.path = path
    }

    /// An error about it.
    func error(_ reason: String) -> MemberError {
        MemberError(path.isEmpty ? reason : "\(path): \(reason)")
    }

    /// Whether it is `null`.
    var isNull: Bool { value.isNull }

    /// The member of that name; nil when it is missing.
    subscript(_ name: String) -> WrittenValue? {
        value[name].map { WrittenValue($0, at: path.isEmpty ? name : "\(path).\(name)") }
    }

    /// Refuses what is no object, and members of other names.
    func requireObject(of names: [String]) throws(MemberError) {
        guard value.kind == .object else { throw error("not an object") }
        for (name, _) in value.members where !names.contains(name) {
            let near = NearestNames.nearest(to: name, among: names, limit: 1)
            let remedy =
                near.first.map { "did you mean \"\($0)\"?" }
                ?? "there are \(names.map { "\"\($0)\"" }.joined(separator: ", "))"
            throw error("unknown member \"\(name)\"; \(remedy)")
        }
    }

    /// The member of that name, which must be there.
    func required(_ name: String) throws(MemberError) -> WrittenValue {
        guard let member = self[name] else { throw error("\"\(name)\" is missing") }
        return member
    }

    /// A list of at least and at most so many elements.
    func elements(_ count: ClosedRange<Int>) throws(MemberError) -> [WrittenValue] {
        guard value.kind == .array else { throw error("not a list") }
        let elements = value.elements
        guard elements.count >= count.lowerBound else { throw error("empty") }
        guard elements.count <= count.upperBound else {
            throw error("more than \(count.upperBound) entries")
        }
        return elements.enumerated().map { WrittenValue($1, at: "\(path)[\($0)]") }
    }

    /// Text of so many characters at most.
    func text(atMost limit: Int) throws(MemberError) -> String {
        guard let text = value.string else { throw error("not text") }
        guard text.unicodeScalars.count <= limit else {
            throw error("more than \(limit) characters")
        }
        return text
    }
}
