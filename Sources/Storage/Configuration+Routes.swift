package import Access
package import Model
package import Routing

extension Configuration {
    /// What an account may use at a gateway, as a worker has it; the account's keys stay sealed.
    ///
    /// - Parameters:
    ///   - contents: the records of the account, but for its access keys.
    ///   - isChosenFrom: whether an expression will look at its models.
    package func routes(
        of account: AccountID,
        at gateway: GatewayConfiguration,
        _ contents: StoreContents,
        _ catalog: Catalog,
        isChosenFrom: Bool = false
    ) -> RouteTable {
        let custom = contents.customProviders
        return RouteTable(
            providers: gateway.providers(of: account, custom, upstreams),
            catalog: catalog,
            virtualModels: virtualModels(of: account, custom),
            ownKeys: contents.providerKeys(of: account).map { record in
                OwnKey(
                    id: record.id,
                    provider: record.providerID,
                    secret: Secret(record.keyRedacted)
                )
            },
            rules: gateway.rules,
            isChosenFrom: isChosenFrom
        )
    }
}

extension StoreContents {
    /// An account's own provider keys, the oldest first.
    package func providerKeys(of account: AccountID) -> [ProviderKeyRecord] {
        providerKeys.values
            .filter { $0.accountID == account }
            .sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
    }
}
