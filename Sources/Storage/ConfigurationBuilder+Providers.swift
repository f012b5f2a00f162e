import Model
import Routing

extension ConfigurationBuilder {
    /// The providers of a gateway.
    mutating func providers(_ gateway: ConfigurationSection) -> [Provider] {
        var seen: Set<String> = []
        return gateway.sections("providers").compactMap { section in
            if let id = section.text("id"), !seen.insert(id.lowercased()).inserted {
                report.refuse(
                    "'\(section.path("id"))' is there twice: '\(id)'",
                    at: section["id"].place
                )
            }
            return provider(section)
        }
    }

    private mutating func provider(_ section: ConfigurationSection) -> Provider? {
        let headers = headers(section)
        let body = bodyMembers(section)
        let keys = apiKeys(section)
        let forward = forwardHeaders(section)
        let models = models(section)
        guard let id = section.text("id") else { return nil }
        let builtIn = BuiltInProviders.provider(id.lowercased())
        guard var provider = located(section, id: id, builtIn) else { return nil }
        provider.isConfigured = true
        provider.displayName = section.text("display_name") ?? provider.displayName
        provider.isDisabled = section.flag("disabled") ?? false
        provider.usesHTTP2 = section.flag("http2") ?? false
        provider.managedKeys = keys
        provider.forwardHeaders += forward.filter { !provider.forwardHeaders.contains($0) }
        provider.headers = headers
        provider.supportedParameters = section.texts("supported_params").map(\.text)
        provider.body = body
        provider.models = models
        return provider
    }

    /// The provider with its surfaces, the built-in one moved where the file says.
    private mutating func located(
        _ section: ConfigurationSection,
        id: String,
        _ builtIn: Provider?
    ) -> Provider? {
        let base = baseURL(section, "base_url")
        if case .broken = section["dialects"].value { return nil }
        if case .sections(let dialects) = section["dialects"].value {
            return spoken(dialects, section, id: id, base: base, builtIn)
        }
        if var provider = builtIn {
            guard let base else { return provider }
            do throws(BaseURLError) {
                try provider.move(to: base)
            } catch {
                report.refuse(
                    "'\(section.path("base_url"))' \(error)",
                    at: section["base_url"].place
                )
            }
            return provider
        }
        guard let base else {
            if section.text("base_url") == nil { refuseUnlocated(section, id) }
            return nil
        }
        return Provider(
            id: ProviderID(id),
            displayName: id,
            surfaces: [.openAIChat: Surface(baseURL: base, auth: .bearer)]
        )
    }

    private mutating func refuseUnlocated(_ section: ConfigurationSection, _ id: String) {
        if case .broken = section["base_url"].value { return }
        let names = BuiltInProviders.all.map(\.id.rawValue)
        let nearest = NearestNames.nearest(to: id, among: names, limit: 1).first
        let hint = nearest.map { " (did you mean the built-in '\($0)'?)" } ?? ""
        report.refuse(
            "'\(section.path("base_url"))' is missing: '\(id)' is no built-in provider\(hint)",
            at: section["id"].place
        )
    }

    /// The provider that speaks the dialects that the file lists, and no other.
    private mutating func spoken(
        _ dialects: [ConfigurationPair],
        _ section: ConfigurationSection,
        id: String,
        base: BaseURL?,
        _ builtIn: Provider?
    ) -> Provider? {
        var surfaces: [Dialect: Surface] = [:]
        for pair in dialects {
            guard let dialect = Dialect(rawValue: pair.name),
                case .section(let table) = pair.setting.value
            else { continue }
            let known = builtIn?.surface(for: dialect)
            let own = baseURL(table, "base_url")
            guard let baseURL = own ?? base ?? known?.baseURL else {
                if table.text("base_url") == nil, section.text("base_url") == nil {
                    report.refuse(
                        "'\(table.path("base_url"))' is missing, and so is the provider's",
                        at: pair.namePlace
                    )
                }
                continue
            }
            surfaces[dialect] = Surface(
                baseURL: baseURL,
                path: path(table, dialect),
                auth: table.text("auth").flatMap(Auth.init) ?? known?.auth ?? dialect.usualAuth
            )
        }
        if var provider = builtIn {
            for dialect in Dialect.allCases {
                provider.setSurface(surfaces[dialect], for: dialect)
            }
            return provider
        }
        return Provider(id: ProviderID(id), displayName: id, surfaces: surfaces)
    }

    private mutating func baseURL(_ section: ConfigurationSection, _ key: String) -> BaseURL? {
        guard let text = section.text(key) else { return nil }
        do throws(BaseURLError) {
            let base = try BaseURL(text)
            if leadsBack(base) {
                report.refuse(
                    "'\(section.path(key))' leads back to the gateway: port \(base.port) of this "
                        + "machine is its own 'listen'",
                    at: section[key].place
                )
            }
            return base
        } catch {
            report.refuse("'\(section.path(key))' \(error)", at: section[key].place)
            return nil
        }
    }

