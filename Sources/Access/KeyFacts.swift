package import Model

/// What a key table keeps of a key, id and name apart.
package struct KeyFacts: Sendable {
    /// Where its record is found.
    package var handle: TokenHandle
    /// What is kept of its token.
    package var hash: TokenHash
    /// The account it belongs to.
    package var accountID: AccountID
    /// The one gateway it works on.
    package var gatewayID: GatewayID?
    /// The policy that it is under.
    package var configurationID: ConfigurationID?
    /// The first second in which it is refused; nil: none.
    package var usableUntil: Int64?
    /// Whether it is refused for now.
    package var isDisabled: Bool
    /// What it may cost; nil: there is no limit of its own.
    package var budget: Budget?

    /// Facts with all their fields.
    package init(
        handle: TokenHandle,
        hash: TokenHash,
        accountID: AccountID,
        gatewayID: GatewayID?,
        configurationID: ConfigurationID?,
        usableUntil: Int64?,
        isDisabled: Bool,
        budget: Budget? = nil
    ) {
        self.handle = handle
        self.hash = hash
        self.accountID = accountID
        self.gatewayID = gatewayID
        self.configurationID = configurationID
        self.usableUntil = usableUntil
        self.isDisabled = isDisabled
        self.budget = budget
    }

    /// Those of a record.
    package init(_ record: AccessKeyRecord) {
        self.init(
            handle: record.handle,
            hash: record.hash,
            accountID: record.accountID,
            gatewayID: record.gatewayID,
            configurationID: record.configurationID,
            usableUntil: record.expiresAt?.unixSecond,
            isDisabled: record.isDisabled,
            budget: record.budget
        )
    }
}
