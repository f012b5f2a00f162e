/// An IPv4 or IPv6 address: its bytes, without port or zone.
package enum IPAddress: Hashable, Sendable {
    /// Four bytes as one number, the first byte highest.
    case v4(UInt32)
    /// Sixteen bytes as two numbers, the first byte highest.
    case v6(high: UInt64, low: UInt64)

    /// The address in 4 or 16 bytes of network order; nil for any other count.
    package init?(bytes: Span<UInt8>) {
        func number(_ range: Range<Int>) -> UInt64 {
            range.reduce(0) { $0 << 8 | UInt64(bytes[$1]) }
        }
        switch bytes.count {
        case 4: self = .v4(UInt32(truncatingIfNeeded: number(0..<4)))
        case 16: self = .v6(high: number(0..<8), low: number(8..<16))
        default: return nil
        }
    }

    /// The address that is written in its usual form: `192.0.2.1`, `2001:db8::1`,
    /// `::ffff:192.0.2.1`.
    ///
    /// Short, octal and hexadecimal forms of IPv4 are no addresses.
    package init?(_ text: String) {
        if let number = IPAddress.parseIPv4(Substring(text)) {
            self = .v4(number)
        } else if let groups = IPAddress.parseIPv6(text) {
            self = .v6(
                high: groups[..<4].reduce(0) { $0 << 16 | UInt64($1) },
                low: groups[4...].reduce(0) { $0 << 16 | UInt64($1) }
            )
        } else {
            return nil
        }
    }

    /// The IPv4 address that this IPv6 address is another writing of, or leads to through a
    /// translator: IPv4-mapped, IPv4-compatible, NAT64 (`64:ff9b::/96`) and 6to4 (`2002::/16`).
    package var embeddedIPv4: IPAddress? {
        guard case .v6(let high, let low) = self else { return nil }
        let last = IPAddress.v4(UInt32(truncatingIfNeeded: low))
        if high == 0 {
            let isMapped = low >> 32 == 0xFFFF
            let isCompatible = low >> 32 == 0 && low > 1
            return isMapped || isCompatible ? last : nil
        }
        if high == 0x0064_FF9B_0000_0000, low >> 32 == 0 { return last }
        if high >> 48 == 0x2002 { return .v4(UInt32(truncatingIfNeeded: high >> 16)) }
        return nil
    }

    private static func parseIPv4(_ text: Substring) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var number: UInt32 = 0
        for part in parts {
            guard part.utf8.count <= 3, part.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
                part.utf8.count == 1 || part.utf8.first != 0x30, let byte = UInt8(part)
            else { return nil }
            number = number << 8 | UInt32(byte)
        }
        return number
    }

    private static func parseIPv6(_ text: String) -> [UInt16]? {
        guard let gap = doubleColon(in: text) else {
            guard let groups = parseGroups(text[...]), groups.count == 8 else { return nil }
            return groups
        }
        let front = text[..<gap]
        let back = text[text.index(gap, offsetBy: 2)...]
        guard !front.contains("."), let front = parseGroups(front), let back = parseGroups(back),
            front.count + back.count < 8
        else { return nil }
        return front + Array(repeating: 0, count: 8 - front.count - back.count) + back
    }

    private static func doubleColon(in text: String) -> String.Index? {
        text.indices.first { text[$0...].hasPrefix("::") }
    }

    /// Groups of up to four hexadecimal digits; the last may be an IPv4 address and counts twice.
    private static func parseGroups(_ text: Substring) -> [UInt16]? {
        if text.isEmpty { return [] }
        var groups: [UInt16] = []
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            if index == parts.count - 1, let number = parseIPv4(part) {
                groups.append(UInt16(truncatingIfNeeded: number >> 16))
                groups.append(UInt16(truncatingIfNeeded: number))
            } else if part.utf8.count <= 4, part.utf8.allSatisfy({ $0 != UInt8(ascii: "+") }),
                let group = UInt16(part, radix: 16)
            {
                groups.append(group)
            } else {
                return nil
            }
        }
        return groups
    }
}

extension IPAddress: CustomStringConvertible {
    /// The usual form (RFC 5952: small letters, the longest run of zeros as `::`).
    package var description: String {
        switch self {
        case .v4(let number):
            return (0..<4).map { "\(number >> (24 - 8 * $0) & 0xFF)" }.joined(separator: ".")
        case .v6(let high, let low):
            if high == 0, low >> 32 == 0xFFFF {
                return "::ffff:\(IPAddress.v4(UInt32(truncatingIfNeeded: low)))"
            }
            let groups = [high, low].flatMap { half in
                (0..<4).map { UInt16(truncatingIfNeeded: half >> (48 - 16 * $0)) }
            }
            return IPAddress.format(groups)
        }
    }

    private static func format(_ groups: [UInt16]) -> String {
        var longest = 0..<0
        var start = 0
        while start < groups.count {
            var end = start
            while end < groups.count, groups[end] == 0 { end += 1 }
            if end - start > max(longest.count, 1) { longest = start..<end }
            start = end + 1
        }
        func text(_ part: ArraySlice<UInt16>) -> String {
            part.map { String($0, radix: 16) }.joined(separator: ":")
        }
        if longest.isEmpty { return text(groups[...]) }
        return text(groups[..<longest.lowerBound]) + "::" + text(groups[longest.upperBound...])
    }
}
