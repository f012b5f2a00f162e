import ArgumentParser
import JSON
import Model
import Routing
import Storage

/// `lockkeeper models`.
struct ModelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "List the models that a gateway offers.",
        discussion: """
            These are the models of the catalog and of the configuration for whose provider there \
            is a key. `provider:model` reaches others too, unless the gateway says otherwise.
            """
    )

    @OptionGroup var common: CommonOptions
    @OptionGroup var choice: GatewayOption

    @Option(help: "For whose keys.")
    var account = AccountID.standard.rawValue

    func run() throws {
        let session = try StoreSession(common, .providerKeys, secrets: .needed)
        let account = try session.account(account)
        let gateway = try choice.choose(from: session.configuration)
        let models = try session.routes(of: account, at: gateway).models
        if models.isEmpty {
            printAside(
                "note: \(gateway.id) offers no model: `lockkeeper provider-keys add` adds a key, "
                    + "or set api_keys in \(session.configuration.path)"
            )
        }
        Output.show(models.map(ModelResource.init), asJSON: common.json)
    }
}

/// A model as it is shown.
private struct ModelResource: Resource {
    let model: ListedModel

    static let columns = ["MODEL", "AUTHOR", "CONTEXT", "OUTPUT", "PROVIDERS"]

    var row: [String] {
        [
            model.id, model.author ?? "", model.maxContextWindow.map(String.init) ?? "",
            model.maxOutputTokens.map(String.init) ?? "", providers.joined(separator: ","),
        ]
    }

    var details: [(title: String, text: String)] {
        zip(ModelResource.columns, row).map { ($0.lowercased(), $1) }
    }

    private var providers: [String] { model.providers.map(\.rawValue) }

    func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", model.id)
        writer.member("display_name", model.displayName)
        writer.member("author_id", model.author)
        writer.member("max_context_window", model.maxContextWindow)
        writer.member("max_output_tokens", model.maxOutputTokens)
        writer.strings("providers", providers)
        writer.endObject()
    }
}

extension JSONWriter {
    /// A member that is a number or nothing.
    fileprivate mutating func member(_ name: String, _ number: Int?) {
        key(name)
        if let number { integer(number) } else { null() }
    }
}
