package import Model

/// Everything that is kept about an access key; not its token.
package struct AccessKeyRecord: Equatable, Sendable {
    /// Its id.
    package let id: AccessKeyID
    /// The account it belongs to.
    package let accountID: AccountID
    /// What people call it.
    package var name: String
    /// What people say about it.
    package var description: String
    /// What programs say about it.
    package var metadata: Metadata
    /// The one gateway it works on; nil: every gateway of the account.
    package var gatewayID: GatewayID?
    /// The policy that it is under; nil: everything is allowed.
    package var configurationID: ConfigurationID?
    /// The public part of its token.
    package let handle: TokenHandle
    /// What is kept of its token.
    package let hash: TokenHash
    /// The redacted form of its token.
    package let keyRedacted: String
    /// When it was made.
    package let createdAt: Timestamp
    /// When it was last changed.
    package var updatedAt: Timestamp
    /// Who made it.
    package let createdBy: String
    /// Who last changed it.
    package var lastUpdatedBy: String
    /// The moment from which on it is refused; nil: never.
    package var expiresAt: Timestamp?
    /// Whether it is refused for now.
    package var isDisabled: Bool
    /// What it may cost; nil: there is no limit of its own.
    package var budget: Budget?

    /// A record with all its fields.
    package init(
        id: AccessKeyID,
        accountID: AccountID,
        name: String = "",
        description: String = "",
        metadata: Metadata = .empty,
        gatewayID: GatewayID? = nil,
        configurationID: ConfigurationID? = nil,
        handle: TokenHandle,
        hash: TokenHash,
        keyRedacted: String,
        createdAt: Timestamp,
        updatedAt: Timestamp,
        createdBy: String,
        lastUpdatedBy: String,
        expiresAt: Timestamp? = nil,
        isDisabled: Bool = false,
        budget: Budget? = nil
    ) {
        self.id = id
        self.accountID = accountID
        self.name = name
        self.description = description
        self.metadata = metadata
        self.gatewayID = gatewayID
        self.configurationID = configurationID
        self.handle = handle
        self.hash = hash
        self.keyRedacted = keyRedacted
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.createdBy = createdBy
        self.lastUpdatedBy = lastUpdatedBy
        self.expiresAt = expiresAt
        self.isDisabled = isDisabled
        self.budget = budget
    }

    /// The record of a token that was just made.
    package init(
        of token: AccessToken,
        id: AccessKeyID,
        accountID: AccountID,
        createdAt: Timestamp,
        createdBy: String
    ) {
        self.init(
            id: id,
            accountID: accountID,
            handle: token.handle,
            hash: token.hash,
            keyRedacted: token.text.redacted,
            createdAt: createdAt,
            updatedAt: createdAt,
            createdBy: createdBy,
            lastUpdatedBy: createdBy
        )
    }
}
