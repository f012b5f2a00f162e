import Access
import Model
import Routing

/// What chooses among the models and keys of a request, where the gateway has such rules.
extension Exchange {
    /// The candidates and keys that the gateway's rules leave of those that were found.
    mutating func choose(
        among resolved: ResolvedModels,
        _ keys: KeyChoice,
        at gateway: Gateway
    ) throws(SelectionFailure) -> (resolved: ResolvedModels, keys: KeyChoice) {
        guard !gateway.choice.isEmpty || resolved.isOpen, let routes else {
            return (resolved, keys)
        }
        let facts = choiceFacts(resolved, routes, keys, at: gateway)
        var resolved = resolved
        if let chosen = try gateway.choice.choose(among: resolved, by: facts) {
            if resolved.namesSeveral, !resolved.isOpen {
                rejected += chosen.leftOut(of: resolved.candidates).map {
                    "\($0.displayName) (left out by model_selection)"
                }
            }
            resolved = resolved.narrowed(to: chosen.candidates)
        }
        let selector = gateway.choice.keys.map { KeySelector($0, by: facts) }
        return (resolved, keys.choosing(by: selector))
    }

    /// What the choice looks at: the body is looked into only where some rule asks for it.
    mutating func choiceFacts(
        _ resolved: ResolvedModels,
        _ routes: RouteTable,
        _ keys: KeyChoice,
        at gateway: Gateway
    ) -> ChoiceFacts {
        let rules = gateway.choice
        var facts = ChoiceFacts(
            routes: routes,
            keys: keys,
            traits: rules.usesTraits || resolved.isOpen
                ? readTraits() : RequestTraits(path: endpoint?.name ?? ""),
            caller: caller(usesMetadata: rules.uses("metadata", of: "key")),
            gateway: gateway.id,
            metrics: metrics.view,
            moment: Timestamp(unixSecond: startSecond),
            seed: chanceSeed
        )
        if rules.uses("headers", of: "req") { facts.headers = head.visibleHeaders }
        return facts
    }

    private func caller(usesMetadata: Bool) -> ChoiceFacts.Caller {
        guard let keys = snapshot.keys, let key = record.key else {
            preconditionFailure("a choice for nobody")
        }
        var caller = ChoiceFacts.Caller(account: keys.account(of: key))
        caller.id = keys.id(of: key)
        caller.name = keys.name(of: key)
        guard usesMetadata else { return caller }
        switch keys.metadata(of: key) {
        case .text(let text): caller.metadata = text
        case .object(let json):
            caller.metadata = json
            caller.isMetadataJSON = true
        }
        return caller
    }

    /// Where chance begins: another place for every request, the same for the same one.
    private var chanceSeed: UInt64 {
        requestID.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
