/// What is wrong with a record that somebody wrote, or with a change to one.
package struct DraftError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The kind of fault, for whoever answers with a code.
    package enum Reason: Equatable, Sendable {
        /// It is no object, or has a member that there is not.
        case shape
        /// A member that must be there is not.
        case missing
        /// The name: no text, empty or too long.
        case name
        /// The description: no text or too long.
        case description
        /// The metadata: neither text nor an object, or too long.
        case metadata
        /// The value of another member.
        case value
        /// There is one of that name already.
        case exists
    }

    /// The kind of fault.
    package let reason: Reason
    /// `role: "king" is none of admin, account, read`.
    package let description: String

    /// A fault in words.
    package init(_ reason: Reason, _ description: String) {
        self.reason = reason
        self.description = description
    }
}
