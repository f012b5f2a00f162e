package import Model

/// Everything that is kept about a provider key; its value only sealed.
package struct ProviderKeyRecord: Equatable, Sendable {
    /// Its id.
    package let id: ProviderKeyID
    /// The account that brought it.
    package let accountID: AccountID
    /// The provider that takes it.
    package let providerID: ProviderID
    /// What people call it.
    package var name: String
    /// What people say about it.
    package var description: String
    /// What programs say about it.
    package var metadata: Metadata
    /// The value under the operator's master key: `v1.<master key id>.<nonce>.<ciphertext>`.
    package var sealedValue: String
    /// The redacted form of the value.
    package var keyRedacted: String
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
        id: ProviderKeyID,
        accountID: AccountID,
        providerID: ProviderID,
        name: String,
        description: String = "",
        metadata: Metadata = .empty,
        sealedValue: String,
        keyRedacted: String,
        createdAt: Timestamp,
        updatedAt: Timestamp,
        createdBy: String,
        lastUpdatedBy: String
    ) {
        self.id = id
        self.accountID = accountID
        self.providerID = providerID
        self.name = name
        self.description = description
        self.metadata = metadata
        self.sealedValue = sealedValue
        self.keyRedacted = keyRedacted
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.createdBy = createdBy
        self.lastUpdatedBy = lastUpdatedBy
    }
}

extension ProviderKeyRecord {
    /// What is wrong with the value of a key, nil when nothing is; the value is not in the words.
    package static func problem(ofValue text: String) -> String? {
        if text.isEmpty { return "the value is empty" }
        if text.utf8.count > Limits.providerKeyValueBytes {
            return "the value has more than \(Limits.providerKeyValueBytes) bytes"
        }
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return "the value holds a space, a control character or a letter beyond ASCII, "
                + "which no provider's key does; copy it again"
        }
        return nil
    }
}
