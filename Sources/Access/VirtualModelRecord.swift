package import Model

/// Everything that is kept about a name that an account gave to an ordered list of models.
package struct VirtualModelRecord: Equatable, Sendable {
    /// Its id.
    package let id: VirtualModelID
    /// The account that it belongs to.
    package let accountID: AccountID
    /// What clients write; unique in its account.
    package var name: String
    /// What people say about it.
    package var description: String
    /// What programs say about it.
    package var metadata: Metadata
    /// The model addresses that are tried, in order.
    package var targets: [String]
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
        id: VirtualModelID,
        accountID: AccountID,
        name: String,
        description: String = "",
        metadata: Metadata = .empty,
        targets: [String],
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
        self.targets = targets
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.createdBy = createdBy
        self.lastUpdatedBy = lastUpdatedBy
    }
}
