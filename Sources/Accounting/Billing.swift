package import Model

/// What an attempt is charged by, as far as that was seen when it ended.
package struct AttemptTokens: Equatable, Sendable {
    /// What the provider reported, which may be nothing at all: that is a count like any other.
    package var reported: Usage?
    /// What the gateway counted: the input that was sent, the output as it came.
    package var counted: Usage
    /// Whether content reached the client.
    package var isContentDelivered: Bool
    /// Whether the attempt failed.
    package var isFailed: Bool

    /// What was seen of an attempt.
    package init(
        reported: Usage?,
        counted: Usage,
        isContentDelivered: Bool,
        isFailed: Bool
    ) {
        self.reported = reported
        self.counted = counted
        self.isContentDelivered = isContentDelivered
        self.isFailed = isFailed
    }

    /// The tokens to charge, and whether they are our own count; nil when nothing is charged.
    ///
    /// A report counts, whatever became of the attempt. Without one a failed attempt costs nothing,
    /// unless content was delivered.
    package var billed: (usage: Usage, isEstimated: Bool)? {
        if let reported { return (reported, false) }
        if isFailed, !isContentDelivered { return nil }
        return (counted, true)
    }
}
