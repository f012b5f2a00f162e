internal import JSON
import Model
package import Selection

/// Runs expressions for an operator who wants to see what they come to.
package struct StrategyTrial {
    private let host: StrategyHost

    /// A trial with these candidates, which come from a table that something chooses from.
    package init(_ candidates: [Candidate], by facts: ChoiceFacts) {
        guard let values = facts.routes.values else {
            preconditionFailure("a table that nothing is chosen from")
        }
        host = StrategyHost(candidates, by: facts, values: values)
    }

    /// What a program comes to, as JSON with its types: `{"model": "openai:gpt-4o"}`.
    package func json(
        of program: Program,
        _ variables: [String: Value] = [:]
    ) throws(EvaluationError) -> String {
        let value = try program.value(variables, host: host)
        var writer = JSONWriter()
        value.write(to: &writer) { host.name(of: $0) }
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}

extension StrategyHost {
    /// What an object is, and what it is called.
    fileprivate func name(of object: HostObject) -> (type: String, name: String) {
        let index = Int(object.index)
        switch object.type {
        case StrategyVocabulary.model.number:
            let name =
                index < offerCount
                ? facts.routes.offers[index].candidate.displayName
                : passed[index - offerCount].displayName
            return ("model", name)
        case StrategyVocabulary.provider.number:
            return ("provider", facts.routes.providers[index].id.rawValue)
        case StrategyVocabulary.author.number: return ("author", values.authors[index].id)
        case StrategyVocabulary.key.number: return ("key", keys[index].name)
        case StrategyVocabulary.datacenter.number:
            let center = facts.routes.offers[index].facts.datacenters[Int(object.part)]
            return ("datacenter", "\(center.countryCode) \(center.region)")
        default:
            return ("object", StrategyVocabulary.types[Int(object.type)].name)
        }
    }
}
