import Access
import JSON
import Model
import Routing
import Testing

@testable import Relay

/// What an access key under a configuration gets, and what one without.
@Suite struct `A key under a configuration` {
    private static let id = ConfigurationID("aigac_1")

    private func site(_ policy: KeyPolicy, ownKeys: [OwnKey] = []) throws -> Site {
        var alpha = try provider("alpha", keys: ["managed-a"])
        alpha.models = [ProviderModel(id: "small"), ProviderModel(id: "large")]
        var beta = try provider("beta", keys: ["managed-b"])
        beta.models = [ProviderModel(id: "small")]
        var site = Site([alpha, beta])
        site.ownKeys = ownKeys
        site.configurations = [(Self.id, policy)]
        site.keys = [
            Site.makeKey(1) { $0.configurationID = Self.id }, Site.makeKey(2),
            Site.makeKey(3) { $0.configurationID = ConfigurationID("aigac_gone") },
        ]
        return site
    }

    private func ask(
        _ site: Site,
        _ body: String,
        _ key: Int = 0
    ) -> Conversation {
        var conversation = Conversation(
            site,
            "POST",
            "/v1/chat/completions",
            token: site.keys[key].token
        )
        conversation.send(body: body)
        return conversation
    }

    private func credentials(_ conversation: Conversation) -> [String] {
        conversation.attempts.map { attempt in
            let line = attempt.headers.first { $0.hasPrefix("authorization: Bearer ") } ?? ""
            return String(line.dropFirst("authorization: Bearer ".count))
        }
    }

    @Test(arguments: [
        (AllowLists(providers: ["beta"]), "alpha:small", "ERR_NGROK_27231"),
        (AllowLists(providers: []), "small", "ERR_NGROK_27231"),
        (AllowLists(models: ["small"]), "large", "ERR_NGROK_27232"),
        (AllowLists(models: ["beta:*"]), "alpha:new", "ERR_NGROK_27232"),
    ])
    func `is refused what its lists leave out`(
        access: AllowLists,
        model: String,
        code: String
    ) throws {
        let site = try site(KeyPolicy(access: access))
        let refused = ask(site, #"{"model":"\#(model)"}"#)
        #expect(refused.answer.status == 403)
        #expect(refused.answer["Ngrok-Error-Code"] == code)
        #expect(refused.attempts.isEmpty)
        let other = ask(site, #"{"model":"\#(model)"}"#, 1)
        #expect(other.attempts.count == 1)
    }

    @Test func `is told of the models of its list that were never run`() throws {
        let site = try site(KeyPolicy(access: AllowLists(models: ["small"])))
        var conversation = ask(site, #"{"model":"large","models":["beta:small"]}"#)
        conversation.answer(200, "{}")
        #expect(conversation.answer["Ngrok-AIG-Model"] == "beta:small")
        #expect(
            conversation.answer["Ngrok-AIG-Rejected-Models"] == "large (model not allowed: 'large')"
        )
    }

    @Test func `that is not there reads as unknown`() throws {
        let site = try site(KeyPolicy())
        let refused = ask(site, #"{"model":"small"}"#, 2)
        #expect(refused.answer.status == 401)
        #expect(refused.answer["Ngrok-Error-Code"] == "ERR_NGROK_27007")
        var other = site
        other.configurations = []
        #expect(ask(other, #"{"model":"small"}"#).answer.status == 401)
    }

    @Test func `sees the models that it may use alone`() throws {
        let site = try site(KeyPolicy(access: AllowLists(providers: ["beta"])))
        let names = { (key: Int) throws -> [String] in
            var conversation = Conversation(
                site,
                "GET",
                "/v1/models",
                token: site.keys[key].token
            )
            conversation.endBody()
            return try #require(conversation.answer.json()["data"]).elements
                .compactMap { $0["id"]?.string }
        }
        #expect(try names(0) == ["small"])
        #expect(try names(1) == ["small", "large"])
        var one = Conversation(site, "GET", "/v1/models/large")
        one.endBody()
        #expect(one.answer.status == 404)
    }

    @Test func `goes through the steps of its rule`() throws {
        let rule = KeyRule(
            provider: ProviderID("alpha"),
            model: nil,
            steps: [.user(.ordered, [ProviderKeyID("2")]), .managed]
        )
        var site = try site(
            KeyPolicy(rules: [rule]),
            ownKeys: [ownKey("1", of: "alpha"), ownKey("2", of: "alpha")]
        )
        for status in [401, 402, 403, 429] {
            site.health = Health()
            var conversation = ask(site, #"{"model":"small"}"#)
            conversation.answer(status, "no")
            conversation.answer(status, "no")
            conversation.answer(200, "{}")
            #expect(
                credentials(conversation) == ["own-secret-of-2", "managed-a", "managed-b"]
            )
            #expect(conversation.answer["Ngrok-AIG-Model"] == "beta:small")
        }
        #expect(credentials(ask(site, #"{"model":"small"}"#, 1)) == ["own-secret-of-1"])
    }

    @Test func `has no credential where its rule leads to none`() throws {
        let rule = KeyRule(provider: ProviderID("gamma"), model: nil, steps: [.managed])
        var site = try site(KeyPolicy(rules: [rule]), ownKeys: [ownKey("1", of: "openai")])
        site.configurations = [
            (
                Self.id,
                KeyPolicy(rules: [
                    KeyRule(provider: ProviderID("openai"), model: nil, steps: [.managed])
                ])
            )
        ]
        let refused = ask(site, #"{"model":"openai:gpt"}"#)
        #expect(refused.answer.status == 502)
        #expect(refused.answer["Ngrok-Error-Code"] == "ERR_NGROK_27202")
        #expect(ask(site, #"{"model":"openai:gpt"}"#, 1).attempts.count == 1)
    }

    @Test func `gives each key its turn from request to request`() throws {
        let rule = KeyRule(
            provider: ProviderID("alpha"),
            model: nil,
            steps: [.user(.roundRobin, [ProviderKeyID("1"), ProviderKeyID("2")])]
        )
        let site = try site(
            KeyPolicy(rules: [rule]),
            ownKeys: [ownKey("1", of: "alpha"), ownKey("2", of: "alpha")]
        )
        let snapshot = site.snapshot
        let used = (0..<4).flatMap { _ in
            var conversation = Conversation(site, snapshot: snapshot)
            conversation.send(body: #"{"model":"alpha:small"}"#)
            return credentials(conversation)
        }
        #expect(
            used == ["own-secret-of-1", "own-secret-of-2", "own-secret-of-1", "own-secret-of-2"]
        )
    }
}
