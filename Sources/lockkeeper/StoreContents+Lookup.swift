import Access
import Model
import Storage

extension StoreContents {
    /// The access key of that id, which must exist.
    func accessKey(_ id: String) throws(StorageError) -> AccessKeyRecord {
        guard let record = accessKeys[AccessKeyID(id)] else {
            throw StorageError(
                "there is no access key \"\(id)\"",
                at: "",
                remedy: "`lockkeeper keys list` shows them"
            )
        }
        return record
    }

    /// The provider key of that id, which must exist.
    func providerKey(_ id: String) throws(StorageError) -> ProviderKeyRecord {
        guard let record = providerKeys[ProviderKeyID(id)] else {
            throw StorageError(
                "there is no provider key \"\(id)\"",
                at: "",
                remedy: "`lockkeeper provider-keys list` shows them"
            )
        }
        return record
    }

    /// The management key of that id, which must exist.
    func managementKey(_ id: String) throws(StorageError) -> ManagementKeyRecord {
        guard let record = managementKeys.records[ManagementKeyID(id)] else {
            throw StorageError(
                "there is no management key \"\(id)\"",
                at: "",
                remedy: "`lockkeeper management-keys list` shows them"
            )
        }
        return record
    }

    /// The provider of that id, which must exist.
    func customProvider(_ id: String) throws(StorageError) -> CustomProviderRecord {
        guard let record = customProviders.records[CustomProviderID(id)] else {
            throw StorageError(
                "there is no provider \"\(id)\"",
                at: "",
                remedy: "`lockkeeper providers list` shows them"
            )
        }
        return record
    }

    /// The virtual model of that id, which must exist.
    func virtualModel(_ id: String) throws(StorageError) -> VirtualModelRecord {
        guard let record = customProviders.virtualModels[VirtualModelID(id)] else {
            throw StorageError(
                "there is no virtual model \"\(id)\"",
                at: "",
                remedy: "`lockkeeper virtual-models list` shows them"
            )
        }
        return record
    }

    /// The access key configuration of that id, which must exist.
    func configuration(_ id: String) throws(StorageError) -> KeyConfigurationRecord {
        guard let record = configurations.records[ConfigurationID(id)] else {
            throw missingConfiguration(id)
        }
        return record
    }

    private func missingConfiguration(_ id: String) -> StorageError {
        StorageError(
            "there is no configuration \"\(id)\"",
            at: "",
            remedy: "`lockkeeper configurations list` shows them"
        )
    }

    /// A configuration that keys of an account may be under; that of another account reads as
    /// missing.
    func configuration(
        _ id: String,
        for account: AccountID
    ) throws(StorageError) -> KeyConfigurationRecord {
        let record = try configuration(id)
        guard record.accountID == account else { throw missingConfiguration(id) }
        return record
    }
}
