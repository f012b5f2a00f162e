import Access
import JSON
import Model
import Routing
import Testing

@testable import Relay

@Suite struct Realtime {
    private static let handshake = [
        ("LOCKKEEPER_REALTIME", "on"), ("SERVER_PROTOCOL", "HTTP/1.1"),
        ("HTTP_UPGRADE", "websocket"), ("HTTP_SEC_WEBSOCKET_VERSION", "13"),
        ("HTTP_SEC_WEBSOCKET_KEY", "MDEyMzQ1Njc4OWFiY2RlZg=="),
    ]
    private static let peer = "203.0.113.7:443"

    /// Two providers with a key of the account's own, and one with the operator's.
    private func site(_ change: (inout Provider) -> Void = { _ in }) throws -> Site {
        var alpha = try provider("alpha", keys: [])
        alpha.models = [ProviderModel(id: "twin")]
        change(&alpha)
        var beta = try provider("beta", keys: [], auth: .header("api-key"))
        beta.models = [ProviderModel(id: "twin")]
        var managed = try provider("managed")
        managed.models = [ProviderModel(id: "twin")]
        var site = Site([managed, alpha, beta])
        site.ownKeys = ["alpha", "beta"].map { ownKey("aigpk_\($0)", of: $0) }
        return site
    }

    /// A handshake with some parameters set otherwise (nil: left out) and others added.
    private func ask(
        _ site: Site,
        _ query: String = "model=alpha:m",
        but changes: [String: String?] = [:],
        _ more: [(String, String)] = [],
        method: String = "GET",
        token: String? = nil
    ) -> Conversation {
        let base = Realtime.handshake.compactMap { name, value in
            (changes[name] ?? value).map { (name, $0) }
        }
        let uri = query.isEmpty ? "/v1/realtime" : "/v1/realtime?\(query)"
        var conversation = Conversation(site, method, uri, headers: base + more, token: token)
        conversation.endBody()
        return conversation
    }

