/// A range of addresses: those that share the first bits with a base address.
package struct CIDR: Hashable, Sendable, CustomStringConvertible {
    /// The first address of the range.
    package let base: IPAddress
    /// How many leading bits are shared.
    package let prefixLength: Int

    /// The range that is written `10.0.0.0/8` or `fc00::/7`; a lone address is a range of one.
    ///
    /// Bits set after the prefix are an error: nil.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let base = IPAddress(String(parts[0])) else { return nil }
        self.base = base
        let width = base.bitWidth
        if parts.count == 2 {
            guard parts[1].utf8.count <= 3, parts[1].utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }),
                let length = Int(parts[1]), length <= width
            else { return nil }
            prefixLength = length
        } else {
            prefixLength = width
        }
        guard base.masked(to: prefixLength) == base else { return nil }
    }

    /// Whether the address lies in the range; IPv4 and IPv6 are never mixed.
    package func contains(_ address: IPAddress) -> Bool {
        address.masked(to: prefixLength) == base && address.bitWidth == base.bitWidth
    }

    /// The usual form.
    package var description: String { "\(base)/\(prefixLength)" }
}

extension IPAddress {
    /// 32 or 128.
    fileprivate var bitWidth: Int {
        switch self {
        case .v4: 32
        case .v6: 128
        }
    }

    /// The address with all bits after the first `length` cleared.
    fileprivate func masked(to length: Int) -> IPAddress {
        switch self {
        case .v4(let number):
            return .v4(length >= 32 ? number : number & ~(UInt32.max >> length))
        case .v6(let high, let low):
            let lowLength = length - 64
            return .v6(
                high: length >= 64 ? high : high & ~(UInt64.max >> length),
                low: lowLength >= 64 ? low : lowLength <= 0 ? 0 : low & ~(UInt64.max >> lowLength)
            )
        }
    }
}
