import Access
import Model
import Routing
import Storage

/// Why the keys of a candidate are these.
extension RoutePreview {
    /// The step that an attempt's key comes from, `router.rules[0].steps[1], round_robin`; nil
    /// where no rule speaks of the candidate.
    func step(of attempt: PlannedAttempt) -> String? {
        guard let place = keyRules?.rule(for: attempt.candidate), let configuration else {
            return nil
        }
        for (step, written) in configuration.policy.rules[place].steps.enumerated() {
            switch (written, attempt.credential.source) {
            case (.user(let strategy, let keys), .own(let id)) where keys.contains(id):
                return "router.rules[\(place)].steps[\(step)], \(strategy.rawValue)"
            case (.managed, .managed), (.managed, .nobody):
                return "router.rules[\(place)].steps[\(step)]"
            case (.user, _), (.managed, _): continue
            }
        }
        return nil
    }

    /// The keys for the providers of the candidates that are not tried there, and why.
    var keysLeftOut: [(candidate: String, key: String, reason: String)] {
        var found: [(candidate: String, key: String, reason: String)] = []
        var seen: Set<String> = []
        for candidate in attempts.map(\.candidate) where seen.insert(candidate.displayName).inserted
        {
            let tried = attempts.filter { $0.candidate == candidate }.map(\.credential.source)
            // Beyond the last attempt nothing is known of the rest.
            if attempts.count == Limits.attempts, candidate == attempts.last?.candidate { continue }
            let provider = routes.providers[candidate.providerIndex]
            let rule = keyRules?.rule(for: candidate)
            for key in keys where key.providerID == provider.id && !tried.contains(.own(key.id)) {
                let reason =
                    rule.map { "router.rules[\($0)] does not name it" }
                    ?? (choice.rules.keys == nil ? "" : "by api_key_selection.strategy")
                found.append((candidate.displayName, "key \(key.id) (\(key.name))", reason))
            }
            let isManagedTried = tried.contains { if case .managed = $0 { true } else { false } }
            if !provider.managedKeys.isEmpty, !isManagedTried {
                let reason =
                    operation.needsOwnKey(isCounted: isCounted)
                    ? "the path can't be billed"
                    : rule.map { "router.rules[\($0)] has no managed step" }
                        ?? "the account has keys of its own"
                found.append((candidate.displayName, "managed keys", reason))
            }
        }
        return found
    }
}
