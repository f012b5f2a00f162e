package import Model

/// An upstream API: where it is, what it speaks, and what the operator set for it.
package struct Provider: Sendable {
    /// Who wrote it down, which decides what addresses it may lead to.
    package enum Origin: Equatable, Sendable {
        /// The operator, in gateway.yaml, or the product itself.
        case `operator`
        /// An account, for itself alone.
        case account(AccountID)
    }

    /// Its id, as in `openai:gpt-4o`.
    package let id: ProviderID
    /// What people read.
    package var displayName: String
    /// Who wrote it down.
    package var origin: Origin
    /// Whether it is one of the product's own.
    package var isBuiltIn: Bool
    /// Whether the gateway's `providers` names it.
    package var isConfigured: Bool
    /// Whether the operator switched it off.
    package var isDisabled: Bool
    /// Whether HTTP/2 is asked for.
    package var usesHTTP2: Bool
    /// The operator's keys, in order.
    package var managedKeys: [Secret]
    /// The client headers passed on beside the standard ones, in lower case.
    package var forwardHeaders: [String]
    /// What is set on every request to it: the gateway's headers under the provider's own.
    package var headers: [HeaderField]
    /// The top-level members of a request that it takes; empty for all.
    package var supportedParameters: [String]
    /// What is set in every body for it: the gateway's members under the provider's own.
    package var body: [BodyMember]
    /// Whether a request to it could come back here: it is at an address of the operator's own.
    package internal(set) var mayLeadBack: Bool
    /// The models that the operator listed for it.
    package var models: [ProviderModel]
    /// The surfaces in the order of `Dialect.allCases`.
    private var surfaces: [Surface?]
    /// The dialect that a `base_url` alone speaks of.
    private let mainDialect: Dialect

    /// A provider with these surfaces and nothing else set.
    package init(
        id: ProviderID,
        displayName: String,
        origin: Origin = .operator,
        isBuiltIn: Bool = false,
        mainDialect: Dialect = .openAIChat,
        surfaces: [Dialect: Surface]
    ) {
        self.id = id
        self.displayName = displayName
        self.origin = origin
        self.isBuiltIn = isBuiltIn
        self.mainDialect = mainDialect
        self.surfaces = Dialect.allCases.map { surfaces[$0] }
        isConfigured = false
        isDisabled = false
        usesHTTP2 = false
        managedKeys = []
        forwardHeaders = []
        headers = []
        supportedParameters = []
        body = []
        models = []
        mayLeadBack = true
    }

    /// The account that made it; nil for the operator's.
    package var owner: AccountID? {
        switch origin {
        case .operator: nil
        case .account(let account): account
        }
    }

    /// Whether it is spoken to where the product's own list has it, and nowhere else.
    var isWhereItWas: Bool {
        guard let original = BuiltInProviders.provider(id.rawValue.lowercased()) else {
            return false
        }
        return dialects.allSatisfy { dialect in
            surface(for: dialect)?.baseURL == original.surface(for: dialect)?.baseURL
        }
    }

    /// Where a dialect is spoken; nil when it is not.
    package func surface(for dialect: Dialect) -> Surface? {
        surfaces[dialect.ordinal]
    }

    /// The dialects it speaks.
    package var dialects: [Dialect] {
        Dialect.allCases.filter { surfaces[$0.ordinal] != nil }
    }

    /// Puts a surface in place of what is known of a dialect.
    package mutating func setSurface(_ surface: Surface?, for dialect: Dialect) {
        surfaces[dialect.ordinal] = surface
    }
}

extension Provider {
    /// Moves it to another base URL, and with it every dialect that is spoken at or below the old
    /// one; those spoken elsewhere are dropped, so that no traffic passes the new base by.
    package mutating func move(to base: BaseURL) throws(BaseURLError) {
        let old = surface(for: mainDialect)?.baseURL.prefix ?? ""
        for dialect in dialects {
            guard let surface = surface(for: dialect), surface.baseURL.prefix.hasPrefix(old) else {
                setSurface(nil, for: dialect)
                continue
            }
            let rest = surface.baseURL.prefix.dropFirst(old.count)
            let query = base.query.isEmpty ? "" : "?\(base.query)"
            let moved = try BaseURL("\(base.prefix)\(rest)\(query)")
            setSurface(
                Surface(baseURL: moved, path: surface.path, auth: surface.auth),
                for: dialect
            )
        }
    }
}

/// A model that the operator listed for a provider.
package struct ProviderModel: Equatable, Sendable {
    /// The name here.
    package var id: String
    /// The name at the provider.
    package var upstreamID: String
    /// What the operator says of it.
    package var facts: ModelFacts

    /// A model of which at least the name is known.
    ///
    /// - Parameter upstreamID: its name at the provider, where that is another one.
    package init(id: String, upstreamID: String? = nil, facts: ModelFacts = ModelFacts()) {
        self.id = id
        self.upstreamID = upstreamID ?? id
        self.facts = facts
    }
}

/// A header that is set on upstream requests; its value may be a secret.
package struct HeaderField: Equatable, Sendable {
    /// The name as configured.
    package let name: String
    /// The value.
    package let value: Secret

    /// A header.
    package init(name: String, value: Secret) {
        self.name = name
        self.value = value
    }
}

extension Dialect {
    /// The place in `allCases`.
    var ordinal: Int {
        switch self {
        case .openAIChat: 0
        case .openAIResponses: 1
        case .anthropicMessages: 2
        case .gemini: 3
        }
    }
}
