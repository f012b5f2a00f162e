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
    /// What was opened, and of which state of its record.
    private var opened: [ProviderKeyID: (secret: Secret, updatedAt: Timestamp)] = [:]

    /// None.
    init() {}

    /// Opens what can be opened.
    ///
    /// One that another master key seals by now, and that was opened before that, goes on as it
    /// was: `rekey` has begun, and this worker has not been given the new key yet.
    ///
    /// - Parameters:
    ///   - master: the master key, or why there is none.
    ///   - before: what was opened until now.
    init(
        _ records: some Collection<ProviderKeyRecord>,
        with master: Result<MasterKey, StorageError>,
        before: OpenedKeys
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
                secret: open(record, with: master, before),
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
        with master: Result<MasterKey, StorageError>,
        _ before: OpenedKeys
    ) -> Secret? {
        guard case .success(let key) = master else { return nil }
        do throws(MasterKey.OpeningError) {
            let secret = try key.open(record.sealedValue, of: SealedRecord(record))
            opened[record.id] = (secret, record.updatedAt)
            return secret
        } catch {
            if case .otherMasterKey(let id) = error, let known = before.opened[record.id],
                known.updatedAt == record.updatedAt
            {
                opened[record.id] = known
                problems.append(
                    "the provider key \(record.id) is sealed under the master key \(id) by now, and "
                        + "goes on as it was opened before; put that master key in place and reload"
                )
                return known.secret
            }
            problems.append(
                "the provider key \(record.id) of \(record.accountID) can't be opened: \(error); use "
                    + "the master key that sealed it, or delete the key"
            )
            return nil
        }
    }
}
