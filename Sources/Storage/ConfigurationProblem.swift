/// One thing that is wrong, or worth saying, in a file that the operator wrote.
package struct ConfigurationProblem: Equatable, Sendable, CustomStringConvertible {
    /// The line, from 1; nil for the file as a whole.
    package let line: Int?
    /// The character in the line, from 1.
    package let column: Int
    /// What is wrong and what to do.
    package let text: String

    /// `12:5: unknown key 'first_bite_timeout'`.
    package var description: String {
        line.map { "\($0):\(column): \(text)" } ?? text
    }
}

/// Everything that is wrong in a file that the operator wrote, in the file's order.
package struct ConfigurationErrors: Error, Equatable, Sendable, CustomStringConvertible {
    /// The file.
    package let path: String
    /// What is wrong with it; at least one thing.
    package let problems: [ConfigurationProblem]

    /// One line a problem, each with the file's name.
    package var description: String {
        problems.map { problem in
            problem.line == nil ? "\(path): \(problem)" : "\(path):\(problem)"
        }.joined(separator: "\n")
    }
}

/// A place in a file that the operator wrote.
struct ConfigurationPlace: Equatable, Sendable {
    /// The line, from 1; nil for a default.
    var line: Int?
    var column = 1

    /// What stands in no file.
    static let none = ConfigurationPlace(line: nil)
}

/// Collects problems, so that all are told at once.
struct ConfigurationReport {
    private(set) var errors: [ConfigurationProblem] = []
    private(set) var warnings: [ConfigurationProblem] = []
    private(set) var missingSecrets: [ConfigurationProblem] = []

    mutating func refuse(_ text: String, at place: ConfigurationPlace) {
        errors.append(
            ConfigurationProblem(line: place.line, column: place.column, text: text)
        )
    }

    mutating func warn(_ text: String, at place: ConfigurationPlace) {
        warnings.append(
            ConfigurationProblem(line: place.line, column: place.column, text: text)
        )
    }

    mutating func leaveOut(_ text: String, at place: ConfigurationPlace) {
        missingSecrets.append(
            ConfigurationProblem(line: place.line, column: place.column, text: text)
        )
    }

    /// The problems in the order of the file, those of the whole file last.
    static func inOrder(_ problems: [ConfigurationProblem]) -> [ConfigurationProblem] {
        problems.enumerated().sorted { left, right in
            (left.element.line ?? .max, left.element.column, left.offset)
                < (right.element.line ?? .max, right.element.column, right.offset)
        }.map(\.element)
    }
}
