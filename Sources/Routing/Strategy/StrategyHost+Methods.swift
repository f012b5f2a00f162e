import Model
import Selection

/// What expressions can do with collections, beyond what they can do with any list.
extension StrategyHost {
    func call(
        _ method: Int,
        on receiver: Value,
        _ arguments: [Value],
        _ run: inout Run
    ) throws(EvaluationError) -> Value {
        guard let method = StrategyMethod(rawValue: method) else {
            preconditionFailure("a method that no expression was compiled with")
        }
        switch method {
        case .getMetadata:
            let model = try receiver.hostObject
            return metadata(of: model, at: try arguments[0].text)
        case .getModel:
            let provider = Int(try receiver.hostObject.index)
            return try model(try arguments[0].text, at: provider, among: models)
        case .get:
            return try first(named: try arguments[0].text, among: try receiver.elements)
        case .getAtProvider:
            let id = try arguments[0].text
            guard let provider = facts.routes.providers.index(of: id) else { throw .missing(id) }
            return try model(try arguments[1].text, at: provider, among: try receiver.elements)
        case .random:
            guard let element = try receiver.elements.randomElement(using: &chance) else {
                throw EvaluationError("`random` has nothing to choose from")
            }
            return element
        case .randomize: return .list(try receiver.elements.shuffled(using: &chance))
        case .sortByPrice: return .list(try byPrice(try receiver.elements, &run))
        case .only, .ignore, .onlyProviders, .ignoreProviders, .onlyAuthors, .ignoreAuthors,
            .inRegion, .inCountryCode, .underCost:
            return .list(try filter(method, try receiver.elements, arguments))
        }
    }

    // MARK: Filters

    private func filter(
        _ method: StrategyMethod,
        _ elements: [Value],
        _ arguments: [Value]
    ) throws(EvaluationError) -> [Value] {
        switch method {
        case .only, .ignore:
            let named = NamedObjects(try arguments[0].texts, in: self)
            return try elements.filtered { named.contains($0, in: self) == (method == .only) }
        case .onlyProviders, .ignoreProviders:
            let ids = try arguments[0].texts
            let wanted = Set(ids.compactMap { facts.routes.providers.index(of: $0) })
            let isWanted = method == .onlyProviders
            return try elements.filtered { wanted.contains(provider(of: $0)) == isWanted }
        case .onlyAuthors, .ignoreAuthors:
            let ids = try arguments[0].texts
            let wanted = Set(ids.compactMap { values.authorsByName[$0.lowercased()] })
            let isWanted = method == .onlyAuthors
            return try elements.filtered { wanted.contains(author(of: $0)) == isWanted }
        case .inRegion:
            let region = try arguments[0].text.lowercased()
            return try elements.filtered { stands($0) { $0.region.lowercased() == region } }
        case .inCountryCode:
            let country = try arguments[0].text.lowercased()
            return try elements.filtered { stands($0) { $0.countryCode.lowercased() == country } }
        case .underCost:
            let kind = try arguments[0].text
            let most = try arguments[1].number
            return try elements.filtered { cost(of: $0, kind) <= most }
        case .random, .randomize, .get, .getAtProvider, .sortByPrice, .getMetadata, .getModel:
            preconditionFailure("a method that is no filter")
        }
    }

    private func provider(of object: HostObject) -> Int {
        let index = Int(object.index)
        if object.type == StrategyVocabulary.key.number { return keys[index].provider }
        return index < offerCount
            ? Int(values.providers[index]) : passed[index - offerCount].providerIndex
    }

    /// The place of a model's author; -1 where nobody knows who made it.
    private func author(of object: HostObject) -> Int {
        let index = Int(object.index)
        return index < offerCount ? Int(values.authorPlaces[index]) : -1
    }

    private func stands(_ object: HostObject, where isThere: (Datacenter) -> Bool) -> Bool {
        let index = Int(object.index)
        return index < offerCount
            && facts.routes.offers[index].facts.datacenters.contains(where: isThere)
    }

    /// What a kind of tokens or a tool costs; infinite where nobody knows.
    private func cost(of object: HostObject, _ kind: String) -> Double {
        let index = Int(object.index)
        guard index < offerCount else { return .infinity }
        let price: Value
        if let kind = PricedKind(rawValue: kind) {
            price = values.value(of: index, at: kind.place.rawValue)
        } else {
            let prices = values.value(of: index, at: ModelPlace.pricesOfTools.rawValue)
            guard case .map(let tools) = prices,
                let tool = tools[String(kind.dropFirst("tools.".count))]
            else { return .infinity }
            price = tool
        }
        guard case .double(let dollars) = price else { return .infinity }
        return dollars
    }

    // MARK: One of them

