import JSON

/// Why a request can't be carried over into another dialect.
package struct TranslationError: Error, Equatable, CustomStringConvertible {
    /// The client's member that is at fault.
    package let parameter: String
    /// What is wrong with it.
    package let message: String

    /// What stands for a member where the request as a whole is at fault.
    package static let request = "the request"

    /// A fault of this member.
    package init(_ parameter: String, _ message: String) {
        self.parameter = parameter
        self.message = message
    }

    /// The member and the fault in one line.
    package var description: String { "\(parameter): \(message)" }
}

/// What is asked of the values of a request; the path is made only where it is at fault.
extension JSONCursor {
    /// The text of a string.
    func text(_ path: @autoclosure () -> String) throws(TranslationError) -> String {
        guard kind == .string else { throw TranslationError(path(), "is not a string") }
        guard let text = string else {
            throw TranslationError(
                path(),
                "holds text that is no Unicode, in the string at byte \(range.lowerBound)"
            )
        }
        return text
    }

    /// The text of a member that must be there.
    func text(
        _ name: StaticString,
        _ path: @autoclosure () -> String
    ) throws(TranslationError) -> String {
        guard let member = self[name] else {
            throw TranslationError("\(path()).\(name)", "is missing")
        }
        return try member.text("\(path()).\(name)")
    }

    /// The text of a member that may be there.
    func textIfAny(
        _ name: StaticString,
        _ path: @autoclosure () -> String
    ) throws(TranslationError) -> String? {
        guard let member = self[name] else { return nil }
        return try member.text("\(path()).\(name)")
    }

    /// A count from 0 to 10^12; a fraction is rounded down.
    func count(_ path: @autoclosure () -> String) throws(TranslationError) -> Int {
        if let integer, (0...1_000_000_000_000).contains(integer) { return integer }
        if let double = Double(numeral), (0...1e12).contains(double) { return Int(double) }
        throw TranslationError(path(), "is not a count")
    }

    /// A truth value.
    func truth(_ path: @autoclosure () -> String) throws(TranslationError) -> Bool {
        guard let bool else { throw TranslationError(path(), "is neither true nor false") }
        return bool
    }

    /// Asks for an array.
    func array(_ path: @autoclosure () -> String) throws(TranslationError) -> JSONElements {
        guard kind == .array else { throw TranslationError(path(), "is not an array") }
        return elements
    }

    /// Asks for an object.
    @discardableResult
    func object(_ path: @autoclosure () -> String) throws(TranslationError) -> JSONCursor {
        guard kind == .object else { throw TranslationError(path(), "is not an object") }
        return self
    }

    /// The strings of an array, or the one string that stands for an array of it.
    func texts(_ path: @autoclosure () -> String) throws(TranslationError) -> [String] {
        if kind == .string { return [try text(path())] }
        var texts: [String] = []
        for element in try array(path()) { texts.append(try element.text(path())) }
        return texts
    }
}
