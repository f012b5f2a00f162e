import Access
import JSON
import Model
import Testing

@testable import Relay

/// What is decided before a body byte is kept.
@Suite struct Callers {
    private let body = #"{"model":"alpha:m"}"#

    /// The answer to a whole request with these keys and headers.
    private func ask(
        _ site: Site,
        token: String? = nil,
        _ uri: String = "/v1/chat/completions",
        _ headers: [(String, String)] = [],
        method: String = "POST"
    ) -> Conversation {
        var conversation = Conversation(site, method, uri, headers: headers, token: token)
        conversation.send(body: body)
        return conversation
    }

    private func expect(
        _ conversation: Conversation,
        _ status: Int,
        _ code: String,
        location: SourceLocation = #_sourceLocation
    ) throws {
        #expect(conversation.answer.status == status, sourceLocation: location)
        #expect(conversation.answer.code == code, sourceLocation: location)
        #expect(conversation.command == .finish, sourceLocation: location)
        #expect(conversation.attempts == [], sourceLocation: location)
        #expect(conversation.answer["Content-Type"] == "application/json", sourceLocation: location)
        #expect(
            conversation.answer["Ngrok-AIG-Request-Id"] == "rq_test",
            sourceLocation: location
        )
        #expect(conversation.exchange.record.outcome == .refused, sourceLocation: location)
        #expect(conversation.exchange.record.status == status, sourceLocation: location)
        #expect(conversation.exchange.record.errorCode == code, sourceLocation: location)
        let message = try conversation.answer.json()["error"]?["message"]?.string
        #expect(message?.hasPrefix("[\(code)] ") == true, sourceLocation: location)
    }

    @Test func `no key is refused`() throws {
        try expect(ask(Site([try provider("alpha")]), token: ""), 401, "ERR_NGROK_27201")
    }

    @Test func `a mistyped key is told from an unknown one`() throws {
        let site = Site([try provider("alpha")])
        let last = site.token.hasSuffix("0") ? "1" : "0"
        let stranger = Site.makeKey(99).token
        for token in ["sk-x", "ng-", String(site.token.dropLast()) + last, site.token + "0"] {
            try expect(ask(site, token: token), 401, "ERR_NGROK_27201")
        }
        try expect(ask(site, token: stranger), 401, "ERR_NGROK_27007")
    }

    @Test func `unknown, expired, disabled and strange keys get one text`() throws {
        var site = Site([try provider("alpha")])
        let expired = Site.makeKey(2) { $0.expiresAt = Timestamp(unixSecond: Site.second) }
        let disabled = Site.makeKey(3) { $0.isDisabled = true }
        let strange = Site.makeKey(4, account: AccountID("ac_other"))
        site.keys += [expired, disabled, strange]
        var texts: Set<String> = []
        for key in [Site.makeKey(99), expired, disabled, strange] {
            let conversation = ask(site, token: key.token)
            try expect(conversation, 401, "ERR_NGROK_27007")
            texts.insert(String(decoding: conversation.sent, as: UTF8.self))
        }
        #expect(texts.count == 1)
    }

    @Test func `a key in place of a model is refused and shown to nobody`() throws {
        let site = Site([try provider("alpha")])
        let key = site.token
        let asked = [
            ("/v1/chat/completions", "POST", #"{"model":"\#(key)"}"#),
            ("/v1/chat/completions", "POST", #"{"models":["alpha:m","alpha:\#(key)"]}"#),
            ("/v1beta/models/\(key):generateContent", "POST", "{}"),
            ("/v1/models/\(key)", "GET", ""),
        ]
        for (uri, method, body) in asked {
            var conversation = Conversation(site, method, uri, headers: [], token: key)
            conversation.send(body: body)
            #expect(conversation.answer.status == 400)
            #expect(!String(decoding: conversation.sent, as: UTF8.self).contains(key))
            #expect(conversation.exchange.record.modelAsked == nil)
        }
    }

    @Test func `a key that expires in a second is good`() throws {
        var site = Site([try provider("alpha")])
        let key = Site.makeKey(2) { $0.expiresAt = Timestamp(unixSecond: Site.second + 1) }
        site.keys.append(key)
        #expect(ask(site, token: key.token).command == .startAttempt)
    }

    @Test func `two keys that differ are refused, the same one twice is not`() throws {
        let site = Site([try provider("alpha")])
        let other = [("HTTP_X_API_KEY", Site.makeKey(2).token)]
        try expect(ask(site, "/v1/chat/completions", other), 401, "ERR_NGROK_27201")
        let same = [("HTTP_X_API_KEY", site.token)]
        #expect(ask(site, "/v1/chat/completions", same).command == .startAttempt)
    }

    @Test func `a bound key works on its gateway alone`() throws {
        var site = Site([try provider("alpha")])
        site.gateways = ["ep_main", "ep_other"]
        let bound = Site.makeKey(2) { $0.gatewayID = GatewayID("ep_main") }
        site.keys.append(bound)
        let path = "/v1/chat/completions"
        let main = ask(site, token: bound.token, path, [("LOCKKEEPER_GATEWAY", "ep_main")])
        #expect(main.command == .startAttempt)
        let other = ask(site, token: bound.token, path, [("LOCKKEEPER_GATEWAY", "ep_other")])
        try expect(other, 403, "ERR_NGROK_27008")
        #expect(other.exchange.record.gateway == "ep_other")
        let key = try #require(other.exchange.record.key)
        #expect(other.exchange.snapshot.keys?.id(of: key) == "aigk_2")
        let free = ask(site, path, [("LOCKKEEPER_GATEWAY", "ep_other")])
        #expect(free.command == .startAttempt)
    }

    @Test func `a location that names no gateway, none of ours or two is a mistake of the site's`()
        throws
    {
        let code = "ERR_NGROK_AI_GATEWAY_MISCONFIGURED"
        var site = Site([try provider("alpha")])
        let path = "/v1/chat/completions"
        try expect(ask(site, path, [("LOCKKEEPER_GATEWAY", "ep_none")]), 500, code)
        let twice = [("LOCKKEEPER_GATEWAY", "ep_main"), ("LOCKKEEPER_GATEWAY", "ep_main")]
        try expect(ask(site, path, twice), 500, code)
        site.gateways = ["ep_main", "ep_other"]
        try expect(ask(site, path), 500, code)
    }

    @Test func `without a store nobody is let in, and nobody told a lie`() throws {
        var site = Site([try provider("alpha")])
        site.hasStore = false
        let conversation = ask(site)
        try expect(conversation, 503, "ERR_NGROK_27009")
        #expect(conversation.answer["Retry-After"] == "5")
    }

    @Test(arguments: [
        ("/v1/chat/completions", "GET", "POST"), ("/v1/messages", "PUT", "POST"),
        ("/v1beta/models/m:generateContent", "GET", "POST"), ("/v1/models", "POST", "GET, HEAD"),
        ("/v1beta/models", "DELETE", "GET, HEAD"), ("/healthz", "POST", "GET, HEAD"),
    ])
    func `a method that is not served is told which are`(
        path: String,
        method: String,
        allowed: String
    ) throws {
        let conversation = ask(Site(), path, method: method)
        #expect(conversation.answer.status == 405)
        #expect(conversation.answer["Allow"] == allowed)
        #expect(conversation.answer.code == "ERR_NGROK_27204")
    }

    @Test func `an error is in the path's dialect`() throws {
        func root(_ path: String, _ method: String = "POST") throws -> [String] {
            let conversation = ask(Site(), token: "", path, method: method)
            return try conversation.answer.json().members.map(\.name)
        }
        for method in ["POST", "GET"] {
            #expect(try root("/v1/messages", method) == ["type", "error", "request_id"])
            #expect(try root("/v1/chat/completions", method) == ["error"])
        }
        let conversation = ask(Site(), token: "", "/v1/models/m:countTokens")
        #expect(try conversation.answer.json()["error"]?["status"]?.string == "UNAUTHENTICATED")
    }

    @Test func `a path that is not served is none, a malformed one a bad request`() throws {
        try expect(ask(Site(), "/v1/none"), 404, "ERR_NGROK_27204")
        try expect(ask(Site(), "/v1/../x"), 400, "ERR_NGROK_27204")
    }

    @Test(arguments: ["control", "metrics", ""])
    func `nothing is routed on another surface but health`(surface: String) throws {
        let parameters = [("LOCKKEEPER_SURFACE", surface)]
        for (method, path) in [
            ("POST", "/v1/chat/completions"), ("GET", "/v1/chat/completions"),
            ("GET", "/v1/models"), ("GET", "/v1/../x"),
        ] {
            let conversation = ask(Site(), path, parameters, method: method)
            try expect(conversation, 404, "ERR_NGROK_27204")
        }
        #expect(ask(Site(), "/healthz", parameters, method: "GET").answer.status == 200)
    }

    // MARK: Answered here

    @Test func `health needs no key, readiness a store`() {
        var site = Site()
        func status(_ path: String, _ method: String = "GET") -> Int? {
            ask(site, token: "", path, method: method).answer.status
        }
        #expect(status("/healthz") == 200)
        #expect(status("/readyz") == 200)
        #expect(ask(site, token: "", "/healthz", method: "HEAD").answer.body.isEmpty)
        #expect(!ask(site, token: "", "/healthz", method: "GET").answer.body.isEmpty)
        site.hasStore = false
        #expect(status("/healthz") == 200)
        #expect(status("/readyz") == 503)
    }

    @Test func `the models need a key`() throws {
        for path in ["/v1/models", "/v1/models/gpt-4o", "/v1beta/models"] {
            let conversation = ask(Site(), token: "", path, method: "GET")
            try expect(conversation, 401, "ERR_NGROK_27201")
        }
    }

    @Test func `HEAD has the head of GET and no body`() {
        let refused = ask(Site(), token: "", "/v1/models", method: "HEAD")
        #expect(refused.answer.status == 401)
        #expect(refused.answer.body.isEmpty)
        let listed = ask(Site(), "/v1/models", method: "HEAD")
        #expect(listed.answer.status == 200)
        #expect(listed.answer.body.isEmpty)
    }

    // MARK: The authorizer

    @Test func `a web server that asks about a key is told its id`() {
        var conversation = Conversation(Site(), "GET", "/elsewhere", question: .authorization)
        conversation.endBody()
        #expect(
            conversation.answer.lines == ["Status: 200 OK", "Variable-LOCKKEEPER_KEY_ID: aigk_1"]
        )
        #expect(conversation.command == .finish)
    }

    @Test func `and that a key is no good`() {
        let stranger = Site.makeKey(99).token
        for (token, code) in [("", "ERR_NGROK_27201"), (stranger, "ERR_NGROK_27007")] {
            var conversation = Conversation(
                Site(),
                "GET",
                "/elsewhere",
                token: token,
                question: .authorization
            )
            conversation.endBody()
            #expect(conversation.answer.status == 401)
            #expect(conversation.answer.code == code)
        }
    }
}
