import ControlPlane
import Access
import JSON
import Model
import Relay
import Routing
import Storage

/// What would be tried for a request.
struct RoutePreview {
    private let gateway: GatewayID
    let operation: Operation
    private let names: [String]
    let routes: RouteTable
    let configuration: KeyConfigurationRecord?
    let keyRules: KeyRules?
    /// Whether what managed traffic costs is counted.
    let isCounted: Bool
    let keys: [ProviderKeyRecord]
    let attempts: [PlannedAttempt]
    private let rejected: [RejectedModel]
    private let leftOut: [(candidate: Candidate, exclusion: Exclusion)]
    private let limits: [(name: String, value: String?, isOfAccount: Bool)]
    let choice: RouteChoice
    /// What becomes of the request's body; nil where none was given.
    let request: RequestPreview?
    /// Why nothing would be tried at all.
    let refusal: RouteRefusal?

    /// Plans a request, as if every key failed and then every candidate.
    init(
        gateway: GatewayID,
        operation: Operation,
        names: (model: String?, fallbacks: [String]),
        routes: RouteTable,
        configuration: KeyConfigurationRecord?,
        keys: [ProviderKeyRecord],
        choice rules: ChoiceRules,
        limits: [(name: String, value: String?, isOfAccount: Bool)],
        isCounted: Bool,
        request: RequestPreview?,
        facts: (KeyChoice) throws -> ChoiceFacts
    ) rethrows {
        self.gateway = gateway
        self.operation = operation
        self.names = (names.model.map { [$0] } ?? []) + names.fallbacks
        self.routes = routes
        self.keys = keys
        self.request = request
        self.limits = limits
        self.configuration = configuration
        let keyRules = routes.keyRules(configuration)
        self.keyRules = keyRules
        leftOut = self.names.flatMap {
            routes.leftOut($0, for: operation.reach, under: keyRules)
        }
        var choice = RouteChoice(rules)
        var attempts: [PlannedAttempt] = []
        var rejected: [RejectedModel] = []
        var refusal: RouteRefusal?
        self.isCounted = isCounted
        let keyChoice = KeyChoice(
            routes,
            under: keyRules,
            for: operation,
            isCounted: isCounted
        )
        let isOpen = self.names.allSatisfy(RouteTable.isOpen)
        let facts = rules.isEmpty && !isOpen ? nil : try facts(keyChoice)
        do throws(ModelRefusal) {
            var resolved = try routes.resolve(
                model: names.model,
                models: names.fallbacks,
                for: operation,
                under: keyRules,
                isCounted: isCounted
            )
            rejected = resolved.rejected
            var chosenKeys = keyChoice
            do throws(SelectionFailure) {
                if let facts {
                    (resolved, chosenKeys) = try choice.choose(
                        among: resolved,
                        keyChoice,
                        by: facts
                    )
                }
                var plan = Plan(resolved, keys: chosenKeys, at: gateway, health: Health())
                attempts = Self.attempts(of: &plan)
                if attempts.isEmpty { refusal = plan.keyFailure.map { RouteRefusal($0) } }
            } catch {
                refusal = RouteRefusal(error)
            }
        } catch {
            refusal = RouteRefusal(error)
        }
        self.attempts = attempts
        self.rejected = rejected
        self.choice = choice
        self.refusal = refusal
    }

    /// What is tried when every key fails.
    private static func attempts(of plan: inout Plan) -> [PlannedAttempt] {
        var attempts: [PlannedAttempt] = []
        let now = ContinuousClock.now
        var next = plan.start(at: now)
        while let attempt = next {
            attempts.append(attempt)
            next = plan.next(after: .key, of: attempt, at: now)
        }
        return attempts
    }

    /// Prints it for people.
    func printText() {
        let asked = names.isEmpty ? "auto" : names.joined(separator: ", ")
        print("\(asked) at \(gateway), \(operation.dialect.rawValue):")
        if let configuration {
            print("  under the configuration \(configuration.id) (\(configuration.name))")
        }
        for attempt in attempts {
            print("  \(attempt.number). \(attempt.candidate.displayName)")
            print("     \(description(of: attempt.credential)), \(url(of: attempt))")
            if let step = step(of: attempt) { print("     by \(step)") }
            request?.printText(attempt.candidate)
        }
        for key in keysLeftOut { print("  left out: \(key.candidate): \(key.key): \(key.reason)") }
        choice.printText()
        for limit in limits where limit.isOfAccount {
            print("  \(limit.name): \(limit.value ?? "none"), by the account's settings")
        }
        if attempts.count == Limits.attempts { print("  no more than \(Limits.attempts) attempts") }
        for (candidate, exclusion) in leftOut {
            print("  left out: \(candidate.displayName): \(exclusion)")
        }
        for model in rejected {
            print("  rejected: ERR_NGROK_\(model.refusal.code): \(model.refusal.message)")
        }
        if let refusal = request?.refusal {
            printAside("refused: \(refusal.code.text): \(refusal.message)")
        }
        if let refusal { printAside("refused: ERR_NGROK_\(refusal.code): \(refusal.message)") }
    }

