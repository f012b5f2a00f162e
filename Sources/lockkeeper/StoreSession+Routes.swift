import Access
import Model
import Routing
import Storage

extension StoreSession {
    /// What an account may use at a gateway, as a worker would have it; the keys stay sealed.
    ///
    /// - Parameter isChosenFrom: whether an expression will look at its models; by default where
    ///   the gateway has some.
    func routes(
        of account: AccountID,
        at gateway: GatewayConfiguration,
        isChosenFrom: Bool? = nil
    ) throws -> RouteTable {
        configuration.routes(
            of: account,
            at: gateway,
            store.contents,
            try configuration.loadCatalog(),
            isChosenFrom: isChosenFrom ?? !gateway.choice.isEmpty
        )
    }
}
