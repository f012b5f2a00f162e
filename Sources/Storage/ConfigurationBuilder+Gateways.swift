import Access
import Model
import Routing

extension ConfigurationBuilder {
    /// The gateways of the file.
    mutating func gateways() -> [GatewayConfiguration] {
        let sections = root.sections("gateways")
        if case .list(let list) = root["gateways"].value, list.isEmpty {
            report.refuse(
                "'gateways' must hold at least one gateway, as in `gateways: [ { id: ep_main } ]`",
                at: root["gateways"].place == .none ? root.place : root["gateways"].place
            )
        }
        var seen: Set<String> = []
        return sections.compactMap { section in
            if let id = section.text("id"), !seen.insert(id).inserted {
                report.refuse(
                    "'\(section.path("id"))' is there twice: '\(id)'",
                    at: section["id"].place
                )
            }
            return gateway(section)
        }
    }

    private mutating func gateway(_ section: ConfigurationSection) -> GatewayConfiguration? {
        let accounts = accounts(section)
        checkTimers(section)
        let headers = headers(section)
        let parameters = queryParameters(section)
        let body = bodyMembers(section)
        let errorLocation = errorLocation(section)
        let providers = providers(section)
        let choice = choice(section)
        guard let id = section.text("id"), let connect = section.time("connect_timeout"),
            let firstByte = section.time("first_byte_timeout"),
            let perRequest = section.time("per_request_timeout"),
            let total = section.time("total_timeout"), let stall = section.time("stall_timeout"),
            let earlyHead = section.time("early_head_after"),
            let onlyProviders = section.flag("only_allow_configured_providers"),
            let onlyModels = section.flag("only_allow_configured_models"),
            let onDisconnect = section.text("on_disconnect").flatMap(DisconnectPolicy.init)
        else { return nil }
        return GatewayConfiguration(
            id: GatewayID(id),
            accounts: accounts,
            connectTimeout: connect,
            firstByteTimeout: firstByte,
            firstContentTimeout: section.time("first_content_timeout"),
            perRequestTimeout: perRequest,
            totalTimeout: total,
            stallTimeout: stall,
            maxStreamDuration: section.time("max_stream_duration"),
            earlyHeadAfter: earlyHead,
            recoversStreams: section.text("stream_recovery") == "continue",
            hedgeAfter: section.time("hedge_after"),
            onDisconnect: onDisconnect,
            errorLocation: errorLocation,
            maxInputTokens: section.number("max_input_tokens"),
            maxOutputTokens: section.number("max_output_tokens"),
            rules: RouteTable.Rules(
                onlyConfiguredProviders: onlyProviders,
                onlyConfiguredModels: onlyModels
            ),
            choice: choice,
            providers: ProviderTable(
                configured: providers,
                headers: headers,
                parameters: parameters,
                body: body
            )
        )
    }

    private mutating func accounts(_ section: ConfigurationSection) -> [AccountID] {
        let accounts = section.texts("accounts")
        if case .list(let list) = section["accounts"].value, list.isEmpty {
            report.refuse(
                "'\(section.path("accounts"))' must name an account: no key would be accepted",
                at: section["accounts"].place
            )
        }
        var seen: Set<String> = []
        for (account, place) in accounts {
            if !AccountID.isName(account) {
                report.refuse(
                    "'\(section.path("accounts"))' has '\(account)', which is no account's name: 1 "
                        + "to \(Limits.accountNameBytes) letters, digits, dots, underscores, hyphens",
                    at: place
                )
            } else if !seen.insert(account).inserted {
                report.refuse(
                    "'\(section.path("accounts"))' names '\(account)' twice",
                    at: place
                )
            }
        }
        return accounts.map { AccountID($0.text) }
    }

    /// Warns of a timer that another one always beats.
    private mutating func checkTimers(_ section: ConfigurationSection) {
        let pairs = [
            ("per_request_timeout", "total_timeout"), ("connect_timeout", "per_request_timeout"),
            ("first_byte_timeout", "per_request_timeout"),
            ("first_content_timeout", "per_request_timeout"),
        ]
        for (inner, outer) in pairs {
            guard let first = section.time(inner), let second = section.time(outer), first > second
            else { continue }
            let place = section[inner].place
            report.warn(
                "'\(section.path(inner))' (\(ConfigurationQuantity.text(first))) is longer than "
                    + "'\(outer)' (\(ConfigurationQuantity.text(second))), which ends it first",
                at: place == .none ? section[outer].place : place
            )
        }
    }

    /// The headers of a gateway or a provider.
    mutating func headers(_ section: ConfigurationSection) -> [HeaderField] {
        var seen: Set<String> = []
        return section.pairs("headers").compactMap { pair in
            let path = "\(section.path("headers")).\(pair.name)"
            guard case .secret(let value) = pair.setting.value else { return nil }
            let name = pair.name.lowercased()
            if !ConfigurationQuantity.isHeaderName(pair.name) {
                report.refuse("'\(path)' is no header's name", at: pair.namePlace)
            } else if Self.framing.contains(name) {
                report.refuse("'\(path)' is set by the gateway itself", at: pair.namePlace)
            } else if !seen.insert(name).inserted {
                report.refuse("'\(path)' is there twice", at: pair.namePlace)
            } else if !ConfigurationQuantity.isHeaderValue(value.exposed) {
                report.refuse(
                    "'\(path)' has a character that a header can't have",
                    at: pair.setting.place
                )
            }
            if Self.credentials.contains(name) { warnOfLiteral(pair.setting, path) }
            return HeaderField(name: pair.name, value: value)
        }
    }

    private mutating func queryParameters(_ section: ConfigurationSection) -> [String] {
        section.pairs("query_params").compactMap { pair in
            guard case .secret(let value) = pair.setting.value else { return nil }
            if pair.name.isEmpty {
                report.refuse(
                    "'\(section.path("query_params"))' has a parameter without a name",
                    at: pair.namePlace
                )
            }
            return "\(percentEncoded(pair.name))=\(percentEncoded(value.exposed))"
        }
    }

    /// Headers that say where a message ends and who talks to whom.
    static let framing: Set<String> = [
        "connection", "content-length", "content-type", "expect", "host", "keep-alive",
        "proxy-authorization", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
        "accept-encoding",
    ]

    /// Headers that carry credentials.
    static let credentials: Set<String> = [
        "authorization", "x-api-key", "api-key", "x-goog-api-key", "cookie",
    ]
}
