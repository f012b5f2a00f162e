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
}
