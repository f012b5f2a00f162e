/// Which addresses a provider's name may lead to, checked after the name was resolved, right
/// before the connection is made, so that a name can't be pointed elsewhere in between.
///
/// Link-local and metadata addresses are refused under every rule, and addresses that embed
/// another one (IPv4-mapped, NAT64, 6to4) are judged by what they lead to.
package enum AddressRule: Hashable, Sendable {
    /// A provider of gateway.yaml: any address over https, loopback and private ones over http.
    case operatorProvider(isPlainHTTP: Bool)
    /// A provider made by an account: https and public unicast addresses only.
    case accountProvider
    /// A provider made by an account, where the operator allows these ranges besides the public.
    case allow([CIDR])

    /// Whether a connection to the address may be made.
    package func permits(_ address: IPAddress) -> Bool {
        let target = address.embeddedIPv4 ?? address
        if target.isIn(AddressRule.forbidden) { return false }
        switch self {
        case .operatorProvider(isPlainHTTP: false): return true
        case .operatorProvider(isPlainHTTP: true): return target.isIn(AddressRule.nearby)
        case .accountProvider: return target.isPublicUnicast
        case .allow(let ranges): return target.isPublicUnicast || target.isIn(ranges)
        }
    }

    /// The rule as it applies to one URL: plain http is never let out of the private networks,
    /// but for `.internal` hosts, whatever the caller thought of it.
    func applied(to url: String) -> AddressRule {
        guard self == .operatorProvider(isPlainHTTP: false), URLParts.isPlainHTTP(url),
            !URLParts.host(of: url).hasSuffix(".internal")
        else { return self }
        return .operatorProvider(isPlainHTTP: true)
    }

    /// The rule for a provider of gateway.yaml at this base URL.
    package static func operatorProvider(at url: String) -> AddressRule {
        AddressRule.operatorProvider(isPlainHTTP: false).applied(to: url)
    }

    /// Whether the rule is for providers made by an account.
    var isForAccounts: Bool {
        switch self {
        case .operatorProvider: false
        case .accountProvider, .allow: true
        }
    }

    /// Refused under every rule.
    private static let forbidden = ranges([
        "0.0.0.0/8", "169.254.0.0/16", "100.100.100.200", "192.0.0.192",
        "::", "fe80::/10", "fd00:ec2::254",
    ])

    /// Where plain http may go: loopback and private networks.
    private static let nearby = ranges([
        "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1", "fc00::/7",
    ])

    /// The parts of IPv4 that are not public unicast (RFC 6890 and its registry).
    fileprivate static let specialIPv4 = ranges([
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16",
        "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
        "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",
        "240.0.0.0/4",
    ])

    /// The one block of IPv6 that is in public use, and what of it is not.
    fileprivate static let globalIPv6 = ranges(["2000::/3"])
    fileprivate static let specialIPv6 = ranges([
        "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20",
    ])

    private static func ranges(_ texts: [String]) -> [CIDR] {
        texts.map { text in
            guard let range = CIDR(text) else { preconditionFailure("not a range: \(text)") }
            return range
        }
    }
}

extension IPAddress {
    /// Whether any of the ranges holds the address.
    fileprivate func isIn(_ ranges: [CIDR]) -> Bool {
        ranges.contains { $0.contains(self) }
    }

    fileprivate var isPublicUnicast: Bool {
        switch self {
        case .v4: !isIn(AddressRule.specialIPv4)
        case .v6: isIn(AddressRule.globalIPv6) && !isIn(AddressRule.specialIPv6)
        }
    }
}
