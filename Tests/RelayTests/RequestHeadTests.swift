import Testing

@testable import Relay

@Suite struct RequestHeads {
    private static let rules = RequestHeaderRules(
        providerHeaders: ["http-referer", "x-title", "openai-organization"],
        tokenPrefix: "ng"
    )
    private static let token = "ng-7Kq2mVx9TbLc-g1-" + String(repeating: "a", count: 43)

    private func head(_ parameters: [(String, String)]) -> RequestHead {
        var head = RequestHead()
        for (name, value) in parameters {
            head.add(
                name: name.utf8Span.span,
                value: value.utf8Span.span,
                rules: RequestHeads.rules
            )
        }
        return head
    }

    private func credential(_ head: RequestHead) -> String? {
        head.hasCredential ? head.withCredential { $0.text } : nil
    }

    private func upstream(
        _ parameters: [(String, String)],
        ownKey: Bool = false,
        providerHeaders: [String] = []
    ) -> [String] {
        var lines: [String] = []
        head(parameters).forEachUpstreamHeader(ownKey: ownKey, providerHeaders: providerHeaders) {
            lines.append("\($0.text): \($1.text)")
        }
        return lines
    }

    // MARK: The credential

    @Test(
        arguments: [
            ("HTTP_AUTHORIZATION", "Bearer key", "key"),
            ("HTTP_AUTHORIZATION", "bearer key", "key"),
            ("HTTP_AUTHORIZATION", "BEARER key", "key"),
            ("HTTP_AUTHORIZATION", "Bearer   key ", "key"),
            ("HTTP_AUTHORIZATION", "Bearer", nil),
            ("HTTP_AUTHORIZATION", "Bearer ", nil),
            ("HTTP_AUTHORIZATION", "Bearer    ", nil),
            ("HTTP_AUTHORIZATION", "Basic a2V5", nil),
            ("HTTP_AUTHORIZATION", "key", nil),
            ("HTTP_AUTHORIZATION", "Bearerkeykey", nil),
            ("HTTP_AUTHORIZATION", "", nil),
            ("HTTP_X_API_KEY", "key", "key"), ("HTTP_X_API_KEY", " key\t", "key"),
            ("HTTP_X_API_KEY", "", nil),
            ("HTTP_API_KEY", "key", "key"), ("HTTP_X_GOOG_API_KEY", "key", "key"),
            ("HTTP_X_API_KEYS", "key", nil), ("HTTP_COOKIE", "key=key", nil),
            // Headers that came twice, as most web servers join them.
            ("HTTP_X_API_KEY", "key, key", "key"), ("HTTP_X_API_KEY", ",key ,", "key"),
            ("HTTP_X_API_KEY", " , ", nil),
            ("HTTP_AUTHORIZATION", "Bearer key, Bearer key", "key"),
            ("HTTP_AUTHORIZATION", "Basic a2V5,bearer key", "key"),
            ("HTTP_AUTHORIZATION", "Bearer , Basic a2V5", nil),
        ] as [(String, String, String?)]
    )
    func `the key is taken from four headers`(
        name: String,
        value: String,
        key: String?
    ) {
        #expect(credential(head([(name, value)])) == key)
    }

    @Test func `the same key in several headers is one`() {
        let head = head([
            ("HTTP_X_API_KEY", "key"), ("HTTP_AUTHORIZATION", "Bearer key"),
            ("HTTP_API_KEY", "key"), ("HTTP_X_GOOG_API_KEY", "key"), ("HTTP_X_API_KEY", "key"),
        ])
        #expect(credential(head) == "key")
        #expect(!head.hasConflictingCredentials)
    }

    @Test(arguments: [
        [("HTTP_X_API_KEY", "one"), ("HTTP_AUTHORIZATION", "Bearer two")],
        [("HTTP_AUTHORIZATION", "Bearer one"), ("HTTP_AUTHORIZATION", "Bearer two")],
        [("HTTP_API_KEY", "one"), ("HTTP_X_GOOG_API_KEY", "one2")],
        [("HTTP_API_KEY", "one2"), ("HTTP_X_GOOG_API_KEY", "one")],
        [("HTTP_API_KEY", "one"), ("HTTP_API_KEY", "one"), ("HTTP_API_KEY", "ONE")],
        [("HTTP_X_API_KEY", "one, two")],
        [("HTTP_AUTHORIZATION", "Bearer one,Bearer two")],
    ])
    func `two keys that differ are a conflict`(parameters: [(String, String)]) {
        #expect(head(parameters).hasConflictingCredentials)
    }

