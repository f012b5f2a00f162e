import JSON

/// Looks in a request for what the real provider would refuse: whoever translates requests shall not
/// get away with what only a simulator takes.
enum StrictCheck {
    /// Throws what is wrong with a request, in the provider's words.
    static func check(_ root: JSONValue, for route: Route, _ cue: Cue) throws(QuestionError) {
        switch route {
        case .chat: try ChatCheck.check(root)
        case .messages: try MessagesCheck.check(root, isCount: false)
        case .countTokens: try MessagesCheck.check(root, isCount: true)
        case .responses: try ResponsesCheck.check(root)
        case .gemini(_, .countTokens): break
        case .gemini: try GeminiCheck.check(root, demandsSignatures: cue.thoughts != nil)
        default: break
        }
    }
}

extension JSONValue {
    /// The names of members that are not among these.
    func unknownMembers(_ known: Set<String>) -> [String] {
        members.map(\.name).filter { !known.contains($0) }
    }

    /// The member of a name of Google's, which may be written in either of two ways: `mimeType` and
    /// `mime_type`.
    subscript(either name: String) -> JSONValue? {
        self[name] ?? members.first { $0.name.camelCased == name }?.value
    }

    /// Whether a string is JSON of an object.
    var spellsObject: Bool {
        guard let string else { return false }
        do throws(JSONParseError) {
            return try JSONDocument.parse(Array(string.utf8).span).root.kind == .object
        } catch {
            return false
        }
    }

    /// A number that is no integer in the text is one here as well.
    var number: Double? { integer.map(Double.init) ?? double }
}

extension String {
    /// Whether it has these lengths and letters, digits, and the marks alone.
    func isName(_ lengths: ClosedRange<Int>, marks: String = "_-") -> Bool {
        lengths.contains(utf8.count)
            && allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) || marks.contains($0) }
    }

    /// The name as Google's APIs write it first: `topP` for `top_p`.
    var camelCased: String {
        guard contains("_") else { return self }
        let words = split(separator: "_")
        return words.prefix(1).joined() + words.dropFirst().map(\.capitalized).joined()
    }

    /// Whether nothing can be read in it.
    var isBlank: Bool { allSatisfy(\.isWhitespace) }
}

extension Substring {
    fileprivate var capitalized: String { prefix(1).uppercased() + dropFirst() }
}
