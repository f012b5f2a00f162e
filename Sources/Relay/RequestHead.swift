/// What the web server tells of a request before its body: the parts that the relay reads.
///
/// FastCGI parameters are added one by one as they arrive; what is neither read here nor allowed
/// upstream is not kept. All bytes live in one block.
package struct RequestHead: Sendable {
    /// REQUEST_METHOD.
    package private(set) var method = Method.other
    private var arena: [UInt8] = []
    private var uri = 0..<0
    private var prefix = 0..<0
    private var contentType = 0..<0
    /// CONTENT_LENGTH, which nobody vouches for; 0 where there is none that is a number.
    private(set) var declaredLength = 0
    private var credential: Range<Int>?
    private var gateway: Range<Int>?
    private var surface: Range<Int>?
    private var requestID: Range<Int>?
    private var way = 0..<0
    private var forwarded: [Field] = []
    /// Whether two credentials that differ were presented.
    package private(set) var hasConflictingCredentials = false
    /// `Lockkeeper-No-Retry: true`: the request must not reach two providers, nor one twice.
    package private(set) var forbidsRetry = false
    /// Whether LOCKKEEPER_GATEWAY came more than once: the site's configuration is wrong.
    package private(set) var hasSeveralGateways = false
    /// LOCKKEEPER_REALTIME: whether the location carries on what is handed over to it.
    package private(set) var mayHandOver = false
    /// SERVER_PROTOCOL: no other version of HTTP can become a WebSocket here.
    package private(set) var isHTTP11 = false
    /// The headers of a WebSocket's handshake; nil when none came.
    package private(set) var webSocket: WebSocketOffer?

    /// A client header that may go upstream, its name in lower case.
    private struct Field: Sendable {
        let name: Range<Int>
        let value: Range<Int>
        let scope: RequestHeaderRules.Scope
    }

    /// A head without parameters.
    package init() {
        arena.reserveCapacity(768)
        forwarded.reserveCapacity(8)
    }

    /// Takes one FastCGI parameter.
    package mutating func add(
        name: Span<UInt8>,
        value: Span<UInt8>,
        rules: RequestHeaderRules
    ) {
        if name.starts(with: "HTTP_") {
            addHeader(name, value, rules)
        } else if name.starts(with: "LOCKKEEPER_") {
            addOwn(name, value)
        } else if name.elementsEqual("REQUEST_METHOD") {
            method = Method(value)
        } else if name.elementsEqual("REQUEST_URI") {
            uri = keep(value)
        } else if name.elementsEqual("CONTENT_TYPE"), !rules.holdsToken(value) {
            contentType = keep(value)
        } else if name.elementsEqual("CONTENT_LENGTH") {
            declaredLength = value.decimal ?? 0
        } else if name.elementsEqual("SERVER_PROTOCOL") {
            isHTTP11 = value.elementsEqual("HTTP/1.1")
        }
    }

    private mutating func addOwn(_ name: Span<UInt8>, _ value: Span<UInt8>) {
        if name.elementsEqual("LOCKKEEPER_GATEWAY") {
            hasSeveralGateways = hasSeveralGateways || gateway != nil
            gateway = keep(value)
        } else if name.elementsEqual("LOCKKEEPER_PREFIX") {
            prefix = keep(value)
        } else if name.elementsEqual("LOCKKEEPER_SURFACE") {
            surface = keep(value)
        } else if name.elementsEqual("LOCKKEEPER_REQUEST_ID"), isRequestID(value) {
            let start = arena.count
            for index in value.indices where value[index] != UInt8(ascii: "-") {
                arena.append(value[index])
            }
            requestID = start..<arena.count
        } else if name.elementsEqual("LOCKKEEPER_REALTIME") {
            mayHandOver = value.elementsEqual("on")
        }
    }

    private mutating func addHeader(
        _ name: Span<UInt8>,
        _ value: Span<UInt8>,
        _ rules: RequestHeaderRules
    ) {
        // A header that came twice is a list: most web servers join the two with a comma.
        switch rules.use(of: name) {
        case .dropped: return
        case .credential:
            value.forEachListItem { addCredential($0) }
        case .noRetry:
            value.forEachListItem {
                if $0.elementsEqual("true") { forbidsRetry = true }
            }
        case .via: if LoopMark.isList(value) { way = keep(value) }
        case .bearer:
            value.forEachListItem {
                guard $0.count > 7, isBearer($0) else { return }
                addCredential($0.extracting(7..<$0.count))
            }
        case .webSocket(.protocols): addSubprotocols(value, rules)
        case .webSocket(let field):
            guard !rules.holdsToken(value) else { return }
            webSocket = webSocket ?? WebSocketOffer()
            webSocket?.add(field, value)
        case .upstream(let scope):
            guard !rules.holdsToken(value) else { return }
            let start = arena.count
            for index in 5..<name.count { arena.append(headerByte(name[index])) }
            forwarded.append(
                Field(name: start..<arena.count, value: keep(value), scope: scope)
            )
        }
    }

    /// A browser can set no header on a WebSocket but this one, so the key may be an item of it.
    private mutating func addSubprotocols(_ list: Span<UInt8>, _ rules: RequestHeaderRules) {
        webSocket = webSocket ?? WebSocketOffer()
        list.forEachListItem { item in
            if item.starts(with: WebSocketOffer.keyPrefix) {
                let prefix = WebSocketOffer.keyPrefix.utf8CodeUnitCount
                addCredential(item.extracting(prefix..<item.count))
            } else if !rules.holdsToken(item) {
                webSocket?.add(subprotocol: item)
            }
        }
    }

    /// SDKs send the key in one of four headers, some in two; two that differ are refused.
    ///
    /// An empty one is none: a web server may set a parameter for a header that did not come.
    private mutating func addCredential(_ text: Span<UInt8>) {
        let value = text.extracting(text.trimmed(0..<text.count))
        if value.isEmpty { return }
        guard let credential else {
            self.credential = keep(value)
            return
        }
        let isSame =
            credential.count == value.count
            && value.indices.allSatisfy { arena[credential.lowerBound + $0] == value[$0] }
        if !isSame { hasConflictingCredentials = true }
    }

    private mutating func keep(_ value: Span<UInt8>) -> Range<Int> {
        let start = arena.count
        unsafe value.withUnsafeBufferPointer { unsafe arena.append(contentsOf: $0) }
        return start..<arena.count
    }

    private func isBearer(_ value: Span<UInt8>) -> Bool {
        let scheme: StaticString = "bearer "
        for index in 0..<7 where value[index] | 0x20 != (unsafe scheme.utf8Start[index]) {
            return false
        }
        return true
    }

    /// 32 hexadecimal digits as of nginx's $request_id, or a UUID, which is as many with dashes
    /// between; anything else could forge a log line.
    private func isRequestID(_ value: Span<UInt8>) -> Bool {
        let isUUID = value.count == 36
        guard isUUID || value.count == 32 else { return false }
        return value.indices.allSatisfy { index in
            switch value[index] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"):
                !isUUID || !isDash(index)
            case UInt8(ascii: "-"): isUUID && isDash(index)
            default: false
            }
        }
    }

    /// Whether a UUID has a dash there.
    private func isDash(_ index: Int) -> Bool {
        index == 8 || index == 13 || index == 18 || index == 23
    }

    private func headerByte(_ byte: UInt8) -> UInt8 {
        switch byte {
        case UInt8(ascii: "_"): UInt8(ascii: "-")
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte | 0x20
        default: byte
        }
    }
}

