package import Selection

/// What selection expressions speak of: names, and the fields and methods of what they stand for.
package enum StrategyVocabulary {
    /// All of it, for programs that are read once and run for requests.
    package static func environment(
        zone: @escaping @Sendable (String) -> TimeZone? = { _ in nil }
    ) -> Environment {
        Environment(root: root, types: types, zone: zone)
    }

    /// The kinds of objects, by their numbers.
    enum Kind: UInt8 {
        case root, ai, model, pricing, datacenter, metrics, scope, latency, errors, tokens, quota
        case keyScopes, provider, author, key, request, caller
    }

    static let types = [
        root, ai, model, pricing, datacenter, metrics, scope, latency, errors, tokens, quota,
        keyScopes, provider, author, key, request, caller,
    ]

    // MARK: What stands alone

    static let root = HostType(
        .root,
        "request",
        fields: [
            HostField("ai", .object(ai), at: HostPlace.root),
            HostField("req", .object(request), at: HostPlace.request),
            HostField("key", .object(caller), at: HostPlace.caller),
            HostField("now", .timestamp, at: HostPlace.now),
        ]
    )

    static let ai = HostType(
        .ai,
        "`ai`",
        fields: [
            HostField("models", .list(.object(model)), at: 0),
            HostField("providers", .list(.object(provider)), at: 1),
            HostField("authors", .list(.object(author)), at: 2),
            HostField("keys", .list(.object(key)), at: 3),
        ]
    )

    static let request = HostType(
        .request,
        "`req`",
        fields: [
            HostField("path", .string, at: 0), HostField("tokens", .int, at: 1),
            HostField("tools", .int, at: 2), HostField("images", .int, at: 3),
            HostField("stream", .bool, at: 4),
            HostField("headers", .map(.string, .string), at: 5),
        ]
    )

    static let caller = HostType(
        .caller,
        "`key`",
        fields: [
            HostField("id", .string, at: 0), HostField("name", .string, at: 1),
            HostField("metadata", .any, at: 2),
        ]
    )

    // MARK: Collections

    static let model = HostType(
        .model,
        "model",
        fields: ModelPlace.fields + [
            HostField("pricing", .object(pricing), at: ModelPlace.priceOfInput.rawValue),
            HostField("metrics", .object(metrics), at: HostPlace.measuredModel),
        ],
        methods: [HostMethod("getMetadata", .getMetadata, [.init(.string)], .other(.any))],
        listMethods: listMethods + [
            HostMethod("get", .getAtProvider, [.init(.string), .init(.string)], .element),
            HostMethod("onlyProviders", .onlyProviders, [ids]),
            HostMethod("ignoreProviders", .ignoreProviders, [ids]),
            HostMethod("onlyAuthors", .onlyAuthors, [ids]),
            HostMethod("ignoreAuthors", .ignoreAuthors, [ids]),
            HostMethod("inRegion", .inRegion, [.init(.string)]),
            HostMethod("inCountryCode", .inCountryCode, [.init(.string)]),
            HostMethod(
                "underCost",
                .underCost,
                [
                    .init(.string, choices: PricedKind.names + ["tools.*"]),
                    .init(.double, .int, .uint),
                ]
            ),
            HostMethod("sortBy", .sortByPrice, [.init(.string, choices: ["price"])]),
        ]
    )

    static let pricing = HostType(.pricing, "pricing", fields: ModelPlace.priceFields)

    static let datacenter = HostType(
        .datacenter,
        "datacenter",
        fields: [
            HostField("country_code", .string, at: HostPlace.datacenter),
            HostField("region", .string, at: HostPlace.datacenter + 1),
        ]
    )

    static let provider = HostType(
        .provider,
        "provider",
        fields: [
            HostField("id", .string, at: HostPlace.provider),
            HostField("id_aliases", .list(.string), at: HostPlace.provider + 1),
            HostField("display_name", .string, at: HostPlace.provider + 2),
            HostField("custom", .bool, at: HostPlace.provider + 3),
        ],
        methods: [HostMethod("getModel", .getModel, [.init(.string)], .other(.object(model)))],
        listMethods: listMethods
    )

    static let author = HostType(
        .author,
        "author",
        fields: [
            HostField("id", .string, at: HostPlace.author),
            HostField("id_aliases", .list(.string), at: HostPlace.author + 1),
            HostField("display_name", .string, at: HostPlace.author + 2),
        ],
        listMethods: listMethods
    )

    static let key = HostType(
        .key,
        "provider key",
        fields: [
            HostField("id", .string, at: HostPlace.key),
            HostField("provider_id", .string, at: HostPlace.key + 1),
            HostField("managed", .bool, at: HostPlace.key + 2),
        ] + MeasuredPlace.fields(from: HostPlace.measuredKey),
        listMethods: listMethods + [
            HostMethod("onlyProviders", .onlyProviders, [ids]),
            HostMethod("ignoreProviders", .ignoreProviders, [ids]),
        ]
    )

    // MARK: What was measured

    static let metrics = HostType(
        .metrics,
        "metrics",
        fields: MeasuredPlace.Scope.allCases.map { scope in
            HostField(
                scope.rawValue,
                .object(scope == .keys ? keyScopes : StrategyVocabulary.scope),
                at: MeasuredPlace.stride * scope.number
            )
        }
    )

    static let keyScopes = HostType(.keyScopes, "`api_keys`", element: .object(scope))
    static let scope = HostType(.scope, "metrics", fields: MeasuredPlace.fields(from: 0))
    static let latency = HostType(.latency, "latency", fields: MeasuredPlace.latencyFields)
    static let errors = HostType(.errors, "error_rate", fields: MeasuredPlace.errorFields)
    static let tokens = HostType(.tokens, "token", fields: MeasuredPlace.tokenFields)
    static let quota = HostType(.quota, "quota", fields: MeasuredPlace.quotaFields)

    // MARK: Methods

    private static let ids = HostMethod.Parameter(.list(.string))

    /// What every collection has.
    private static let listMethods = [
        HostMethod("only", .only, [ids]), HostMethod("ignore", .ignore, [ids]),
        HostMethod("random", .random, [], .element), HostMethod("randomize", .randomize),
        HostMethod("get", .get, [.init(.string)], .element),
    ]
}

