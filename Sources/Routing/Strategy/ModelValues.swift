import Model
import Selection

/// What is known of the models of a route table, made ready for expressions once: whoever asks for
/// a field makes nothing.
package final class ModelValues: Sendable {
    /// Every field of every offer, in the order of `RouteTable.offers`.
    let table: HostTable
    /// What live metrics of an offer are looked up by.
    let measured: [MeasuredModel]
    /// The offers in the order of their price, those of the same price with the same number.
    let priceRanks: [UInt32]
    /// The places of the offers' providers.
    let providers: [Int32]
    /// The places of their authors in `authors`; -1 where nobody knows who made it.
    let authorPlaces: [Int32]
    /// Who made the models.
    let authors: [CatalogAuthor]
    /// The places of authors by id and alias in lower case.
    let authorsByName: [String: Int]

    /// The values of these offers.
    init(of offers: [ModelOffer], authors catalog: Catalog) {
        var values: [Value] = []
        values.reserveCapacity(offers.count * ModelPlace.count)
        var authors: [CatalogAuthor] = []
        var byName: [String: Int] = [:]
        var places: [Int32] = []
        for offer in offers {
            values += ModelPlace.allCases.map { offer.value(at: $0) }
            guard let id = offer.facts.author else {
                places.append(-1)
                continue
            }
            let place = byName[id.lowercased()] ?? authors.count
            if place == authors.count {
                authors.append(catalog.author(named: id) ?? CatalogAuthor(id: id, displayName: id))
                for name in [id, authors[place].id] + authors[place].aliases {
                    byName[name.lowercased()] = place
                }
            }
            places.append(Int32(place))
        }
        table = HostTable(of: StrategyVocabulary.model, width: ModelPlace.count, values)
        self.authors = authors
        authorsByName = byName
        authorPlaces = places
        providers = offers.map { Int32($0.providerIndex) }
        measured = offers.map { MeasuredModel("\($0.provider):\($0.model)") }
        priceRanks = Self.ranks(of: offers)
    }

    /// What the catalog or the configuration says of an offer.
    func value(of offer: Int, at place: Int) -> Value {
        table.value(of: offer, at: place)
    }

    /// By the price of input, then of output; without a price last.
    private static func ranks(of offers: [ModelOffer]) -> [UInt32] {
        let prices = offers.map { offer -> (input: Int64, output: Int64) in
            let usual = offer.facts.pricing?.usual
            return (
                usual?.input?.picoDollars ?? .max, usual?.output?.picoDollars ?? .max
            )
        }
        let order = prices.indices.sorted { prices[$0] < prices[$1] }
        var ranks = [UInt32](repeating: 0, count: offers.count)
        var rank: UInt32 = 0
        for (place, index) in order.enumerated() {
            if place > 0, prices[order[place - 1]] != prices[index] { rank += 1 }
            ranks[index] = rank
        }
        return ranks
    }
}

extension ModelOffer {
    /// A field as expressions see it; what nobody knows is empty, a price nobody knows infinite.
    fileprivate func value(at place: ModelPlace) -> Value {
        switch place {
        case .id: .text(id)
        case .idAliases: .texts(aliases)
        case .providerID: .text(provider.rawValue)
        case .providerIDAliases: .list([])
        case .authorID: .text(facts.author)
        case .authorIDAliases: .texts(authorAliases)
        case .displayName: .text(facts.displayName ?? id)
        case .description: .text(facts.description)
        case .isKnown: .bool(true)
        case .isCustom: .bool(isCustom)
        case .metadata: facts.metadata.flatMap { Value(jsonText: $0) } ?? .map(ValueMap())
        case .inputModalities: .texts(facts.inputModalities.names)
        case .outputModalities: .texts(facts.outputModalities.names)
        case .supportedFeatures: .texts(facts.supportedFeatures)
        case .maxContextWindow: .count(facts.maxContextWindow)
        case .maxOutputTokens: .count(facts.maxOutputTokens)
        case .parameterCount: .count(facts.parameterCount)
        case .quantization: .text(facts.quantization)
        case .dataTrainingPolicy: .text(facts.dataTrainingPolicy)
        case .dataRetentionDays: .count(facts.dataRetentionDays)
        case .dataRetentionPolicy: .text(facts.dataRetentionPolicy)
        case .datacenters:
            .list(
                facts.datacenters.indices.map {
                    .object(HostObject(StrategyVocabulary.datacenter, index: index, part: $0))
                }
            )
        case .priceOfInput, .priceOfOutput, .priceOfCacheRead, .priceOfCacheWrite,
            .priceOfCacheWrite1h, .priceOfBatchInput, .priceOfBatchOutput, .pricesOfTools:
            price(at: place)
        }
    }

    private func price(at place: ModelPlace) -> Value {
        guard let pricing = facts.pricing else {
            return place == .pricesOfTools ? .map(ValueMap()) : .double(.infinity)
        }
        let usual = pricing.usual
        switch place {
        case .priceOfInput: return .price(usual.input)
        case .priceOfOutput: return .price(usual.output)
        case .priceOfCacheRead: return .price(usual.cacheRead ?? usual.input)
        case .priceOfCacheWrite: return .price(usual.cacheWrite ?? usual.input)
        case .priceOfCacheWrite1h:
            return .price(usual.cacheWrite1h ?? usual.cacheWrite ?? usual.input)
        case .priceOfBatchInput: return .price(pricing.batch?.input)
        case .priceOfBatchOutput: return .price(pricing.batch?.output)
        default:
            // In dollars for a thousand calls, as the catalog has them.
            let prices = pricing.tools.sorted { $0.key < $1.key }
            return .map(ValueMap(prices.map { ($0.key, .double(Double($0.value.rawValue) / 1e6)) }))
        }
    }
}

extension Pricing {
    /// What tokens cost where an answer may take a day; nil where that is not offered.
    fileprivate var batch: TokenRates? {
        guard tiers.contains(.batch) else { return nil }
        return rates(PriceConditions(at: Timestamp(unixSecond: 0), tiers: .batch))
    }
}

extension Value {
    /// A text of its own, so that tables of several loops don't count one reference.
    fileprivate static func text(_ text: String?) -> Value {
        .string(text.map { String(decoding: $0.utf8, as: UTF8.self) } ?? "")
    }

    fileprivate static func texts(_ texts: [String]) -> Value {
        .list(texts.map { .text($0) })
    }

    fileprivate static func count(_ count: Int?) -> Value {
        .int(Int64(count ?? 0))
    }

    fileprivate static func price(_ price: TokenPrice?) -> Value {
        .double(price?.dollarsPerMillion ?? .infinity)
    }
}
