/// What a URL's host is, as far as can be told without asking a name server.
///
/// The addresses behind a name are checked again when a connection is opened.
package enum HostKind: Equatable, Sendable {
    /// This machine.
    case loopback
    /// A private address, a name under `.internal`, or a name without a dot.
    case `private`
    /// Link-local and cloud metadata addresses: never called.
    case forbidden
    /// Everything else.
    case `public`
    /// Digits that are no address, or a name with characters no name has.
    case malformed

    /// Judges a host as it stands in a URL: a name, four decimal numbers, or IPv6 in brackets.
    package init(host: String) {
        if host.hasPrefix("["), host.hasSuffix("]") {
            self = HostKind(ipv6: host.dropFirst().dropLast())
        } else if host.utf8.allSatisfy(isOfANumber), host.utf8.contains(where: isDigit) {
            guard let address = ipv4(Substring(host)) else {
                self = .malformed
                return
            }
            self = HostKind(ipv4: address)
        } else {
            self = HostKind(name: host.lowercased())
        }
    }

    private init(name: String) {
        let labels = name.split(separator: ".", omittingEmptySubsequences: false)
        guard name.utf8.count <= 253, let last = labels.last,
            labels.allSatisfy({ isLabel($0) }),
            // The resolver takes `0x7f.1` for 127.0.0.1.
            !last.hasPrefix("0x"), last.utf8.contains(where: { !isDigit($0) })
        else {
            self = .malformed
            return
        }
        switch last {
        case "localhost": self = .loopback
        case "internal": self = .private
        default: self = labels.count == 1 ? .private : .public
        }
    }

    private init(ipv4 address: UInt32) {
        switch (address >> 24, address >> 16 & 255) {
        case (0, _), (169, 254): self = .forbidden
        case (127, _): self = .loopback
        case (100, 100) where address & 0xFFFF == 0x64C8: self = .forbidden
        case (192, 0) where address & 0xFFFF == 192: self = .forbidden
        case (10, _), (172, 16...31), (192, 168): self = .private
        default: self = .public
        }
    }

    private init(ipv6 text: Substring) {
        guard let groups = ipv6Groups(text) else {
            self = .malformed
            return
        }
        let isMapped = groups[0..<5].allSatisfy { $0 == 0 } && groups[5] == 0xFFFF
        let isTranslated = groups[0..<6].elementsEqual([0x64, 0xFF9B, 0, 0, 0, 0])
        if isMapped || isTranslated {
            self = HostKind(ipv4: UInt32(groups[6]) << 16 | UInt32(groups[7]))
        } else if groups[0..<7].allSatisfy({ $0 == 0 }) {
            self = groups[7] == 1 ? .loopback : .forbidden
        } else if groups[0] & 0xFFC0 == 0xFE80 || groups == metadataGroups {
            self = .forbidden
        } else {
            self = groups[0] & 0xFE00 == 0xFC00 ? .private : .public
        }
    }
}

/// `fd00:ec2::254`, the metadata address of one large cloud.
private let metadataGroups: [UInt16] = [0xFD00, 0xEC2, 0, 0, 0, 0, 0, 0x254]

private func isOfANumber(_ byte: UInt8) -> Bool {
    isDigit(byte) || byte == UInt8(ascii: ".")
}

private func isLabel(_ label: Substring) -> Bool {
    guard !label.isEmpty, label.utf8.count <= 63, label.first != "-", label.last != "-" else {
        return false
    }
    return label.utf8.allSatisfy { byte in
        isDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
            || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    }
}
