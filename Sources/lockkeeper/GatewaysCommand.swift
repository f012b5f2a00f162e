import ArgumentParser
import ControlPlane
import JSON
import Model
import Routing
import Storage

/// `lockkeeper gateways`.
struct GatewaysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gateways",
        abstract: "Gateways: what stands behind one location of nginx.",
        subcommands: [GatewaysListCommand.self, GatewaysGetCommand.self]
    )
}

/// `lockkeeper gateways list`.
struct GatewaysListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the gateways of the configuration."
    )

    @OptionGroup var common: CommonOptions

    func run() throws {
        let configuration = try ConfigurationLoader.load(
            path: common.configurationPath,
            secrets: .optional
        )
        Output.show(configuration.gateways.map(GatewayResource.init), asJSON: common.json)
    }
}

/// `lockkeeper gateways get`.
struct GatewaysGetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Show a gateway of the configuration."
    )

    @OptionGroup var common: CommonOptions

    @Argument(help: "The gateway's id.")
    var id: String

    func run() throws {
        var option = GatewayOption()
        option.gateway = id
        let configuration = try ConfigurationLoader.load(
            path: common.configurationPath,
            secrets: .optional
        )
        let gateway = try option.choose(from: configuration)
        Output.show(GatewayResource(gateway: gateway), asJSON: common.json)
    }
}

/// A gateway as it is shown.
private struct GatewayResource: Resource {
    let gateway: GatewayConfiguration

    static let columns = ["ID", "ACCOUNTS", "PROVIDERS"]

    var row: [String] {
        [gateway.id.rawValue, accounts.joined(separator: ","), providers.joined(separator: ",")]
    }

    var details: [(title: String, text: String)] {
        [
            ("id", gateway.id.rawValue),
            ("accounts", accounts.joined(separator: ", ")),
            ("providers", providers.joined(separator: ", ")),
        ]
    }

    private var accounts: [String] { gateway.accounts.map(\.rawValue) }

    private var providers: [String] { view.providers }

    private var view: GatewayView { GatewayView(gateway, accounts: gateway.accounts) }

    func write(into writer: inout JSONWriter) {
        view.write(into: &writer)
    }
}
