import Access
import Model
import Routing
import Server
import Storage

extension StoreSession {
    /// What the models of a request are chosen by, as the worker would have it: with the live
    /// metrics of the one that runs, if one does.
    func choiceFacts(
        _ routes: RouteTable,
        _ keys: KeyChoice,
        at gateway: GatewayConfiguration,
        caller: ChoiceFacts.Caller,
        traits: RequestTraits
    ) throws -> ChoiceFacts {
        let report = try ControlClient.metricsReport(stateDirectory: configuration.state)
        return ChoiceFacts(
            routes: routes,
            keys: keys,
            traits: traits,
            caller: caller,
            gateway: gateway.id,
            metrics: report.map { MetricsView($0) } ?? .none,
            moment: now,
            seed: .random(in: 0...UInt64.max)
        )
    }
}

extension Caller {
    /// Who asks, as expressions see it; nil: somebody without a name.
    static func asSeen(_ caller: Caller?) -> ChoiceFacts.Caller {
        var seen = ChoiceFacts.Caller(account: caller?.account ?? .standard)
        guard let record = caller?.record else { return seen }
        seen.id = record.id.rawValue
        seen.name = record.name
        switch record.metadata {
        case .text(let text): seen.metadata = text
        case .object(let json):
            seen.metadata = json
            seen.isMetadataJSON = true
        }
        return seen
    }
}