/// What the host is asked to do.
enum StrategyMethod: Int {
    case only, ignore, random, randomize, get
    case getAtProvider, onlyProviders, ignoreProviders, onlyAuthors, ignoreAuthors
    case inRegion, inCountryCode, underCost, sortByPrice
    case getMetadata, getModel
}

/// Where the places of each kind of object begin: a part of an object has places of its own among
/// them, so that a place alone says what is asked for.
enum HostPlace {
    /// What the catalog says of a model.
    static let model = 0
    /// What was measured of a model, scope by scope.
    static let measuredModel = 64
    /// What a key is.
    static let key = 1024
    /// What was measured of a key.
    static let measuredKey = 1056
    static let root = 2048
    static let now = root + 4
    static let caller = root + 8
    static let request = root + 16
    static let provider = 3072
    static let author = 3104
    static let datacenter = 3136
}

extension HostType {
    fileprivate convenience init(
        _ kind: StrategyVocabulary.Kind,
        _ name: String,
        fields: [HostField] = [],
        methods: [HostMethod] = [],
        listMethods: [HostMethod] = [],
        element: StaticType? = nil
    ) {
        self.init(
            kind.rawValue,
            name,
            fields: fields,
            methods: methods,
            listMethods: listMethods,
            element: element
        )
    }
}

extension HostMethod {
    fileprivate init(
        _ name: String,
        _ method: StrategyMethod,
        _ parameters: [Parameter] = [],
        _ result: Result = .same
    ) {
        self.init(name, number: method.rawValue, parameters, result: result)
    }
}
