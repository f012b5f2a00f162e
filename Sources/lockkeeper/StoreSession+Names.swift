import Access
import Model
import Routing
import Storage

extension StoreSession {
    /// The gateway of that name, which the configuration must have.
    func gateway(_ name: String) throws -> GatewayID {
        let names = configuration.gateways.map(\.id.rawValue)
        guard names.contains(name) else {
            throw Refused(
                "there is no gateway \"\(name)\" in \(configuration.path); "
                    + "it has \(names.joined(separator: ", "))"
            )
        }
        return GatewayID(name)
    }

    /// The provider of that name, which some gateway or the account must have; in its own spelling.
    func provider(_ name: String, for account: AccountID) throws -> ProviderID {
        if let own = store.contents.customProviders.record(name, of: account) {
            return own.providerID
        }
        for gateway in configuration.gateways {
            if let place = gateway.providers.index(of: name) { return gateway.providers[place].id }
        }
        let names = Set(
            configuration.gateways.flatMap { $0.providers.providers.map(\.id.rawValue) }
                + store.contents.customProviders.records(of: account).map(\.providerID.rawValue)
        )
        let near = NearestNames.nearest(to: name, among: names, limit: 3)
        let remedy =
            near.isEmpty
            ? "there are \(names.sorted().joined(separator: ", "))"
            : "did you mean \(near.joined(separator: " or "))?"
        throw Refused(
            "there is no provider \"\(name)\" in \(configuration.path); \(remedy)"
        )
    }
}
