import Access
import Model
import Routing
import Storage

/// The provider keys of all accounts, opened as far as the master key opens them.
///
/// One that it does not open is kept without its secret: whoever would use it is told so, and all
/// other traffic goes on.
struct OpenedKeys {
    /// All of them, the oldest first: a key's place is its row.
    private(set) var ids: [ProviderKeyID] = []
    /// What can't be opened, for the operator.
    private(set) var problems: [String] = []
    private var byAccount: [AccountID: [OwnKey]] = [:]

    /// None.
    init() {}

    /// Opens what can be opened.
    ///
    /// - Parameter master: nil where there is no master key, with the reason.
    init(
        _ records: some Collection<ProviderKeyRecord>,
        with master: Result<MasterKey, StorageError>
    ) {
        let sorted = records.sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
        ids = sorted.map(\.id)
        if case .failure(let error) = master, !sorted.isEmpty {
            let count = sorted.count
            problems.append("no provider key can be opened, of \(count): \(error)")
        }
        for (row, record) in sorted.enumerated() {
            let key = OwnKey(
                id: record.id,
                provider: record.providerID,
                secret: open(record, with: master),
                row: UInt32(row)
            )
            byAccount[record.accountID, default: []].append(key)
        }
    }

    /// Those of one account.
    func keys(of account: AccountID) -> [OwnKey] { byAccount[account] ?? [] }

    /// All of them.
    var all: [OwnKey] { byAccount.values.flatMap(\.self) }

    private mutating func open(
        _ record: ProviderKeyRecord,
        with master: Result<MasterKey, StorageError>
    ) -> Secret? {
        guard case .success(let key) = master else { return nil }
        do throws(MasterKey.OpeningError) {
            return try key.open(record.sealedValue, of: SealedRecord(record))
        } catch {
            problems.append(
                "the provider key \(record.id) of \(record.accountID) can't be opened: \(error); use "
                    + "the master key that sealed it, or delete the key"
            )
            return nil
        }
    }
}