// MARK: Reading

extension RequestHead {
    /// Whether the request has passed the gateway of that mark already, or too many others.
    func hasPassed(_ mark: LoopMark) -> Bool {
        !way.isEmpty && mark.isIn(arena.span.extracting(way))
    }

    /// The marks of the gateways on the way, that one included.
    func way(through mark: LoopMark) -> String {
        way.isEmpty ? mark.text : "\(text(way)),\(mark.text)"
    }

    /// The credential as presented, or nil when none was.
    package var hasCredential: Bool { credential != nil }

    /// Lends the credential; empty when there is none.
    package func withCredential<R>(_ body: (Span<UInt8>) -> R) -> R {
        body(arena.span.extracting(credential ?? 0..<0))
    }

    /// Lends the raw path: without the query, and without the location's prefix.
    package func withPath<R>(_ body: (Span<UInt8>) -> R) -> R {
        body(arena.span.extracting(pathRange))
    }

    /// Lends the raw query, without its question mark.
    package func withQuery<R>(_ body: (Span<UInt8>) -> R) -> R {
        let mark = arena[uri].firstIndex(of: UInt8(ascii: "?"))
        return body(arena.span.extracting(mark.map { $0 + 1..<uri.upperBound } ?? 0..<0))
    }

    /// The path and the query as text; what is no UTF-8 in them becomes U+FFFD.
    package var target: (path: String, query: String) {
        (withPath { $0.text }, withQuery { $0.text })
    }

