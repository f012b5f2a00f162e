import ArgumentParser
import JSON
import Model
import Routing
import Storage

/// `lockkeeper gateways`.
struct GatewaysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gateways",
        abstract: "Gateways: what stands behind one location of nginx.",
        subcommands: [GatewaysListCommand.self]
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

    /// Those that the file lists: it may allow the built-in ones besides.
    private var providers: [String] {
        gateway.providers.providers.filter(\.isConfigured).map(\.id.rawValue)
    }

    func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", gateway.id.rawValue)
        writer.strings("accounts", accounts)
        writer.strings("providers", providers)
        writer.key("onlyAllowConfiguredProviders")
        writer.bool(gateway.rules.onlyConfiguredProviders)
        writer.key("onlyAllowConfiguredModels")
        writer.bool(gateway.rules.onlyConfiguredModels)
        writer.endObject()
    }
}

extension JSONWriter {
    /// A member that is a list of texts.
    mutating func strings(_ name: String, _ texts: [String]) {
        key(name)
        beginArray()
        for text in texts { string(text) }
        endArray()
    }
}
