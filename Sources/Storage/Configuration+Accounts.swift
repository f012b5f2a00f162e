package import Access
package import Model

extension Configuration {
    /// The accounts that exist without a record: the default one, and those that gateways name.
    package var namedAccounts: Set<AccountID> {
        Set(gateways.flatMap(\.accounts)).union([.standard])
    }

    /// Whether an account exists.
    package func hasAccount(_ id: AccountID, _ accounts: StoredAccounts) -> Bool {
        accounts.records[id] != nil || namedAccounts.contains(id)
    }

    /// All accounts, the newest first, those without a record last.
    package func allAccounts(_ accounts: StoredAccounts) -> [AccountRecord] {
        namedAccounts.union(accounts.records.keys).map { accounts[$0] }
            .sorted { ($1.createdAt, $1.id) < ($0.createdAt, $0.id) }
    }

    /// The limits that accounts tighten, as they are in force: `acme at ep_main: total_timeout 30s`.
    package func tightenedLimits(_ accounts: StoredAccounts) -> [String] {
        gateways.flatMap { gateway in
            gateway.accounts.flatMap { account in
                gateway.limits(under: accounts.settings[account])
                    .filter(\.isOfAccount)
                    .map { "\(account) at \(gateway.id): \($0.name) \($0.value ?? "none")" }
            }
        }
    }

    /// What is worth a second look: accounts that only one of file and store knows, and keys of
    /// theirs that nobody takes.
    package func accountWarnings(_ accounts: StoredAccounts) -> [String] {
        let named = Set(gateways.flatMap(\.accounts))
        let unrecorded = named.subtracting([.standard])
            .filter { accounts.records[$0] == nil }
            .sorted()
            .map { id in
                "\(path) names the account \(id), of which the store has no record; "
                    + "`lockkeeper accounts create \(id)` makes one"
            }
        let unnamed = accounts.records.keys.filter { !named.contains($0) && $0 != .standard }
            .sorted()
            .map { id in
                "no gateway of \(path) accepts keys of the account \(id); add it to 'accounts' of "
                    + "the gateways that shall"
            }
        return unrecorded + unnamed
    }
}