    private var pathRange: Range<Int> {
        let end = arena[uri].firstIndex(of: UInt8(ascii: "?")) ?? uri.upperBound
        let path = uri.lowerBound..<end
        let mount = trimmedPrefix
        let rest = path.lowerBound + mount.count
        guard !mount.isEmpty, rest < end, arena[rest] == UInt8(ascii: "/"),
            arena[path].starts(with: arena[mount])
        else { return path }
        return rest..<end
    }

    /// `/ai/` and `/ai` cut alike: what is left begins with a slash, so `/aid` is not below it.
    private var trimmedPrefix: Range<Int> {
        guard let last = arena[prefix].last, last == UInt8(ascii: "/") else { return prefix }
        return prefix.lowerBound..<prefix.upperBound - 1
    }

    /// The gateway that the location chose, or nil when it chose none.
    package var gatewayName: String? { gateway.map { text($0) } }

    /// Whether this request is for the data plane: `LOCKKEEPER_SURFACE` is missing or `data`.
    package var isForDataPlane: Bool {
        guard let surface else { return true }
        return arena.span.extracting(surface).elementsEqual("data")
    }

    /// Whether this request is for the control plane.
    package var isForControlPlane: Bool {
        surface.map { arena.span.extracting($0).elementsEqual("control") } ?? false
    }

    /// The web server's id of the request as 32 hexadecimal digits, or nil.
    package var webServerRequestID: String? { requestID.map { text($0) } }

    /// CONTENT_TYPE, or nil.
    package var contentTypeText: String? { contentType.isEmpty ? nil : text(contentType) }

    /// Lends CONTENT_TYPE; empty when there is none.
    package func withContentType<R>(_ body: (Span<UInt8>) -> R) -> R {
        body(arena.span.extracting(contentType))
    }

    private func text(_ range: Range<Int>) -> String {
        String(decoding: arena[range], as: UTF8.self)
    }

    /// Calls `body` with each client header that may go upstream: name in lower case, value.
    ///
    /// - Parameters:
    ///   - ownKey: whether the account's own key is used, which lets more through.
    ///   - inOtherDialect: whether the provider is asked in another dialect than the client's: what
    ///     belongs to that one stays here.
    package func forEachUpstreamHeader(
        ownKey: Bool,
        providerHeaders: [String],
        inOtherDialect: Bool = false,
        _ body: (Span<UInt8>, Span<UInt8>) -> Void
    ) {
        let bytes = arena.span
        if !contentType.isEmpty {
            let name: StaticString = "content-type"
            let span = unsafe UnsafeBufferPointer(
                start: name.utf8Start,
                count: name.utf8CodeUnitCount
            )
            let json = "application/json"
            body(
                unsafe span.span,
                inOtherDialect ? json.utf8Span.span : bytes.extracting(contentType)
            )
        }
        for field in forwarded {
            let name = bytes.extracting(field.name)
            if inOtherDialect, RequestHeaderRules.isOfADialect(name) { continue }
            switch field.scope {
            case .always: break
            case .seen: continue
            case .ownKey, .provider:
                let isWanted = field.scope == .ownKey && ownKey
                guard isWanted || providerHeaders.contains(where: { isName(name, $0) }) else {
                    continue
                }
            }
            body(name, bytes.extracting(field.value))
        }
    }

    /// Whether the client sent a header that may go upstream.
    package func hasUpstreamHeader(_ wanted: StaticString) -> Bool {
        forwarded.contains {
            $0.scope != .seen && arena.span.extracting($0.name).elementsEqual(wanted)
        }
    }

    /// The client's headers as expressions see them, credentials left out: names in lower case.
    package var visibleHeaders: [(name: String, value: String)] {
        let fields = forwarded.map { (name: text($0.name), value: text($0.value)) }
        return contentTypeText.map { [("content-type", $0)] + fields } ?? fields
    }

    private func isName(_ name: Span<UInt8>, _ text: String) -> Bool {
        text.utf8.count == name.count && zip(0..., text.utf8).allSatisfy { name[$0] == $1 }
    }

    /// Forgets what only attempts need, once the last of them has begun to answer.
    package mutating func dropUpstreamHeaders() {
        forwarded = []
    }
}
