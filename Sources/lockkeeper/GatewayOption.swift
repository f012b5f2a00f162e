import ArgumentParser
import Model
import Storage

/// Which gateway a command is about.
struct GatewayOption: ParsableArguments {
    @Option(help: "The gateway; needed where the configuration has several.")
    var gateway: String?

    /// The gateway of that name, or the only one.
    func choose(from configuration: Configuration) throws -> GatewayConfiguration {
        let names = configuration.gateways.map(\.id.rawValue).joined(separator: ", ")
        guard let gateway else {
            guard configuration.gateways.count == 1 else {
                throw Refused("\(configuration.path) has several gateways; add --gateway: \(names)")
            }
            return configuration.gateways[0]
        }
        guard let chosen = configuration.gateways.first(where: { $0.id.rawValue == gateway }) else {
            throw Refused(
                "there is no gateway \"\(gateway)\" in \(configuration.path); it has \(names)"
            )
        }
        return chosen
    }
}
