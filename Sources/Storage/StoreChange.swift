package import Access
package import Model

/// What one line of the key store says; the last line about an id wins.
package enum StoreChange: Equatable, Sendable {
    /// An access key is as this.
    case accessKey(AccessKeyRecord)
    /// An access key is no more.
    case accessKeyDeleted(AccessKeyID)
    /// A provider key is as this.
    case providerKey(ProviderKeyRecord)
    /// A provider key is no more.
    case providerKeyDeleted(ProviderKeyID)
    /// An access key configuration is as this.
    case configuration(KeyConfigurationRecord)
    /// An access key configuration is no more.
    case configurationDeleted(ConfigurationID)
    /// A management key is as this.
    case managementKey(ManagementKeyRecord)
    /// A management key is no more.
    case managementKeyDeleted(ManagementKeyID)
    /// An account is as this.
    case account(AccountRecord)
    /// An account's settings are as this.
    case accountSettings(AccountSettings)
    /// A provider of an account is as this.
    case customProvider(CustomProviderRecord)
    /// A provider of an account is no more.
    case customProviderDeleted(CustomProviderID)
    /// A virtual model of an account is as this.
    case virtualModel(VirtualModelRecord)
    /// A virtual model of an account is no more.
    case virtualModelDeleted(VirtualModelID)
    /// The lines before were rewritten without the dead ones.
    case compaction

    /// Whether a record goes.
    var isDeletion: Bool {
        switch self {
        case .accessKeyDeleted, .providerKeyDeleted, .configurationDeleted, .managementKeyDeleted,
            .customProviderDeleted, .virtualModelDeleted:
            true
        case .accessKey, .providerKey, .configuration, .managementKey, .account, .accountSettings,
            .customProvider, .virtualModel, .compaction:
            false
        }
    }
}

/// One line of the key store.
struct StoreLine: Equatable {
    /// Greater than that of every line before, compactions included: what a reload is waited for by.
    var sequence: UInt64
    var change: StoreChange
}
