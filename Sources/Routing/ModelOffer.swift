package import Model

/// A model at a provider with all that is known of it, for the keys of one account at one gateway.
///
/// It is made when the table is, and never changes: whoever chooses among models looks at these.
package final class ModelOffer: Sendable {
    /// Its place in the table's `offers`.
    package let index: Int
    /// The provider's place in the table.
    package let providerIndex: Int
    /// Who serves it.
    package let provider: ProviderID
    /// The model's own name.
    package let id: String
    /// The name that the provider knows it by.
    package let model: String
    /// Other names for it.
    package let aliases: [String]
    /// Other names of who made it.
    package let authorAliases: [String]
    /// What is known of it there.
    package let facts: ModelFacts
    /// Whether the operator listed it and the catalog does not know it there.
    package let isCustom: Bool
    /// What live metrics are looked up by.
    package let measured: MeasuredModel
    /// The account that made the provider; nil for the operator's.
    package let owner: AccountID?
    /// Why it is no candidate; nil when it is one.
    package let exclusion: Exclusion?
    /// The dialects in which it is served.
    let dialects: DialectSet

    init(
        index: Int,
        _ gathered: GatheredOffer,
        of provider: Provider,
        id: String,
        aliases: [String],
        authorAliases: [String],
        exclusion: Exclusion?
    ) {
        self.index = index
        providerIndex = gathered.provider
        self.provider = provider.id
        self.id = id
        model = gathered.model
        self.aliases = aliases
        self.authorAliases = authorAliases
        facts = gathered.facts
        isCustom = gathered.isCustom
        measured = MeasuredModel("\(provider.id):\(gathered.model)")
        self.exclusion = exclusion
        owner = provider.owner
        dialects = DialectSet(provider.dialects)
    }
}

/// Dialects, a bit each.
package struct DialectSet: Hashable, Sendable {
    private var bits: UInt8 = 0

    /// These dialects.
    package init(_ dialects: [Dialect] = []) {
        for dialect in dialects { bits |= 1 << UInt8(dialect.ordinal) }
    }

    /// Whether there is none.
    package var isEmpty: Bool { bits == 0 }

    /// Whether a dialect is among them.
    package func contains(_ dialect: Dialect) -> Bool {
        bits & 1 << UInt8(dialect.ordinal) != 0
    }

    /// Adds those of another set.
    mutating func formUnion(_ other: DialectSet) {
        bits |= other.bits
    }
}

/// A model as lists show it.
package struct ListedModel: Sendable {
    /// Its name.
    package let id: String
    /// What is known of it, at the provider that is preferred.
    package let facts: ModelFacts
    /// Where it can be had, in order of preference; for a virtual model those of its targets that
    /// are known.
    package let offers: [ModelOffer]
    /// Who serves it, in order of preference.
    package let providers: [ProviderID]
    /// The dialects in which it is served.
    package let dialects: DialectSet
    /// Whether it is a name of the operator's for a list of others.
    package let isVirtual: Bool

    /// What people read.
    package var displayName: String { facts.displayName ?? id }
}
