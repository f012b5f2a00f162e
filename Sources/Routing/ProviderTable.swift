import Model

/// The providers of one gateway in order of preference: the configured ones as the file lists
/// them, then the built-in ones that it does not mention.
package struct ProviderTable: Sendable {
    /// All of them, switched-off ones too.
    package let providers: [Provider]
    /// Places by id in lower case.
    private let places: [String: Int]

    /// Puts the configured providers before the built-in ones and the gateway's own headers,
    /// members of bodies and query parameters, each of these encoded as `name=value`, under those
    /// of every provider.
    package init(
        configured: [Provider] = [],
        headers: [HeaderField] = [],
        parameters: [String] = [],
        body: [BodyMember] = []
    ) {
        let named = Set(configured.map { $0.id.rawValue.lowercased() })
        let others = BuiltInProviders.all.filter { !named.contains($0.id.rawValue) }
        providers = (configured + others).map { provider in
            var provider = provider
            let own = Set(provider.headers.map { $0.name.lowercased() })
            provider.headers =
                headers.filter { !own.contains($0.name.lowercased()) } + provider.headers
            let set = Set(provider.body.map(\.name))
            provider.body = body.filter { !set.contains($0.name) } + provider.body
            provider.mayLeadBack = !provider.isWhereItWas
            if !parameters.isEmpty {
                for dialect in provider.dialects {
                    let surface = provider.surface(for: dialect)
                    provider.setSurface(surface?.adding(parameters: parameters), for: dialect)
                }
            }
            return provider
        }
        places = Self.places(of: providers)
    }

    private init(_ providers: [Provider]) {
        self.providers = providers
        places = Self.places(of: providers)
    }

    private static func places(of providers: [Provider]) -> [String: Int] {
        Dictionary(
            providers.enumerated().map { ($0.element.id.rawValue.lowercased(), $0.offset) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// The same table with an account's own providers behind the others.
    ///
    /// What the operator sets for every provider is not set for them: it may hold secrets, and who
    /// made them reads what they are sent.
    package func adding(_ own: [Provider]) -> ProviderTable {
        ProviderTable(providers + own)
    }

    /// The provider at a place.
    package subscript(_ index: Int) -> Provider { providers[index] }

    /// How the provider at a place is asked; nil where it is not asked at all.
    package func asking(
        _ index: Int,
        for operation: Operation,
        isStream: Bool
    ) -> Asking? {
        // A span lends the provider, of which an array would make a copy.
        providers.span[index].asking(for: operation, isStream: isStream)
    }

    /// The members that the provider at a place takes, and those that are set for it.
    func parameters(of index: Int) -> (supported: [String], merged: [BodyMember]) {
        let providers = self.providers.span
        return (providers[index].supportedParameters, providers[index].body)
    }

    /// The place of a provider, the case of letters ignored.
    package func index(of id: String) -> Int? {
        places[id] ?? places[id.lowercased()]
    }
}
