import Access
import Model
import Routing
import Testing

@testable import Relay

/// What selection expressions make of a request's attempts.
@Suite struct Choices {
    private func site(
        _ models: [String] = [],
        keys: [String] = []
    ) throws -> Site {
        var site = Site([
            try provider("alpha", keys: ["first", "second"]), try provider("beta"),
        ])
        site.choice = ChoiceRules(
            models: models.isEmpty ? nil : try ModelSelection(models),
            keys: keys.isEmpty ? nil : try KeySelection(keys)
        )
        return site
    }

    private func attempts(
        _ site: Site,
        headers: [(String, String)] = [],
        body: String = #"{"model":"alpha:a","models":["beta:b"]}"#
    ) throws -> (names: [String], answer: Answer) {
        var conversation = Conversation(site, body: body, headers: headers)
        while conversation.command == .startAttempt, conversation.attempts.count < 9 {
            conversation.answer(401, "no")
        }
        let names = conversation.exchange.record.attempts.map { attempt in
            guard case .managed(let place) = attempt.credential else { return attempt.candidate }
            return "\(attempt.candidate) \(place)"
        }
        return (names, conversation.answer)
    }

    @Test(
        arguments: [
            (["ai.models"], [], ["alpha:a 0", "alpha:a 1", "beta:b 0"]),
            (["ai.models.onlyProviders(['beta'])"], [], ["beta:b 0"]),
            (
                ["ai.models.filter(m, m.known)", "[ai.models[1], ai.models[0]]"], [],
                ["alpha:a 0", "alpha:a 1", "beta:b 0"]
            ),
            (
                [], ["ai.keys.filter(k, k.id == 'managed:alpha:1') + ai.keys"],
                ["alpha:a 1", "alpha:a 0", "beta:b 0"]
            ),
            ([], ["ai.keys.filter(k, k.id.endsWith(':0'))"], ["alpha:a 0", "beta:b 0"]),
            ([], ["ai.keys.filter(k, k.provider_id == 'beta')"], ["beta:b 0"]),
            (
                ["key.name == 'key 1' ? ai.models.get('a') : ai.models"], [],
                ["alpha:a 0", "alpha:a 1"]
            ),
            (["key.metadata.tier == 'gold' ? ai.models.get('b') : ai.models"], [], ["beta:b 0"]),
            (
                ["req.headers['x-tier'] == 'gold' ? ai.models.get('b') : ai.models"], [],
                ["beta:b 0"]
            ),
            (
                ["'authorization' in req.headers || 'cookie' in req.headers ? [] : ai.models"], [],
                ["alpha:a 0", "alpha:a 1", "beta:b 0"]
            ),
            (["now == timestamp(1795227185) ? ai.models.get('b') : ai.models"], [], ["beta:b 0"]),
            (
                ["req.stream || req.tokens > 0 ? ai.models.get('a') : ai.models.get('b')"], [],
                ["beta:b 0"]
            ),
        ] as [([String], [String], [String])]
    )
    func `decide what is tried`(models: [String], keys: [String], wanted: [String]) throws {
        var site = try site(models, keys: keys)
        site.keys[0].record.metadata = .object(json: #"{"tier":"gold"}"#)
        let headers = [("HTTP_X_TIER", "gold"), ("HTTP_COOKIE", "a=b")]
        #expect(try attempts(site, headers: headers).names == wanted, "\(models) \(keys)")
    }

    @Test(
        arguments: [
            (["ai.models.only([])"], [], 3805), (["ai.models.get('c')"], [], 3803),
            (["dyn(1)"], [], 3806), ([], ["ai.keys.filter(k, k.id == '')"], 3805),
            ([], ["ai.keys.get('c')"], 3803), ([], ["dyn(ai.models)"], 3806),
        ] as [([String], [String], Int)]
    )
    func `refuse with 422`(models: [String], keys: [String], code: Int) throws {
        let (names, answer) = try attempts(try site(models, keys: keys))
        #expect(names.isEmpty)
        #expect(answer.status == 422)
        #expect(answer["Ngrok-Error-Code"] == "ERR_NGROK_\(code)")
    }

    @Test func `name what the client named and they left out`() throws {
        let (_, answer) = try attempts(try site(["ai.models.get('b')"]))
        let rejected = try #require(answer["Ngrok-AIG-Rejected-Models"])
        #expect(rejected == "alpha:a (left out by model_selection)")
    }
}