    /// Whether the address is the gateway's own; what a web server passes on to it is not known
    /// here, and refused when a request comes back.
    private func leadsBack(_ base: BaseURL) -> Bool {
        guard let listen = root.text("listen"), listen.hasPrefix("tcp:"),
            let colon = listen.lastIndex(of: ":")
        else { return false }
        return HostKind(host: base.host) == .loopback
            && UInt16(listen[listen.index(after: colon)...]) == base.port
    }

    private mutating func path(_ table: ConfigurationSection, _ dialect: Dialect) -> String? {
        guard let path = table.text("path") else { return nil }
        let isPath =
            path.hasPrefix("/")
            && path.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x23 && $0 != 0x3F }
        if dialect == .gemini || !isPath {
            report.refuse(
                dialect == .gemini
                    ? "'\(table.path("path"))' can't be: gemini's path holds the model and the verb"
                    : "'\(table.path("path"))' must begin with a slash and have no query",
                at: table["path"].place
            )
        }
        return path
    }

    private mutating func apiKeys(_ section: ConfigurationSection) -> [Secret] {
        section.sections("api_keys").compactMap { key in
            guard let value = key.secret("value") else { return nil }
            let setting = key["value"]
            warnOfLiteral(setting, key.path("value"))
            if value.exposed.isEmpty {
                report.refuse("'\(key.path("value"))' is empty", at: setting.place)
            } else if value.exposed.utf8.count > Limits.providerKeyValueBytes {
                report.refuse(
                    "'\(key.path("value"))' is longer than \(Limits.providerKeyValueBytes) bytes",
                    at: setting.place
                )
            } else if !value.exposed.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) {
                report.refuse(
                    "'\(key.path("value"))' has a space or a character that a key can't have",
                    at: setting.place
                )
            }
            return value
        }
    }

    private mutating func forwardHeaders(_ section: ConfigurationSection) -> [String] {
        section.texts("forward_headers").map { name, place in
            let lowercased = name.lowercased()
            let path = section.path("forward_headers")
            if !ConfigurationQuantity.isHeaderName(name) {
                report.refuse("'\(path)' has '\(name)', which is no header's name", at: place)
            } else if Self.credentials.contains(lowercased) {
                report.refuse(
                    "'\(path)' has '\(name)', which may hold the client's access key",
                    at: place
                )
            } else if Self.framing.contains(lowercased) {
                report.refuse(
                    "'\(path)' has '\(name)', which is set by the gateway itself",
                    at: place
                )
            }
            return lowercased
        }
    }

    private mutating func models(_ section: ConfigurationSection) -> [ProviderModel] {
        var seen: Set<String> = []
        return section.sections("models").compactMap { table -> ProviderModel? in
            guard let id = table.text("id") else { return nil }
            if !seen.insert(id.lowercased()).inserted {
                report.refuse(
                    "'\(table.path("id"))' is there twice: '\(id)'",
                    at: table["id"].place
                )
            }
            do throws(ModelAddressError) {
                _ = try ModelAddress.parse(id)
            } catch {
                report.refuse(
                    "'\(table.path("id"))' is no model's name: \(error)",
                    at: table["id"].place
                )
            }
            return ProviderModel(id: id, facts: Self.facts(table))
        }
    }

    private static func facts(_ table: ConfigurationSection) -> ModelFacts {
        func modalities(_ key: String) -> Modalities {
            Modalities(table.texts(key).compactMap { Modality(rawValue: $0.text) })
        }
        var facts = ModelFacts()
        facts.author = table.text("author_id")
        facts.displayName = table.text("display_name")
        facts.description = table.text("description")
        facts.inputModalities = modalities("input_modalities")
        facts.outputModalities = modalities("output_modalities")
        facts.maxContextWindow = table.number("max_context_window")
        facts.maxOutputTokens = table.number("max_output_tokens")
        facts.supportedFeatures = table.texts("supported_features").map(\.text)
        facts.unsupportedParameters = table.texts("unsupported_params").map(\.text)
        facts.pricing = table.section("pricing").map(pricing)
        return facts
    }

    private static func pricing(_ table: ConfigurationSection) -> Pricing {
        Pricing(
            TokenRates(
                input: table.price("input"),
                output: table.price("output"),
                cacheRead: table.price("cache_read"),
                cacheWrite: table.price("cache_write"),
                cacheWrite1h: table.price("cache_write_1h")
            )
        )
    }
}

extension Dialect {
    /// How its own inventor takes the key.
    fileprivate var usualAuth: Auth {
        switch self {
        case .openAIChat, .openAIResponses: .bearer
        case .anthropicMessages: .xAPIKey
        case .gemini: .googAPIKey
        }
    }
}
