/// Why a command did not do what it was asked for: one line, and exit code 1.
struct Refused: Error, CustomStringConvertible {
    /// What is wrong, where, and what to do.
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
