import Model
import Selection

/// What the expressions of one request look at.
///
/// A model is known by its place among the table's offers; candidates that are passed through
/// follow behind those.
final class StrategyHost: Host {
    let facts: ChoiceFacts
    let values: ModelValues
    let candidates: [Candidate]
    /// How many offers the table has.
    let offerCount: Int
    /// The candidates that nothing is known of.
    let passed: [Candidate]
    /// The models that may be chosen.
    let models: [Value]
    var chance: Chance
    private var keysFound: [StrategyKey]?
    /// The keys that were asked for by name.
    private var namedKeys: [(name: String, scope: MeasuredScope)] = []

    /// A host for these candidates; with keys, for a choice among those.
    init(
        _ candidates: [Candidate],
        by facts: ChoiceFacts,
        values: ModelValues,
        keys: [StrategyKey]? = nil
    ) {
        self.facts = facts
        self.values = values
        self.candidates = candidates
        keysFound = keys
        offerCount = facts.routes.offers.count
        chance = Chance(seed: facts.seed)
        var passed: [Candidate] = []
        var models: [Value] = []
        models.reserveCapacity(candidates.count)
        let type = StrategyVocabulary.model
        for candidate in candidates {
            let index = candidate.offer ?? facts.routes.offers.count + passed.count
            if candidate.offer == nil { passed.append(candidate) }
            models.append(.object(HostObject(type, index: index)))
        }
        self.passed = passed
        self.models = models
    }

    var table: HostTable { values.table }

    /// The keys that may be chosen: those given, or all of the candidates' providers.
    var keys: [StrategyKey] {
        if let keysFound { return keysFound }
        var found: [StrategyKey] = []
        for candidate in candidates {
            let provider = candidate.providerIndex
            for credential in facts.keys.allCredentials(for: candidate) {
                let key = StrategyKey(credential, at: provider, facts.routes)
                if !found.contains(where: { $0.isSame(as: key) }) { found.append(key) }
            }
        }
        keysFound = found
        return found
    }

    /// Where a candidate is found among the objects.
    func place(of candidate: Candidate) -> Int {
        if let offer = candidate.offer { return offer }
        return offerCount + (passed.firstIndex(of: candidate) ?? 0)
    }

    func value(of object: HostObject, at place: Int) -> Value {
        let index = Int(object.index)
        if place < HostPlace.measuredModel {
            return index < offerCount
                ? values.value(of: index, at: place)
                : passedValue(of: passed[index - offerCount], at: place)
        }
        if place < HostPlace.key {
            return measured(index, part: Int(object.part), at: place - HostPlace.measuredModel)
        }
        if place < HostPlace.root { return value(of: keys[index], at: place) }
        if place < HostPlace.provider { return rootValue(at: place) }
        return otherValue(of: object, at: place)
    }

    func element(of object: HostObject, named name: String) throws(EvaluationError) -> Value {
        // The only objects with elements are those of the metrics with a key. The same name is
        // asked for with each model, so that the latest are enough to look at.
        let known = namedKeys.suffix(8).lastIndex { $0.name == name }
        let place = known ?? namedKeys.count
        if known == nil { namedKeys.append((name, MeasuredScope(.key(name)))) }
        return .object(
            HostObject(
                StrategyVocabulary.scope,
                index: Int(object.index),
                part: place,
                base: Int(object.base)
            )
        )
    }

    // MARK: Models

    private func measured(_ index: Int, part: Int, at place: Int) -> Value {
        let (scope, field) = place.quotientAndRemainder(dividingBy: MeasuredPlace.stride)
        guard let field = MeasuredPlace(rawValue: field) else { return .null }
        let model =
            index < offerCount
            ? values.measured[index] : MeasuredModel(passed[index - offerCount].displayName)
        return field.value(in: facts.metrics.summary(of: model, in: self.scope(scope, part: part)))
    }

    private func scope(_ number: Int, part: Int) -> MeasuredScope {
        switch number {
        case 1: facts.caller.account
        case 2: facts.gateway
        case 4: namedKeys[part].scope
        // One machine is one region.
        default: .global
        }
    }

