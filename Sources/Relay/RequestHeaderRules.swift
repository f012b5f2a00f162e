import Access

/// Which client headers go upstream: an allow list (chapter 3), so that a new header of a client
/// or a web server stays here until somebody has thought about it.
package struct RequestHeaderRules: Sendable {
    /// For whose sake a header may go upstream.
    package enum Scope: Sendable {
        case always
        /// With the account's own key alone: it names the account's organisation.
        case ownKey
        /// To the providers that list it under `forward_headers`.
        case provider
        /// Nowhere: expressions look at it.
        case seen
    }

    /// What becomes of a header.
    enum Use {
        case dropped
        case credential
        case bearer
        case noRetry
        case webSocket(WebSocketOffer.Field)
        case via
        case upstream(Scope)
    }

    /// The names that some provider asks for, as FastCGI spells them: `HTTP_X_TITLE`.
    private let providerNames: [[UInt8]]
    /// What the tokens of access keys and of management keys begin with.
    private let tokenPrefixes: [[UInt8]]
    /// Whether some expression looks at headers.
    private let keepsAll: Bool

    /// Rules for the providers in force.
    ///
    /// - Parameters:
    ///   - providerHeaders: their `forward_headers`, in lower case.
    ///   - keepsAll: whether headers that go nowhere are kept for expressions to look at.
    package init(providerHeaders: [String], tokenPrefix: String, keepsAll: Bool = false) {
        self.keepsAll = keepsAll
        providerNames = Set(providerHeaders).map { name in
            Array("HTTP_".utf8)
                + name.utf8.map { byte in
                    switch byte {
                    case UInt8(ascii: "-"): UInt8(ascii: "_")
                    case UInt8(ascii: "a")...UInt8(ascii: "z"): byte & ~0x20
                    default: byte
                    }
                }
        }
        tokenPrefixes = [Array("\(tokenPrefix)-".utf8), Array("ngm-".utf8)]
    }

    /// The use of a header by its FastCGI name.
    func use(of name: Span<UInt8>) -> Use {
        // By length first: most headers of a request fit no name of ours.
        switch name.count {
        case 11:
            if name.elementsEqual("HTTP_ACCEPT") { return .upstream(.always) }
        case 12:
            if name.elementsEqual("HTTP_API_KEY") { return .credential }
            if name.elementsEqual("HTTP_UPGRADE") { return .webSocket(.upgrade) }
        case 14:
            if name.elementsEqual("HTTP_X_API_KEY") { return .credential }
        case 15:
            if name.elementsEqual("HTTP_USER_AGENT") { return .upstream(.always) }
        case 16:
            if name.elementsEqual("HTTP_OPENAI_BETA") { return .upstream(.always) }
            if name.elementsEqual("HTTP_TRACEPARENT") { return .upstream(.always) }
        case 18:
            if name.elementsEqual("HTTP_AUTHORIZATION") { return .bearer }
        case 19:
            if name.elementsEqual("HTTP_X_GOOG_API_KEY") { return .credential }
            if name.elementsEqual("HTTP_LOCKKEEPER_VIA") { return .via }
            if name.elementsEqual("HTTP_ANTHROPIC_BETA") { return .upstream(.always) }
            if name.elementsEqual("HTTP_OPENAI_PROJECT") { return .upstream(.ownKey) }
        case 20:
            if name.elementsEqual("HTTP_IDEMPOTENCY_KEY") { return .upstream(.always) }
        case 22:
            if name.elementsEqual("HTTP_ANTHROPIC_VERSION") { return .upstream(.always) }
            if name.elementsEqual("HTTP_SEC_WEBSOCKET_KEY") { return .webSocket(.key) }
        case 24:
            if name.elementsEqual("HTTP_OPENAI_ORGANIZATION") { return .upstream(.ownKey) }
            if name.elementsEqual("HTTP_LOCKKEEPER_NO_RETRY") { return .noRetry }
        case 26:
            if name.elementsEqual("HTTP_SEC_WEBSOCKET_VERSION") { return .webSocket(.version) }
        case 27:
            if name.elementsEqual("HTTP_SEC_WEBSOCKET_PROTOCOL") { return .webSocket(.protocols) }
        case 29:
            if name.elementsEqual("HTTP_SEC_WEBSOCKET_EXTENSIONS") {
                return .webSocket(.extensions)
            }
        default: break
        }
        if name.starts(with: "HTTP_X_STAINLESS_") { return .upstream(.always) }
        for wanted in providerNames where isName(name, wanted) { return .upstream(.provider) }
        return keepsAll && !isSecret(name) ? .upstream(.seen) : .dropped
    }

    /// Whether a client header, its name in lower case, means something in its own dialect alone.
    static func isOfADialect(_ name: Span<UInt8>) -> Bool {
        name.starts(with: "anthropic-") || name.starts(with: "openai-")
            || name.starts(with: "x-stainless-") || name.elementsEqual("accept")
    }

    /// Whether a header that is not the gateway's own credential holds one of somebody else's.
    private func isSecret(_ name: Span<UInt8>) -> Bool {
        name.elementsEqual("HTTP_COOKIE") || name.elementsEqual("HTTP_PROXY_AUTHORIZATION")
    }

    private func isName(_ name: Span<UInt8>, _ wanted: [UInt8]) -> Bool {
        wanted.count == name.count && wanted.indices.allSatisfy { wanted[$0] == name[$0] }
    }

    /// Whether a value holds something that looks like a gateway token: such a value goes nowhere.
    func holdsToken(_ value: Span<UInt8>) -> Bool {
        for prefix in tokenPrefixes {
            let shortest = prefix.count + TokenHandle.length + 4
            guard value.count > shortest else { continue }
            for start in 0...(value.count - shortest) where value[start] == prefix[0] {
                if isToken(prefix, value, at: start) { return true }
            }
        }
        return false
    }

    private func isToken(_ prefix: [UInt8], _ value: Span<UInt8>, at start: Int) -> Bool {
        for index in prefix.indices where value[start + index] != prefix[index] {
            return false
        }
        return value.holds("-g1-", at: start + prefix.count + TokenHandle.length)
    }
}
