import Access
import Model
import Relay
import Routing
import Storage

/// Makes gateways of what is in force: what each account may use at each of them.
struct GatewayMaker {
    let configuration: Configuration
    let catalog: Catalog
    let records: ServingRecords
    let keyTurns: KeyTurns

    /// All gateways; whoever asks gets ones of their own.
    func makeGateways() -> [Gateway] {
        configuration.gateways.map { gateway(from: $0) }
    }

    private func gateway(from settings: GatewayConfiguration) -> Gateway {
        let routes = routes(at: settings)
        let configurations = keyConfigurations(routes)
        let tightened = settings.accounts.compactMap { account -> Gateway.TightenedGateway? in
            guard let own = records.accounts.settings[account], own.tightens,
                let number = records.keys?.accounts.number(of: account)
            else { return nil }
            let mine = routes.filter { $0.account == number }
            return (number, gateway(settings.tightened(by: own), mine, configurations))
        }
        return gateway(settings, routes, configurations, tightened)
    }

    private func gateway(
        _ settings: GatewayConfiguration,
        _ routes: [(account: Int, table: RouteTable)],
        _ configurations: [Gateway.KeyConfiguration?],
        _ tightened: [Gateway.TightenedGateway] = []
    ) -> Gateway {
        Gateway(
            id: settings.id,
            timeouts: Timeouts(of: settings),
            recoversStreams: settings.recoversStreams,
            onDisconnect: settings.onDisconnect,
            limits: RequestLimits(
                maxInputTokens: settings.maxInputTokens,
                maxOutputTokens: settings.maxOutputTokens
            ),
            choice: settings.choice.renewed,
            errorLocation: settings.errorLocation,
            routes: routes,
            configurations: configurations,
            tightened: tightened
        )
    }

    /// What the accounts of a gateway may use; those that bring nothing of their own share a table.
    private func routes(
        at settings: GatewayConfiguration
    ) -> [(account: Int, table: RouteTable)] {
        var shared: RouteTable?
        return settings.accounts.compactMap { account -> (account: Int, table: RouteTable)? in
            // An account without a key has no number: nobody can ask for its routes. The keys of a
            // disabled one are refused as those of an account that the gateway does not accept.
            guard !records.accounts.isDisabled(account),
                let number = records.keys?.accounts.number(of: account)
            else { return nil }
            let ownKeys = records.ownKeys.keys(of: account)
            let custom = records.customProviders
            let providers = settings.providers(of: account, custom, configuration.upstreams)
            let virtualModels = configuration.virtualModels(of: account, custom)
            let hasNothing =
                ownKeys.isEmpty && providers.providers.count == settings.providers.providers.count
                && virtualModels.count == configuration.virtualModels.count
            if hasNothing, let shared { return (number, shared) }
            let table = RouteTable(
                providers: providers,
                catalog: catalog,
                virtualModels: virtualModels,
                ownKeys: ownKeys,
                rules: settings.rules,
                isChosenFrom: !settings.choice.isEmpty
            )
            if hasNothing { shared = table }
            return (number, table)
        }
    }

    /// The access key configurations made ready for the accounts of a gateway.
    private func keyConfigurations(
        _ routes: [(account: Int, table: RouteTable)]
    ) -> [Gateway.KeyConfiguration?] {
        guard let keys = records.keys, !records.policies.isEmpty else { return [] }
        var ready: [Gateway.KeyConfiguration?] = []
        for (account, table) in routes {
            var builder = KeyRulesBuilder(routes: table, turns: keyTurns)
            for record in records.policies
            where keys.accounts.number(of: record.accountID) == account {
                // One that no key is under has no number.
                guard let number = keys.configurations.number(of: record.id) else { continue }
                while ready.count <= number { ready.append(nil) }
                ready[number] = (account, builder.rules(record.id, record.policy))
            }
        }
        return ready
    }
}

extension Timeouts {
    /// Those of a gateway of gateway.yaml.
    fileprivate init(of settings: GatewayConfiguration) {
        self.init()
        connect = settings.connectTimeout
        firstByte = settings.firstByteTimeout
        firstContent = settings.firstContentTimeout
        perRequest = settings.perRequestTimeout
        total = settings.totalTimeout
        stall = settings.stallTimeout
        maxStreamDuration = settings.maxStreamDuration
        earlyHeadAfter = settings.earlyHeadAfter
        hedgeAfter = settings.hedgeAfter
    }
}
