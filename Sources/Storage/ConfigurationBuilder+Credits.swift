import Accounting
import Model
import Routing

extension ConfigurationBuilder {
    /// What traffic costs.
    func creditRules() -> CreditRules? {
        guard let section = root.section("credits"),
            let mode = section.text("mode").flatMap(CreditRules.Mode.init),
            let managedFee = section.price("processing_fee"),
            let ownKeyFee = section.price("byok_fee"),
            let holdTokens = section.number("hold_output_tokens")
        else { return nil }
        return CreditRules(
            mode: mode,
            managedFee: managedFee,
            ownKeyFee: ownKeyFee,
            holdOutputTokens: holdTokens
        )
    }

    /// How the ledger is kept.
    func ledger() -> LedgerSettings? {
        guard let section = root.section("ledger"),
            let sync = section.text("sync").flatMap(LedgerSync.init),
            let retention = section.time("retention")
        else { return nil }
        return LedgerSettings(sync: sync, retention: retention)
    }

    /// When accounts are warned, and where the warnings go.
    mutating func creditWarnings() -> CreditWarningSettings {
        guard let section = root.section("credits") else { return CreditWarningSettings() }
        let amounts = section.list("warn_at")
        if amounts.count > Limits.warningThresholds {
            report.refuse(
                "'\(section.path("warn_at"))' must not hold more than \(Limits.warningThresholds) "
                    + "amounts",
                at: section["warn_at"].place
            )
        }
        let settings = CreditWarningSettings(
            thresholds: WarningThresholds(amounts.compactMap(\.amount)),
            webhook: section.section("webhook").flatMap { webhook($0) },
            mail: section.section("smtp").flatMap { mail($0) }
        )
        if section.text("mode") == "off" {
            for name in ["webhook", "smtp"] where section.section(name)?.isSet("url") == true {
                report.warn(
                    "'\(section.path(name))' is not used: '\(section.path("mode"))' is off",
                    at: section[name].place
                )
            }
        }
        return settings
    }

    private mutating func webhook(
        _ section: ConfigurationSection
    ) -> CreditWarningSettings.Webhook? {
        warnOfLiteral("secret", in: section)
        guard needsOthers(section, "url", ["secret"]), let url = section.secret("url") else {
            return nil
        }
        do throws(BaseURLError) {
            let parsed = try BaseURL(url.exposed)
            return section.secret("secret").map {
                .init(url: url, isPlainHTTP: parsed.isPlainHTTP, secret: $0)
            }
        } catch {
            report.refuse("'\(section.path("url"))' \(error)", at: section["url"].place)
            return nil
        }
    }

    private mutating func mail(_ section: ConfigurationSection) -> CreditWarningSettings.Mail? {
        warnOfLiteral("password", in: section)
        let isWhole = needsOthers(section, "url", ["from", "to"])
        guard needsOthers(section, "user", ["password"]), isWhole, let url = section.text("url"),
            let host = mailHost(url, of: section)
        else { return nil }
        let from = section.text("from")
        if let from { checkMailAddress(from, section.path("from"), at: section["from"].place) }
        for (address, place) in section.texts("to") {
            checkMailAddress(address, section.path("to"), at: place)
        }
        let to = section.texts("to").map(\.text)
        if to.count > Limits.warningReceivers {
            report.refuse(
                "'\(section.path("to"))' must not hold more than \(Limits.warningReceivers) "
                    + "addresses: use one of a list",
                at: section["to"].place
            )
        }
        guard let from else { return nil }
        var login: CreditWarningSettings.Login?
        if let user = section.text("user"), let password = section.secret("password") {
            login = .init(user: user, password: password)
        }
        return CreditWarningSettings.Mail(
            url: url,
            needsTLS: HostKind(host: host) != .loopback,
            login: login,
            from: from,
            to: to
        )
    }

    private mutating func warnOfLiteral(_ key: String, in section: ConfigurationSection) {
        guard section.secret(key) != nil else { return }
        warnOfLiteral(section[key], section.path(key))
    }

    /// Whether a key stands there together with those that it is nothing without; says what lacks.
    private mutating func needsOthers(
        _ section: ConfigurationSection,
        _ key: String,
        _ others: [String]
    ) -> Bool {
        let lacking = others.filter { !section.isSet($0) }
        if section.isSet(key), let first = lacking.first {
            report.refuse(
                "'\(section.path(first))' is missing, without which '\(section.path(key))' is of no "
                    + "use",
                at: section[key].place
            )
            return false
        }
        if !section.isSet(key), let other = others.first(where: { section.isSet($0) }) {
            report.refuse(
                "'\(section.path(key))' is missing, without which '\(section.path(other))' is of no "
                    + "use",
                at: section[other].place
            )
        }
        return true
    }

    /// The host of a mail server's URL; nil after it was refused.
    private mutating func mailHost(_ url: String, of section: ConfigurationSection) -> String? {
        let schemes = ["smtp://", "smtps://"]
        if let scheme = schemes.first(where: url.hasPrefix) {
            let rest = url.dropFirst(scheme.utf8.count)
            // The same rules as for a provider: what differs is the scheme.
            do throws(BaseURLError) {
                let parsed = try BaseURL("https://\(rest)")
                let path = parsed.prefix.dropFirst(8).contains("/")
                if !path, parsed.query.isEmpty { return parsed.host }
            } catch {
                report.refuse("'\(section.path("url"))' \(error)", at: section["url"].place)
                return nil
            }
        }
        report.refuse(
            "'\(section.path("url"))' must be smtps://HOST:PORT or smtp://HOST:PORT, not '\(url)'",
            at: section["url"].place
        )
        return nil
    }

    private mutating func checkMailAddress(
        _ address: String,
        _ path: String,
        at place: ConfigurationPlace
    ) {
        guard !Self.isMailAddress(address) else { return }
        report.refuse(
            "'\(path)' must be an address such as ops@example.com, not '\(address)'",
            at: place
        )
    }

    /// One address that stands in an envelope as it is.
    private static func isMailAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && text.utf8.count <= 254
            && text.utf8.allSatisfy { byte in
                (0x21...0x7E).contains(byte) && !"<>()[],;:\\\"".utf8.contains(byte)
            }
    }
}

extension ConfigurationSetting {
    /// The amount of dollars that the reader took it for.
    fileprivate var amount: NanoDollars? {
        guard case .text(let text) = value else { return nil }
        do throws(NanoDollars.Problem) { return try NanoDollars(dollars: text) } catch {
            return nil
        }
    }
}

extension ConfigurationSection {
    /// Whether something stands there, be it a secret that was not found or a value that was refused.
    fileprivate func isSet(_ key: String) -> Bool {
        switch self[key].value {
        case .none: self[key].source != nil
        case .list(let list): !list.isEmpty
        default: true
        }
    }
}
