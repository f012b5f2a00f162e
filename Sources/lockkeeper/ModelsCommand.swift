import Access
import ArgumentParser
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
            is a key. `provider:model` reaches others too, unless the gateway says otherwise. \
            Prices are those of this moment, in dollars per million tokens.
            """
    )

    @Argument(help: "A part of a name, a maker, a feature; all models without it.")
    var word: String?

    @OptionGroup var common: CommonOptions
    @OptionGroup var choice: GatewayOption

    @Option(help: "For whose keys.")
    var account = AccountID.standard.rawValue

    @Option(help: "The id of an access key: only models that it may use.")
    var key: String?

    @Option(help: "Only models that this provider serves.")
    var provider: String?

    func run() throws {
        let session = try StoreSession(
            common,
            key.map { .accessKey(AccessKeyID($0)) } ?? .providerKeys,
            secrets: .needed
        )
        let gateway = try choice.choose(from: session.configuration)
        let caller = try key.map { try session.caller($0, at: gateway) }
        let account = try caller?.account ?? session.account(account)
        let routes = try session.routes(of: account, at: gateway)
        if let provider { try refuseUnknown(provider, at: gateway) }
        let models = routes.models(under: routes.keyRules(caller?.configuration)).filter { model in
            (word.map(model.speaks) ?? true) && (provider.map(model.isServed) ?? true)
        }
        if routes.models.isEmpty {
            printAside(
                "note: \(gateway.id) offers no model: `lockkeeper provider-keys add` adds a key, "
                    + "or set api_keys in \(session.configuration.path)"
            )
        } else if models.isEmpty {
            printAside(
                "note: none of the \(routes.models.count) models of \(gateway.id) is like that"
            )
        }
        let now = session.now
        Output.show(models.map { ModelResource($0, at: now) }, asJSON: common.json)
    }

    private func refuseUnknown(_ provider: String, at gateway: GatewayConfiguration) throws {
        guard gateway.providers.index(of: provider) == nil else { return }
        let names = gateway.providers.providers.map(\.id.rawValue)
        let nearest = NearestNames.nearest(to: provider, among: names, limit: 1).first
        let hint = nearest.map { ": did you mean '\($0)'?" } ?? ""
        throw Refused("\(gateway.id) has no provider '\(provider)'\(hint)")
    }
}

extension ListedModel {
    /// Whether a word is part of what is said of it, the case of letters ignored.
    fileprivate func speaks(of word: String) -> Bool {
        let wanted = word.lowercased()
        var texts = [id, displayName, facts.description ?? "", facts.author ?? ""]
        for offer in offers where !isVirtual {
            texts += offer.aliases + offer.authorAliases + [offer.model]
        }
        texts += facts.supportedFeatures + facts.inputModalities.names
        return texts.contains { $0.lowercased().contains(wanted) }
    }

    /// Whether a provider is one of those that serve it, the case of letters ignored.
    fileprivate func isServed(by provider: String) -> Bool {
        providers.contains { $0.rawValue.lowercased() == provider.lowercased() }
    }
}
