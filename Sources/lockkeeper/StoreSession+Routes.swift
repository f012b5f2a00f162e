import Access
import Model
import Routing
import Storage

extension StoreSession {
    /// An account's own provider keys, the oldest first.
    func providerKeys(of account: AccountID) -> [ProviderKeyRecord] {
        store.contents.providerKeys.values
            .filter { $0.accountID == account }
            .sorted { ($0.createdAt, $0.id) < ($1.createdAt, $1.id) }
    }

    /// What an account may use at a gateway, as a worker would have it; the keys stay sealed.
    ///
    /// - Parameter isChosenFrom: whether an expression will look at its models; by default where
    ///   the gateway has some.
    func routes(
        of account: AccountID,
        at gateway: GatewayConfiguration,
        isChosenFrom: Bool? = nil
    ) throws -> RouteTable {
        let custom = store.contents.customProviders
        return RouteTable(
            providers: gateway.providers(of: account, custom, configuration.upstreams),
            catalog: try configuration.loadCatalog(),
            virtualModels: configuration.virtualModels(of: account, custom),
            ownKeys: providerKeys(of: account).map { record in
                OwnKey(
                    id: record.id,
                    provider: record.providerID,
                    secret: Secret(record.keyRedacted)
                )
            },
            rules: gateway.rules,
            isChosenFrom: isChosenFrom ?? !gateway.choice.isEmpty
        )
    }
}
