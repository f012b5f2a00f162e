package import Model

/// Everything that is kept about an access key configuration.
package struct KeyConfigurationRecord: Equatable, Sendable {
    /// Its id.
    package let id: ConfigurationID
    /// The account it belongs to.
    package let accountID: AccountID
    /// What people call it.
    package var name: String
    /// What people say about it.
    package var description: String
    /// What programs say about it.
    package var metadata: Metadata
    /// What it says.
    package var policy: KeyPolicy
    /// What its keys together may cost; nil: there is no limit of its own.
    package var budget: Budget?
    /// When it was made.
    package let createdAt: Timestamp
    /// When it was last changed.
    package var updatedAt: Timestamp
    /// Who made it.
    package let createdBy: String
    /// Who last changed it.
    package var lastUpdatedBy: String

    /// A record with all its fields.
    package init(
        id: ConfigurationID,
        accountID: AccountID,
        name: String,
        description: String = "",
        metadata: Metadata = .empty,
        policy: KeyPolicy = KeyPolicy(),
        budget: Budget? = nil,
        createdAt: Timestamp,
        updatedAt: Timestamp,
        createdBy: String,
        lastUpdatedBy: String
    ) {
        self.id = id
        self.accountID = accountID
        self.name = name
        self.description = description
        self.metadata = metadata
        self.policy = policy
        self.budget = budget
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.createdBy = createdBy
        self.lastUpdatedBy = lastUpdatedBy
    }
}
