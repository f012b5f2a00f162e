/// What is wrong with an expression's text, and where.
package struct SourceError: Error, Equatable, Sendable {
    /// What is wrong, in one sentence without its place.
    package let message: String
    /// The line, counted from 1.
    package let line: Int
    /// The column in code points, counted from 1.
    package let column: Int
    /// The text of that line.
    package let text: String

    /// An error at a place of a source, in code points from its start.
    init(_ message: String, at offset: Int, in source: [Unicode.Scalar]) {
        self.message = message
        let place = min(max(0, offset), source.count)
        let start = source[..<place].lastIndex(of: "\n").map { $0 + 1 } ?? 0
        let end = source[place...].firstIndex(of: "\n") ?? source.count
        line = source[..<place].count { $0 == "\n" } + 1
        column = place - start + 1
        var text = String.UnicodeScalarView()
        text.append(contentsOf: source[start..<end])
        self.text = String(text)
    }

    /// The message, then the line with a caret below the place.
    package var withCaret: String {
        "\(message) (line \(line), column \(column))\n    \(text)\n    "
            + String(repeating: " ", count: column - 1) + "^"
    }
}

/// Why an expression has no value.
package struct EvaluationError: Error, Equatable, Sendable {
    /// What went wrong, in one sentence.
    package let message: String

    /// An error said in one sentence.
    package init(_ message: String) {
        self.message = message
    }

    static func noOverload(_ function: String, _ values: Value...) -> EvaluationError {
        let kinds = values.map(\.typeName).joined(separator: ", ")
        return EvaluationError("`\(function)` takes no (\(kinds))")
    }
}
