package import Model

/// What an account asks of every gateway that serves it: it can only tighten what gateway.yaml says.
package struct AccountSettings: Equatable, Sendable {
    /// Whose they are.
    package let accountID: AccountID
    /// All attempts together until the first content; nil for what the gateway says.
    package var totalTimeout: Duration?
    /// One attempt until its first content; nil for what the gateway says.
    package var perRequestTimeout: Duration?
    /// The most tokens of a request, as estimated; nil for what the gateway says.
    package var maxInputTokens: Int?
    /// The most tokens of an answer; nil for what the gateway says.
    package var maxOutputTokens: Int?
    /// What programs say about them.
    package var metadata: Metadata
    /// When they were made.
    package let createdAt: Timestamp
    /// When they were last changed.
    package var updatedAt: Timestamp
    /// Who made them.
    package let createdBy: String
    /// Who last changed them.
    package var lastUpdatedBy: String

    /// Settings with all their fields.
    package init(
        accountID: AccountID,
        totalTimeout: Duration? = nil,
        perRequestTimeout: Duration? = nil,
        maxInputTokens: Int? = nil,
        maxOutputTokens: Int? = nil,
        metadata: Metadata = .empty,
        createdAt: Timestamp,
        updatedAt: Timestamp,
        createdBy: String,
        lastUpdatedBy: String
    ) {
        self.accountID = accountID
        self.totalTimeout = totalTimeout
        self.perRequestTimeout = perRequestTimeout
        self.maxInputTokens = maxInputTokens
        self.maxOutputTokens = maxOutputTokens
        self.metadata = metadata
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.createdBy = createdBy
        self.lastUpdatedBy = lastUpdatedBy
    }

    /// What stands for those of an account that has set nothing yet.
    package init(of accountID: AccountID, at moment: Timestamp, by author: String) {
        self.init(
            accountID: accountID,
            createdAt: moment,
            updatedAt: moment,
            createdBy: author,
            lastUpdatedBy: author
        )
    }

    /// Whether they tighten anything.
    package var tightens: Bool {
        totalTimeout != nil || perRequestTimeout != nil || maxInputTokens != nil
            || maxOutputTokens != nil
    }
}
