import Access
import Model
import Routing
import Selection
import Storage

/// What an expression is tried against: the catalog, the keys and the live metrics in force.
struct EvalSite {
    private let facts: ChoiceFacts
    private let candidates: [Candidate]

    /// The site as somebody with a key sees it at a gateway, with every model that is there to use.
    init(_ common: CommonOptions, _ choice: GatewayOption, key: String?) throws {
        let session = try StoreSession(
            common,
            key.map { .accessKey(AccessKeyID($0)) } ?? .providerKeys
        )
        let gateway = try choice.choose(from: session.configuration)
        let caller = try key.map { try session.caller($0, at: gateway) }
        let routes = try session.routes(
            of: caller?.account ?? .standard,
            at: gateway,
            isChosenFrom: true
        )
        let keyRules = routes.keyRules(caller?.configuration)
        candidates = routes.everyCandidate(for: .every, under: keyRules)
        facts = try session.choiceFacts(
            routes,
            KeyChoice(routes, under: keyRules),
            at: gateway,
            caller: Caller.asSeen(caller),
            traits: RequestTraits(path: "/v1/chat/completions")
        )
    }

    /// What an expression comes to, as JSON with its types.
    func json(of program: Program, _ variables: [String: Value]) throws -> String {
        try StrategyTrial(candidates, by: facts).json(of: program, variables)
    }
}
