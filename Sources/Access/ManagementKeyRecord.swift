package import Model

/// Everything that is kept about a management key; not its token.
package struct ManagementKeyRecord: Equatable, Sendable {
    /// Its id.
    package let id: ManagementKeyID
    /// What it may do.
    package let scope: ManagementScope
    /// What people call it.
    package var name: String
    /// What people say about it.
    package var description: String
    /// What programs say about it.
    package var metadata: Metadata
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

    /// A record with all its fields.
    package init(
        id: ManagementKeyID,
        scope: ManagementScope,
        name: String = "",
        description: String = "",
        metadata: Metadata = .empty,
        handle: TokenHandle,
        hash: TokenHash,
        keyRedacted: String,
        createdAt: Timestamp,
        updatedAt: Timestamp,
        createdBy: String,
        lastUpdatedBy: String,
        expiresAt: Timestamp? = nil,
        isDisabled: Bool = false
    ) {
        self.id = id
        self.scope = scope
        self.name = name
        self.description = description
        self.metadata = metadata
        self.handle = handle
        self.hash = hash
        self.keyRedacted = keyRedacted
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.createdBy = createdBy
        self.lastUpdatedBy = lastUpdatedBy
        self.expiresAt = expiresAt
        self.isDisabled = isDisabled
    }

    /// The record of a token that was just made.
    package init(
        of token: AccessToken,
        id: ManagementKeyID,
        scope: ManagementScope,
        createdAt: Timestamp,
        createdBy: String
    ) {
        self.init(
            id: id,
            scope: scope,
            handle: token.handle,
            hash: token.hash,
            keyRedacted: token.text.redacted,
            createdAt: createdAt,
            updatedAt: createdAt,
            createdBy: createdBy,
            lastUpdatedBy: createdBy
        )
    }

    /// Its word for what it may do.
    package var role: ManagementScope.Role { scope.role }

    /// The account that it is about; nil for all.
    package var accountID: AccountID? { scope.accountID }

    /// Whether it opens anything at a moment.
    package func isUsable(at now: Timestamp) -> Bool {
        guard !isDisabled else { return false }
        return expiresAt.map { now < $0 } ?? true
    }
}