    @Test func `an empty header beside a key is no second key`() {
        let head = head([("HTTP_X_API_KEY", ""), ("HTTP_AUTHORIZATION", "Bearer key")])
        #expect(credential(head) == "key")
        #expect(!head.hasConflictingCredentials)
    }

    // MARK: The web server's parameters

    @Test func `what the location says is read`() {
        let empty = head([])
        #expect(empty.gatewayName == nil)
        #expect(empty.isForDataPlane)
        #expect(empty.webServerRequestID == nil)
        #expect(empty.method == .other)
        #expect(!empty.hasCredential)
        let id = "0123456789abcdef0123456789abcdef"
        let full = head([
            ("LOCKKEEPER_GATEWAY", "ep_main"), ("LOCKKEEPER_SURFACE", "data"),
            ("LOCKKEEPER_REQUEST_ID", id), ("REQUEST_METHOD", "POST"),
            ("CONTENT_TYPE", "application/json"),
        ])
        #expect(full.gatewayName == "ep_main")
        #expect(full.isForDataPlane)
        #expect(full.webServerRequestID == id)
        #expect(full.method == .post)
        #expect(full.contentTypeText == "application/json")
        #expect(!full.hasSeveralGateways)
    }

    @Test(arguments: [
        ("control", false), ("metrics", false), ("", false), ("Data", false), ("data", true),
    ])
    func `another surface is not the data plane`(surface: String, isData: Bool) {
        #expect(head([("LOCKKEEPER_SURFACE", surface)]).isForDataPlane == isData)
    }

    @Test func `a gateway that is set twice is noticed, even the same`() {
        let twice = [("LOCKKEEPER_GATEWAY", "ep_main"), ("LOCKKEEPER_GATEWAY", "ep_main")]
        #expect(head(twice).hasSeveralGateways)
    }

    @Test func `a UUID is an id too, without its dashes`() {
        let head = head([("LOCKKEEPER_REQUEST_ID", "01234567-89ab-cdef-0123-456789abcdef")])
        #expect(head.webServerRequestID == "0123456789abcdef0123456789abcdef")
    }

    @Test(arguments: [
        "", "0123456789abcdef", "0123456789ABCDEF0123456789abcdef",
        "0123456789abcdef0123456789abcdeg", "0123456789abcdef0123456789abcdef0",
        "\"}\n0123456789abcdef0123456789ab", "01234567-89ab-cdef-0123-456789abcdeg",
        "01234567-89AB-cdef-0123-456789abcdef", "012345670-9ab-cdef-0123-456789abcdef",
        "01234567089ab0cdef001230456789abcdef", "0123456789abcdef-123456789abcdef",
        "------------------------------------",
    ])
    func `an id of another form is none`(id: String) {
        #expect(head([("LOCKKEEPER_REQUEST_ID", id)]).webServerRequestID == nil)
    }

    @Test(
        arguments: [
            ("GET", .get), ("HEAD", .head), ("POST", .post), ("get", .other), ("PUT", .other),
            ("", .other), ("POSTX", .other),
        ] as [(String, Method)]
    )
    func `methods are told apart by their very name`(name: String, method: Method) {
        #expect(head([("REQUEST_METHOD", name)]).method == method)
    }

    @Test(arguments: [
        ("/a", "/a", ""), ("/a?", "/a", ""), ("/a?x=1", "/a", "x=1"), ("/a?x=?&y", "/a", "x=?&y"),
        ("", "", ""), ("?x", "", "x"),
    ])
    func `path and query part at the first question mark`(
        uri: String,
        path: String,
        query: String
    ) {
        // Other parameters before and behind: the query must not run on into them.
        let head = head([
            ("HTTP_ACCEPT", "?before"), ("REQUEST_URI", uri), ("HTTP_USER_AGENT", "?behind"),
        ])
        #expect(head.withPath { $0.text } == path)
        #expect(head.withQuery { $0.text } == query)
    }

    @Test(arguments: [
        ("true", true), ("true, true", true), ("false,true", true), ("false", false), ("", false),
        ("TRUE", false),
    ])
    func `no retry is asked by its own header`(value: String, forbids: Bool) {
        #expect(head([("HTTP_LOCKKEEPER_NO_RETRY", value)]).forbidsRetry == forbids)
    }

    // MARK: What goes upstream

