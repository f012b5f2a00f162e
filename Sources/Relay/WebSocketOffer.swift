/// What a client's WebSocket handshake asks for (RFC 6455, 4.1), without the gateway key that may
/// stand among its subprotocols.
package struct WebSocketOffer: Sendable {
    /// The headers of a handshake.
    enum Field: Sendable {
        case upgrade, key, version, protocols, extensions
    }

    /// Whether `Upgrade: websocket` came.
    private(set) var isAsked = false
    private(set) var versions: [String] = []
    private var keys: [String] = []
    /// The subprotocols that may go upstream, in the client's order.
    private(set) var protocols: [String] = []
    private(set) var extensions: [String] = []

    /// The one well-formed key of the handshake: 16 bytes in base64.
    var key: String? {
        guard keys.count == 1, let key = keys.first, key.utf8.count == 24, key.hasSuffix("=="),
            key.utf8.dropLast(2).allSatisfy(isOfBase64)
        else { return nil }
        return key
    }

    /// Takes a header but for the subprotocols.
    mutating func add(_ field: Field, _ value: Span<UInt8>) {
        switch field {
        case .upgrade:
            var items: [String] = []
            value.forEachListItem { items.append($0.text.lowercased()) }
            isAsked = isAsked || items.contains("websocket")
        case .key: keys.append(value.text)
        case .version: versions.append(value.text)
        case .extensions: extensions.append(value.text)
        case .protocols: break
        }
    }

    /// Takes a subprotocol; one that is no token (RFC 9110, 5.6.2) is left out.
    mutating func add(subprotocol name: Span<UInt8>) {
        guard name.indices.allSatisfy({ isOfAToken(name[$0]) }) else { return }
        protocols.append(name.text)
    }
}

extension WebSocketOffer {
    /// What stands before the key where a browser puts it, having no header of its own to set.
    static let keyPrefix: StaticString = "openai-insecure-api-key."
}

private func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "a")...UInt8(ascii: "z"):
        true
    default: false
    }
}

private func isOfBase64(_ byte: UInt8) -> Bool {
    isAlphanumeric(byte) || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/")
}

private func isOfAToken(_ byte: UInt8) -> Bool {
    isAlphanumeric(byte) || "!#$%&'*+-.^_`|~".utf8.contains(byte)
}
