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

    /// The provider of that name, which some gateway must have; in its own spelling.
    func provider(_ name: String) throws -> ProviderID {
        for gateway in configuration.gateways {
            if let place = gateway.providers.index(of: name) { return gateway.providers[place].id }
        }
        let names = Set(
            configuration.gateways.flatMap { $0.providers.providers.map(\.id.rawValue) }
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