    @Test(arguments: [
        ("CONTENT_TYPE", "content-type"), ("HTTP_ACCEPT", "accept"),
        ("HTTP_USER_AGENT", "user-agent"), ("HTTP_ANTHROPIC_VERSION", "anthropic-version"),
        ("HTTP_ANTHROPIC_BETA", "anthropic-beta"), ("HTTP_OPENAI_BETA", "openai-beta"),
        ("HTTP_X_STAINLESS_LANG", "x-stainless-lang"),
        ("HTTP_X_STAINLESS_RETRY_COUNT", "x-stainless-retry-count"),
        ("HTTP_IDEMPOTENCY_KEY", "idempotency-key"), ("HTTP_TRACEPARENT", "traceparent"),
    ])
    func `the allow list passes whoever's key it is`(parameter: String, name: String) {
        for ownKey in [false, true] {
            #expect(upstream([(parameter, "value")], ownKey: ownKey) == ["\(name): value"])
        }
    }

    @Test(arguments: [
        "HTTP_COOKIE", "HTTP_HOST", "HTTP_AUTHORIZATION", "HTTP_X_API_KEY", "HTTP_API_KEY",
        "HTTP_X_GOOG_API_KEY", "HTTP_ACCEPT_ENCODING", "HTTP_X_FORWARDED_FOR", "HTTP_PROXY",
        "HTTP_CONTENT_LENGTH", "HTTP_CONTENT_TYPE", "HTTP_TRANSFER_ENCODING", "HTTP_CONNECTION",
        "HTTP_NGROK_ERROR_CODE", "HTTP_X_ACCEL_REDIRECT", "HTTP_LOCKKEEPER_NO_RETRY",
        "HTTP_TRACESTATE", "HTTP_HTTP_REFERER", "HTTP_X_TITLE", "HTTP_REFERER", "HTTP_",
        "HTTP_X_STAINLESS", "HTTP_ACCEPTS", "CONTENT_LENGTH", "REMOTE_ADDR", "HTTP_EXPECT",
    ])
    func `whatever is not allowed stays here`(parameter: String) {
        #expect(upstream([(parameter, "value")], ownKey: true) == [])
    }

    @Test func `the organisation goes with the account's own key`() {
        let parameters = [("HTTP_OPENAI_ORGANIZATION", "org"), ("HTTP_OPENAI_PROJECT", "proj")]
        #expect(upstream(parameters, ownKey: false) == [])
        #expect(
            upstream(parameters, ownKey: true)
                == ["openai-organization: org", "openai-project: proj"]
        )
        #expect(
            upstream(parameters, providerHeaders: ["openai-organization"])
                == ["openai-organization: org"]
        )
    }

    @Test func `a provider's own list adds to it for that provider alone`() {
        let parameters = [("HTTP_HTTP_REFERER", "site"), ("HTTP_X_TITLE", "app")]
        #expect(upstream(parameters, providerHeaders: ["x-title"]) == ["x-title: app"])
        #expect(
            upstream(parameters, providerHeaders: ["http-referer", "x-title"])
                == ["http-referer: site", "x-title: app"]
        )
        #expect(upstream(parameters, providerHeaders: ["x-titles"]) == [])
    }

    @Test(arguments: [
        token, "x \(token)", "\(token) x", "ng-ng-7Kq2mVx9TbLc-g1-x",
    ])
    func `a header that holds a gateway token is dropped`(value: String) {
        for parameter in ["HTTP_USER_AGENT", "CONTENT_TYPE", "HTTP_X_STAINLESS_LANG"] {
            let lines = upstream([(parameter, value), ("HTTP_ACCEPT", "*/*")])
            #expect(lines == ["accept: */*"])
        }
    }

    @Test(arguments: [
        "", "n", "ng-", "ng-7Kq2mVx9TbLc", "ng-short-g1-x", "engine-g1-running-on",
        "ng-7Kq2mVx9TbLc-g1-",
    ])
    func `what only looks a bit like a token passes`(value: String) {
        #expect(upstream([("HTTP_ACCEPT", value)]) == ["accept: \(value)"])
    }

    @Test func `only attempts need the headers`() {
        var head = head([("HTTP_ACCEPT", "*/*"), ("HTTP_ANTHROPIC_VERSION", "1")])
        #expect(head.hasUpstreamHeader("anthropic-version"))
        #expect(!head.hasUpstreamHeader("anthropic-beta"))
        head.dropUpstreamHeaders()
        #expect(!head.hasUpstreamHeader("anthropic-version"))
    }
}