    /// Prints it as one JSON object.
    func printJSON() {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("gateway", gateway.rawValue)
        writer.member("dialect", operation.dialect.rawValue)
        writer.strings("models", names)
        writer.key("attempts")
        writer.beginArray()
        for attempt in attempts { write(attempt, into: &writer) }
        writer.endArray()
        writer.key("accessKeyConfiguration")
        if let configuration {
            writer.beginObject()
            writer.member("id", configuration.id.rawValue)
            writer.member("name", configuration.name)
            writer.endObject()
        } else {
            writer.null()
        }
        writer.key("keysLeftOut")
        writer.beginArray()
        for key in keysLeftOut {
            writer.beginObject()
            writer.member("candidate", key.candidate)
            writer.member("key", key.key)
            writer.member("reason", key.reason)
            writer.endObject()
        }
        writer.endArray()
        writer.key("leftOut")
        writer.beginArray()
        for (candidate, exclusion) in leftOut {
            writer.beginObject()
            writer.member("candidate", candidate.displayName)
            writer.member("reason", exclusion.description)
            writer.endObject()
        }
        writer.endArray()
        writer.key("rejected")
        writer.beginArray()
        for model in rejected {
            write(RouteRefusal(model.refusal), name: model.name, into: &writer)
        }
        writer.endArray()
        choice.write(into: &writer)
        writer.key("limits")
        writer.beginArray()
        for limit in limits {
            writer.beginObject()
            writer.member("name", limit.name)
            writer.member("value", limit.value)
            writer.member("source", limit.isOfAccount ? "account" : "gateway")
            writer.endObject()
        }
        writer.endArray()
        writer.key("refusal")
        if let refusal {
            write(refusal, name: names.first, into: &writer)
        } else if let refusal = request?.refusal {
            writer.beginObject()
            writer.member("model", names.first)
            writer.member("code", refusal.code.text)
            writer.member("message", refusal.message)
            writer.endObject()
        } else {
            writer.null()
        }
        writer.endObject()
        print(String(decoding: writer.bytes, as: UTF8.self))
    }

    private func write(_ attempt: PlannedAttempt, into writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("number")
        writer.integer(attempt.number)
        writer.member("candidate", attempt.candidate.displayName)
        writer.member("provider", routes.providers[attempt.candidate.providerIndex].id.rawValue)
        writer.member("model", attempt.candidate.model)
        writer.key("known")
        writer.bool(attempt.candidate.isKnown)
        switch attempt.credential.source {
        case .managed(let place):
            writer.member("keySource", "managed")
            writer.member("providerKeyId", "api_keys[\(place)]")
        case .own(let id):
            writer.member("keySource", "user")
            writer.member("providerKeyId", id.rawValue)
        case .nobody:
            writer.member("keySource", nil)
            writer.member("providerKeyId", nil)
        }
        writer.member("step", step(of: attempt))
        writer.member("url", url(of: attempt))
        request?.write(attempt.candidate, into: &writer)
        writer.endObject()
    }

    private func write(_ refusal: RouteRefusal, name: String?, into writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("model", name)
        writer.member("code", "ERR_NGROK_\(refusal.code)")
        writer.member("message", refusal.message)
        writer.endObject()
    }

    private func description(of credential: Credential) -> String {
        switch credential.source {
        case .managed(let place):
            return "managed key api_keys[\(place)]"
        case .own(let id):
            let name = keys.first { $0.id == id }?.name ?? ""
            return name.isEmpty ? "key \(id)" : "key \(id) (\(name))"
        case .nobody: return "no credential"
        }
    }

    /// The address without its query, which may hold a secret.
    private func url(of attempt: PlannedAttempt) -> String {
        let provider = routes.providers[attempt.candidate.providerIndex]
        let url = provider.asking(for: operation, isStream: request?.traits.isStream ?? false)?.url(
            model: attempt.candidate.model
        )
        return String((url ?? "").prefix { $0 != "?" })
    }
}
