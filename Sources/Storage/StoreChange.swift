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
    /// The lines before were rewritten without the dead ones.
    case compaction

    /// Whether a record goes.
    var isDeletion: Bool {
        switch self {
        case .accessKeyDeleted, .providerKeyDeleted, .configurationDeleted, .managementKeyDeleted:
            true
        case .accessKey, .providerKey, .configuration, .managementKey, .account,
            .accountSettings, .compaction:
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