    private func first(
        named name: String,
        among elements: [Value]
    ) throws(EvaluationError) -> Value {
        let named = NamedObjects([name], in: self)
        for element in elements {
            if case .object(let object) = element, named.contains(object, in: self) {
                return element
            }
        }
        throw .missing(name)
    }

    private func model(
        _ name: String,
        at provider: Int,
        among elements: [Value]
    ) throws(EvaluationError) -> Value {
        let named = NamedObjects([name], in: self)
        for element in elements {
            if case .object(let object) = element, self.provider(of: object) == provider,
                named.contains(object, in: self)
            {
                return element
            }
        }
        throw .missing("\(facts.routes.providers[provider].id):\(name)")
    }

    /// What stands in the metadata on a way of names with dots; null where it ends before.
    private func metadata(of object: HostObject, at path: String) -> Value {
        var found = value(of: object, at: ModelPlace.metadata.rawValue)
        for name in path.split(separator: ".") {
            guard case .map(let map) = found, let next = map[String(name)] else { return .null }
            found = next
        }
        return found
    }

    // MARK: Order

    /// The cheapest first, by the price of input and then of output; equal ones keep their order.
    private func byPrice(_ elements: [Value], _ run: inout Run) throws(EvaluationError) -> [Value] {
        try run.step(elements.count * (Int.bitWidth - elements.count.leadingZeroBitCount))
        var order: [UInt64] = []
        order.reserveCapacity(elements.count)
        for (place, element) in elements.enumerated() {
            guard case .object(let object) = element else { continue }
            let index = Int(object.index)
            let rank = index < offerCount ? values.priceRanks[index] : .max
            order.append(UInt64(rank) << 32 | UInt64(place))
        }
        order.sort()
        return order.map { elements[Int($0 & 0xFFFF_FFFF)] }
    }
}

/// What names stand for, whatever collection they are looked for in.
private struct NamedObjects {
    /// By the places of offers.
    private var models: [Bool]
    private let names: Set<String>
    private let providers: Set<Int>
    private let authors: Set<Int>

    init(_ ids: [String], in host: StrategyHost) {
        let lowercased = ids.map { $0.lowercased() }
        models = [Bool](repeating: false, count: host.offerCount)
        for name in lowercased {
            for offer in host.facts.routes.entries[name]?.offers ?? [] {
                if let place = offer.candidate.offer { models[place] = true }
            }
        }
        names = Set(lowercased)
        providers = Set(ids.compactMap { host.facts.routes.providers.index(of: $0) })
        authors = Set(lowercased.compactMap { host.values.authorsByName[$0] })
    }

    func contains(_ object: HostObject, in host: StrategyHost) -> Bool {
        let index = Int(object.index)
        switch object.type {
        case StrategyVocabulary.model.number:
            if index < host.offerCount { return models[index] }
            let candidate = host.passed[index - host.offerCount]
            return names.contains(candidate.displayName.lowercased())
                || names.contains(candidate.model.lowercased())
        case StrategyVocabulary.provider.number: return providers.contains(index)
        case StrategyVocabulary.author.number: return authors.contains(index)
        case StrategyVocabulary.key.number:
            return names.contains(host.keys[index].name.lowercased())
        default: return false
        }
    }
}

extension EvaluationError {
    fileprivate static func missing(_ name: String) -> EvaluationError {
        EvaluationError("there is no '\(name)' to choose here")
    }
}

// Types are checked when an expression is read; what could not be is met here.
extension Value {
    fileprivate var elements: [Value] {
        get throws(EvaluationError) {
            guard case .list(let elements) = self else {
                throw EvaluationError("a \(typeName) is no collection")
            }
            return elements
        }
    }

    fileprivate var text: String {
        get throws(EvaluationError) {
            guard case .string(let text) = self else {
                throw EvaluationError("a \(typeName) is no name")
            }
            return text
        }
    }

    fileprivate var texts: [String] {
        get throws(EvaluationError) {
            var texts: [String] = []
            for element in try elements { texts.append(try element.text) }
            return texts
        }
    }

    fileprivate var number: Double {
        get throws(EvaluationError) {
            switch self {
            case .double(let number): return number
            case .int(let number): return Double(number)
            case .uint(let number): return Double(number)
            default: throw EvaluationError("a \(typeName) is no number")
            }
        }
    }
}

extension [Value] {
    /// The objects that a condition holds of.
    fileprivate func filtered(_ isTaken: (HostObject) -> Bool) throws(EvaluationError) -> [Value] {
        var taken: [Value] = []
        for element in self {
            guard case .object(let object) = element else {
                throw EvaluationError("a \(element.typeName) is no object of the gateway's")
            }
            if isTaken(object) { taken.append(element) }
        }
        return taken
    }
}