    /// The headers of the hand-over, which the web server reads.
    private func handedOver(_ conversation: Conversation) -> [String: String] {
        var conversation = conversation
        #expect(conversation.command == .startAttempt)
        conversation.connect(to: Realtime.peer)
        #expect(conversation.command == .finish)
        let answer = conversation.answer
        #expect(answer.status == 200)
        #expect(answer["X-Accel-Redirect"] == "@lockkeeper_realtime")
        #expect(answer.body.isEmpty)
        let own = "x-lockkeeper-"
        #expect(
            Set(answer.names.filter { !$0.hasPrefix(own) }) == ["status", "x-accel-redirect"]
        )
        let names = answer.names.filter { $0.hasPrefix(own) }
        #expect(Set(names).count == names.count)
        return Dictionary(
            uniqueKeysWithValues: names.map {
                (String($0.dropFirst(own.count)), answer[$0] ?? "")
            }
        )
    }

    // MARK: The hand-over

    @Test func `what the web server needs is handed over, and nothing else`() throws {
        let headers = handedOver(ask(try site()))
        #expect(
            headers == [
                "upstream": "https://203.0.113.7:443/v1/realtime?model=m",
                "host": "alpha.example", "name": "alpha.example", "request-id": "rq_test",
                "model": "alpha:m", "attempts": "1",
                "authorization": "Bearer own-secret-of-aigpk_alpha",
                "sec-websocket-key": "MDEyMzQ1Njc4OWFiY2RlZg==",
                "lockkeeper-via": "0123456789abcdef",
            ]
        )
    }

    @Test func `of the steps of a rule those with keys of the account's own are taken`() throws {
        let id = ConfigurationID("aigac_1")
        let own = KeyStep.user(.ordered, [ProviderKeyID("aigpk_alpha-2")])
        for (steps, key) in [([.managed, own], "own-secret-of-aigpk_alpha-2"), ([.managed], nil)] {
            var site = try site { $0.managedKeys = [Secret("operator-key")] }
            site.ownKeys.append(ownKey("aigpk_alpha-2", of: "alpha"))
            site.keys = [Site.makeKey(1) { $0.configurationID = id }]
            site.configurations = [
                (
                    id,
                    KeyPolicy(rules: [
                        KeyRule(provider: ProviderID("alpha"), model: nil, steps: steps)
                    ])
                )
            ]
            let conversation = ask(site)
            if let key {
                #expect(handedOver(conversation)["authorization"] == "Bearer \(key)")
            } else {
                #expect(conversation.answer["Ngrok-Error-Code"] == "ERR_NGROK_27249")
            }
        }
    }

    @Test func `the log says that the web server went on`() throws {
        var conversation = ask(try site())
        conversation.connect(to: Realtime.peer)
        let record = conversation.exchange.record
        #expect(record.outcome == .handedOver)
        #expect(record.status == 101)
        #expect(record.modelAsked == "alpha:m")
        #expect(record.modelServed == "alpha:m")
        #expect(record.attempts.map(\.outcome) == [.status(101)])
        #expect(conversation.exchange.nextDeadline == nil)
    }

    @Test func `the credential goes as the provider wants it`() throws {
        let headers = handedOver(ask(try site(), "model=beta:m"))
        #expect(headers["api-key"] == "own-secret-of-aigpk_beta")
        #expect(headers["authorization"] == nil)
    }

    @Test func `headers that may go upstream go, others stay`() throws {
        let token = Site().token
        let site = try site {
            $0.headers = [
                HeaderField(name: "OpenAI-Beta", value: Secret("configured")),
                HeaderField(name: "X-Team", value: Secret("stays")),
            ]
        }
        let headers = handedOver(
            ask(
                site,
                [
                    ("HTTP_USER_AGENT", "client/1"), ("HTTP_OPENAI_BETA", "client"),
                    ("HTTP_OPENAI_ORGANIZATION", "org"), ("HTTP_OPENAI_PROJECT", "p \(token)"),
                    ("HTTP_TRACEPARENT", "00-1-2-01"), ("HTTP_COOKIE", "a=b"),
                    ("HTTP_X_LOCKKEEPER_UPSTREAM", "https://evil.example"),
                    ("HTTP_X_ACCEL_REDIRECT", "/readyz"), ("HTTP_ACCEPT", "*/*"),
                ]
            )
        )
        let expected = [
            "user-agent": "client/1", "openai-beta": "configured", "openai-organization": "org",
            "traceparent": "00-1-2-01",
        ]
        for (name, value) in expected { #expect(headers[name] == value) }
        #expect(headers["openai-project"] == nil)
        #expect(headers["upstream"] == "https://203.0.113.7:443/v1/realtime?model=m")
        #expect(!headers.values.contains { $0.contains(token) || $0.contains("evil") })
        #expect(headers.count == 9 + expected.count)
    }

    @Test(arguments: [
        "x\r\nX-Lockkeeper-Upstream: https://evil.example/", "x\ny", "\u{0}", "\u{7f}",
    ])
    func `a value that could begin a line is not handed over`(value: String) throws {
        let names = [
            "HTTP_USER_AGENT", "HTTP_OPENAI_BETA", "HTTP_SEC_WEBSOCKET_EXTENSIONS",
            "HTTP_SEC_WEBSOCKET_PROTOCOL",
        ]
        let headers = handedOver(ask(try site(), names.map { ($0, value) }))
        #expect(headers.count == 9)
        #expect(headers["upstream"] == "https://203.0.113.7:443/v1/realtime?model=m")
    }

    @Test func `a base URL may have a port, a path, a query and brackets`() throws {
        let bases = [
            (
                "https://a.example:8443/deep/v1?k=v", "a.example:8443", "a.example", "/deep/v1",
                "k=v&"
            ),
            ("http://[fd00::1]:8080", "[fd00::1]:8080", "fd00::1", "", ""),
            ("http://box.internal", "box.internal", "box.internal", "", ""),
        ]
        for (base, host, name, path, query) in bases {
            let url = try BaseURL(base)
            let headers = handedOver(
                ask(
                    try site { $0.setSurface(Surface(baseURL: url, auth: .none), for: .openAIChat) }
                )
            )
            let scheme = base.prefix { $0 != ":" }
            #expect(
                headers["upstream"]
                    == "\(scheme)://203.0.113.7:443\(path)/realtime?\(query)model=m"
            )
            #expect(headers["host"] == host)
            #expect(headers["name"] == name)
        }
    }

    // MARK: Subprotocols

    @Test(
        arguments: [
            (
                ["realtime, openai-insecure-api-key.TOKEN, openai-beta.realtime-v1"],
                "realtime, openai-beta.realtime-v1"
            ),
            (["realtime", "openai-insecure-api-key.TOKEN", "second"], "realtime, second"),
            (["openai-insecure-api-key.TOKEN"], nil),
            ([" realtime ,, \topenai-insecure-api-key.TOKEN\t"], "realtime"),
            (["realtime,openai-insecure-api-key.TOKEN,openai-insecure-api-key.TOKEN"], "realtime"),
            (["openai-insecure-api-key.TOKEN, x.TOKEN, TOKEN, a b, a;b, ok"], "ok"),
            (["openai-insecure-api-key.TOKEN, OpenAI-Insecure-API-Key.TOKEN"], nil),
        ] as [([String], String?)]
    )
    func `the key among the subprotocols is taken and goes nowhere`(
        lists: [String],
        rest: String?
    ) throws {
        let site = try site()
        let lists = lists.map { list in
            list.split(separator: "TOKEN", omittingEmptySubsequences: false)
                .joined(separator: site.token)
        }
        let more = lists.map { ("HTTP_SEC_WEBSOCKET_PROTOCOL", $0) }
        let headers = handedOver(ask(site, more, token: ""))
        #expect(headers["sec-websocket-protocol"] == rest)
        #expect(!headers.values.contains { $0.contains(site.token) })
    }

    @Test func `a key that differs from the header's is refused`() throws {
        let other = "openai-insecure-api-key." + Site.makeKey(2).token
        let conversation = ask(try site(), [("HTTP_SEC_WEBSOCKET_PROTOCOL", other)])
        #expect(conversation.answer.code == "ERR_NGROK_27201")
    }

    private func ask(
        _ site: Site,
        _ more: [(String, String)],
        token: String? = nil
    ) -> Conversation {
        ask(site, "model=alpha:m", but: [:], more, token: token)
    }

    // MARK: The handshake

    @Test(
        arguments: [
            ("LOCKKEEPER_REALTIME", nil, 404), ("LOCKKEEPER_REALTIME", "off", 404),
            ("LOCKKEEPER_REALTIME", "", 404), ("SERVER_PROTOCOL", nil, 400),
            ("SERVER_PROTOCOL", "HTTP/2.0", 400), ("SERVER_PROTOCOL", "HTTP/1.0", 400),
            ("HTTP_UPGRADE", nil, 426), ("HTTP_UPGRADE", "h2c", 426),
            ("HTTP_UPGRADE", "websockets", 426), ("HTTP_UPGRADE", "", 426),
            ("HTTP_SEC_WEBSOCKET_VERSION", nil, 426), ("HTTP_SEC_WEBSOCKET_VERSION", "8", 426),
            ("HTTP_SEC_WEBSOCKET_VERSION", "13, 8", 426), ("HTTP_SEC_WEBSOCKET_KEY", nil, 400),
            ("HTTP_SEC_WEBSOCKET_KEY", "", 400), ("HTTP_SEC_WEBSOCKET_KEY", "MDEyMzQ1Njc=", 400),
            ("HTTP_SEC_WEBSOCKET_KEY", "MDEyMzQ1Njc4OWFiY2RlZg=x", 400),
            ("HTTP_SEC_WEBSOCKET_KEY", "MDEyMzQ1Njc4OWFiY2Rl\r\n==", 400),
        ] as [(String, String?, Int)]
    )
    func `what is no handshake is told so before the key is looked at`(
        name: String,
        value: String?,
        status: Int
    ) throws {
        for token in ["", nil] {
            let conversation = ask(try site(), but: [name: value], token: token)
            #expect(conversation.command == .finish)
            #expect(conversation.answer.status == status)
            #expect(conversation.answer.code == "ERR_NGROK_27204")
            let upgrade: String? = status == 426 ? "websocket" : nil
            #expect(conversation.answer["Upgrade"] == upgrade)
            #expect(conversation.answer["Sec-WebSocket-Version"] == upgrade.map { _ in "13" })
        }
    }

    @Test(arguments: ["WebSocket", "h2c, websocket", " websocket "])
    func `an upgrade is asked for in any case and among others`(value: String) throws {
        #expect(ask(try site(), but: ["HTTP_UPGRADE": value]).command == .startAttempt)
    }

    @Test func `two keys of a handshake are none`() throws {
        let again = Realtime.handshake.filter { $0.0 == "HTTP_SEC_WEBSOCKET_KEY" }
        #expect(ask(try site(), again).answer.status == 400)
    }

    @Test(arguments: [("", "ERR_NGROK_27201"), ("sk-x", "ERR_NGROK_27201")])
    func `a bad key is refused`(token: String, code: String) throws {
        let conversation = ask(try site(), token: token)
        #expect(conversation.answer.status == 401)
        #expect(conversation.answer.code == code)
        #expect(try conversation.answer.json()["error"]?["code"]?.string == code)
    }

    // MARK: The model

    @Test(
        arguments: [
            ("model=alpha:m", "model=m"), ("model=alpha%3Am", "model=m"),
            ("x=1&model=alpha:a/b:c&api-version=2", "api-version=2&model=a%2Fb%3Ac"),
            ("model=alpha:m%26model%3Dx%23%3F", "model=m%26model%3Dx%23%3F"),
            ("model=alpha:%zz", "model=%25zz"), ("model=alpha:%C3%BC", "model=%C3%BC"),
            ("mode=x&model=alpha:m&models=alpha:n&%6dodel=alpha:o", "model=m"),
        ]
    )
    func `the query names the model as the provider knows it`(
        query: String,
        sent: String
    ) throws {
        let headers = handedOver(ask(try site(), query))
        #expect(headers["upstream"] == "https://203.0.113.7:443/v1/realtime?\(sent)")
    }

    @Test(
        arguments: [
            ("", "ERR_NGROK_27228"), ("model", "ERR_NGROK_27229"), ("model=", "ERR_NGROK_27229"),
            ("model=alpha:m&model=alpha:m", "ERR_NGROK_27228"), ("model=m", "ERR_NGROK_27224"),
            ("model=nobody:m", "ERR_NGROK_27225"), ("model=alpha:a+b", "ERR_NGROK_27229"),
            ("model=alpha:a%0d%0aX-Lockkeeper-Upstream:%20x", "ERR_NGROK_27229"),
            ("model=alpha:%00", "ERR_NGROK_27229"), ("model=managed:m", "ERR_NGROK_27249"),
            ("model=ng-7Kq2mVx9TbLc-g1-aaaaaa", "ERR_NGROK_27228"),
        ]
    )
    func `a model that leads nowhere is refused`(query: String, code: String) throws {
        let conversation = ask(try site(), query)
        #expect(conversation.answer.status == 400)
        #expect(conversation.answer.code == code)
        #expect(try conversation.answer.json()["error"]?["param"]?.string == "model")
        #expect(conversation.attempts.isEmpty)
    }

    @Test func `the operator's keys are passed over`() throws {
        var conversation = ask(try site(), "model=twin")
        #expect(conversation.exchange.call?.candidate.displayName == "alpha:twin")
        conversation.end(.connectFailed)
        #expect(conversation.exchange.call?.candidate.displayName == "beta:twin")
        conversation.end(.tlsFailed)
        #expect(conversation.answer.status == 502)
        #expect(conversation.answer.code == "ERR_NGROK_27208")
        #expect(!conversation.attempts.contains { $0.headers.joined().contains("operator-key") })
    }

    @Test func `the next provider is handed over when one can't be reached`() throws {
        var conversation = ask(try site(), "model=twin")
        conversation.end(.connectTimedOut)
        let headers = handedOver(conversation)
        #expect(headers["model"] == "beta:twin")
        #expect(headers["attempts"] == "2")
        #expect(headers["host"] == "beta.example")
    }

    @Test func `a provider that can't be reached in time is an error`() throws {
        var conversation = ask(try site())
        conversation.wait(.seconds(180))
        #expect(conversation.answer.status == 504)
        #expect(conversation.answer.code == "ERR_NGROK_27207")
    }

    @Test func `a client that leaves meanwhile is told nothing`() throws {
        var conversation = ask(try site())
        conversation.leave()
        conversation.connect(to: Realtime.peer)
        #expect(conversation.sent.isEmpty)
        #expect(conversation.exchange.record.outcome == .clientClosed)
    }
}
