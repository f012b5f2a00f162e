/// Whether a text is an address or a range of them, such as `10.0.0.0/8` or `fc00::/7`, with no
/// bit set behind the prefix.
package func isAddressRange(_ text: String) -> Bool {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, let bytes = addressBytes(first) else { return false }
    if parts.count == 1 { return true }
    guard parts[1].utf8.count <= 3, parts[1].utf8.allSatisfy(isDigit), let length = Int(parts[1]),
        length <= bytes.count * 8
    else { return false }
    return (length..<bytes.count * 8).allSatisfy { bit in
        bytes[bit / 8] & (UInt8(0x80) >> UInt8(bit % 8)) == 0
    }
}

private func addressBytes(_ text: Substring) -> [UInt8]? {
    if let address = ipv4(text) {
        return [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: address >> $0) }
    }
    return ipv6Groups(text)?.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }
}

func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
}

/// Four decimal numbers without leading zeros, which some resolvers read as octal.
func ipv4(_ text: Substring) -> UInt32? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var address: UInt32 = 0
    for part in parts {
        guard part.utf8.allSatisfy(isDigit), part == "0" || !part.hasPrefix("0"),
            let number = UInt8(part)
        else { return nil }
        address = address << 8 | UInt32(number)
    }
    return address
}

/// The eight groups of an IPv6 address, `::` filled up.
func ipv6Groups(_ text: Substring) -> [UInt16]? {
    guard let gap = text.firstRange(of: "::") else {
        guard let groups = groupList(text), groups.count == 8 else { return nil }
        return groups
    }
    guard let head = groupList(text[..<gap.lowerBound]),
        let tail = groupList(text[gap.upperBound...]), head.count + tail.count <= 7
    else { return nil }
    return head + Array(repeating: 0, count: 8 - head.count - tail.count) + tail
}

/// Groups between colons; the last may be an IPv4 address, which is two groups.
private func groupList(_ text: Substring) -> [UInt16]? {
    if text.isEmpty { return [] }
    var groups: [UInt16] = []
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    for (index, part) in parts.enumerated() {
        if index == parts.count - 1, part.contains("."), let address = ipv4(part) {
            groups.append(UInt16(address >> 16))
            groups.append(UInt16(address & 0xFFFF))
            continue
        }
        guard part.utf8.count <= 4, part.first != "+", part.first != "-",
            let group = UInt16(part, radix: 16)
        else { return nil }
        groups.append(group)
    }
    return groups
}