    /// What there is to say of a model that nobody knows.
    private func passedValue(of candidate: Candidate, at place: Int) -> Value {
        switch ModelPlace(rawValue: place) {
        case .id, .displayName: .string(candidate.model)
        case .providerID:
            .string(facts.routes.providers[candidate.providerIndex].id.rawValue)
        case .authorID, .description, .quantization, .dataTrainingPolicy, .dataRetentionPolicy:
            .string("")
        case .isKnown, .isCustom: .bool(false)
        case .metadata, .pricesOfTools: .map(ValueMap())
        case .idAliases, .providerIDAliases, .authorIDAliases, .inputModalities, .outputModalities,
            .supportedFeatures, .datacenters:
            .list([])
        case .maxContextWindow, .maxOutputTokens, .parameterCount, .dataRetentionDays: .int(0)
        case .priceOfInput, .priceOfOutput, .priceOfCacheRead, .priceOfCacheWrite,
            .priceOfCacheWrite1h, .priceOfBatchInput, .priceOfBatchOutput:
            .double(.infinity)
        case nil: .null
        }
    }

    // MARK: Everything else

    private func value(of key: StrategyKey, at place: Int) -> Value {
        switch place {
        case HostPlace.key: return .string(key.name)
        case HostPlace.key + 1: return .string(facts.routes.providers[key.provider].id.rawValue)
        case HostPlace.key + 2: return .bool(key.credential.isManaged)
        default:
            guard let field = MeasuredPlace(rawValue: place - HostPlace.measuredKey) else {
                return .null
            }
            return field.value(in: facts.metrics.summary(ofKey: key.measured))
        }
    }

    private func rootValue(at place: Int) -> Value {
        switch place {
        case HostPlace.root: .list(models)
        case HostPlace.root + 1: .list(providers)
        case HostPlace.root + 2: .list(authors)
        case HostPlace.root + 3:
            .list(keys.indices.map { .object(HostObject(StrategyVocabulary.key, index: $0)) })
        case HostPlace.now:
            Moment(
                seconds: facts.moment.unixSecond
            ).map { .timestamp($0) } ?? .null
        case HostPlace.caller: .string(facts.caller.id)
        case HostPlace.caller + 1: .string(facts.caller.name)
        case HostPlace.caller + 2: facts.caller.metadataValue
        case HostPlace.request: .string(facts.traits.path)
        case HostPlace.request + 1: .int(Int64(facts.traits.estimatedInputTokens))
        case HostPlace.request + 2: .int(Int64(facts.traits.toolCount))
        case HostPlace.request + 3: .int(Int64(facts.traits.imageCount))
        case HostPlace.request + 4: .bool(facts.traits.isStream)
        case HostPlace.request + 5:
            .map(ValueMap(facts.headers.map { ($0.name, .string($0.value)) }))
        default: .null
        }
    }

    /// The providers of the models that may be chosen, each once.
    private var providers: [Value] {
        var seen: Set<Int> = []
        return candidates.map(\.providerIndex).filter { seen.insert($0).inserted }
            .map { .object(HostObject(StrategyVocabulary.provider, index: $0)) }
    }

    /// Their makers, each once.
    private var authors: [Value] {
        var seen: Set<Int32> = []
        return candidates.compactMap(\.offer).map { values.authorPlaces[$0] }
            .filter { $0 >= 0 && seen.insert($0).inserted }
            .map { .object(HostObject(StrategyVocabulary.author, index: Int($0))) }
    }

    private func otherValue(of object: HostObject, at place: Int) -> Value {
        let index = Int(object.index)
        switch place {
        case HostPlace.provider: return .string(facts.routes.providers[index].id.rawValue)
        case HostPlace.provider + 2: return .string(facts.routes.providers[index].displayName)
        case HostPlace.provider + 3: return .bool(!facts.routes.providers[index].isBuiltIn)
        case HostPlace.author: return .string(values.authors[index].id)
        case HostPlace.author + 1: return .list(values.authors[index].aliases.map { .string($0) })
        case HostPlace.author + 2: return .string(values.authors[index].displayName)
        case HostPlace.datacenter, HostPlace.datacenter + 1:
            let center = facts.routes.offers[index].facts.datacenters[Int(object.part)]
            return .string(place == HostPlace.datacenter ? center.countryCode : center.region)
        default: return .list([])
        }
    }
}
