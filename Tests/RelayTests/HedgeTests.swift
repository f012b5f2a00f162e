import Model
import Routing
import Testing

@testable import Relay

/// A second candidate beside one that is slow.
@Suite struct Hedging {
    private let stream = #"{"model":"alpha:a","models":["beta:b"],"stream":true}"#
    private let good = "data: {\"choices\":[{\"delta\":{\"content\":\"good\"}}]}\n\n"
    private let role = "data: {\"choices\":[{\"delta\":{\"role\":\"assistant\"}}]}\n\n"

    /// `alpha` has two keys, `beta` one.
    private func site(_ change: (inout Timeouts) -> Void = { _ in }) throws -> Site {
        var site = Site([try provider("alpha", keys: ["one", "two"]), try provider("beta")])
        site.timeouts.hedgeAfter = .seconds(2)
        change(&site.timeouts)
        return site
    }

    /// Two attempts run: the first said nothing for two seconds.
    private func hedged(_ change: (inout Timeouts) -> Void = { _ in }) throws -> Conversation {
        var conversation = Conversation(try site(change), body: stream)
        conversation.wait(.seconds(2))
        #expect(conversation.attempts.count == 2)
        return conversation
    }

    private func outcomes(_ conversation: Conversation) -> [String] {
        conversation.exchange.record.attempts.map {
            "\($0.candidate) \($0.outcome?.label ?? "-")"
        }
    }

    @Test func `begins when there is no content in time, at another candidate`() throws {
        var conversation = Conversation(try site(), body: stream)
        conversation.wait(.milliseconds(1999))
        #expect(conversation.attempts.count == 1)
        conversation.wait(.milliseconds(1))
        #expect(conversation.command == .startAttempt)
        #expect(conversation.runningAttempts == [1, 2])
        #expect(outcomes(conversation) == ["alpha:a -", "beta:b -"])
        #expect(conversation.attempts[1].body.contains(#""model":"b""#))
    }

    @Test func `changes nothing of the body of the one that runs`() throws {
        var conversation = Conversation(try site(), body: stream)
        let first = conversation.exchange.upstreamBody
        conversation.wait(.seconds(2))
        #expect(first.withBytes { $0.text }.contains(#""model":"a""#))
        #expect(conversation.exchange.upstreamBody !== first)
    }

    @Test(arguments: [1, 2])
    func `gives the client the first content, whoever has it`(winner: Int) throws {
        var conversation = try hedged()
        let loser = 3 - winner
        for number in [loser, winner] {
            let isRunning = conversation.turn(to: number)
            #expect(isRunning)
            conversation.streamHead()
            conversation.receive(role)
        }
        #expect(conversation.sent.isEmpty)
        conversation.receive(good)
        #expect(conversation.runningAttempts == [winner])
        let isLoserRunning = conversation.turn(to: loser)
        #expect(!isLoserRunning)
        conversation.receive("data: [DONE]\n\n")
        conversation.end()
        #expect(conversation.answer.text == role + good + "data: [DONE]\n\n")
        let served = winner == 1 ? "alpha:a" : "beta:b"
        #expect(conversation.answer["Ngrok-AIG-Model"] == served)
        #expect(conversation.answer["Ngrok-AIG-Attempts"] == "2")
        #expect(conversation.answer["X-Accel-Buffering"] == "no")
        #expect(
            outcomes(conversation)
                == (winner == 1
                    ? ["alpha:a 200", "beta:b superseded"] : ["alpha:a superseded", "beta:b 200"])
        )
    }

    @Test(arguments: [1, 2])
    func `goes on with the other when one fails`(failing: Int) throws {
        var conversation = try hedged()
        _ = conversation.turn(to: failing)
        conversation.answer(500, "no")
        #expect(conversation.attempts.count == 2)
        #expect(conversation.sent.isEmpty)
        #expect(conversation.runningAttempts == [3 - failing])
        _ = conversation.turn(to: 3 - failing)
        conversation.streamHead()
        conversation.receive(good)
        #expect(conversation.answer.text == good)
    }

    @Test func `lists both when both fail, and tries what is left in between`() throws {
        var conversation = try hedged()
        _ = conversation.turn(to: 1)
        conversation.answer(429, "no")
        _ = conversation.turn(to: 2)
        conversation.answer(500, "no")
        #expect(conversation.runningAttempts == [3])
        conversation.answer(500, "no")
        #expect(conversation.answer.code == "ERR_NGROK_27208")
        #expect(outcomes(conversation) == ["alpha:a 429", "beta:b 500", "alpha:a 500"])
    }

    @Test func `ends with what the request itself is refused for`() throws {
        var site = try site()
        site.providers = try ["alpha", "beta"].map { id in
            var provider = try provider(id)
            provider.models = [ProviderModel(id: "m")]
            return provider
        }
        var conversation = Conversation(site, body: #"{"model":"m","stream":true}"#)
        conversation.wait(.seconds(2))
        #expect(conversation.runningAttempts == [1, 2])
        _ = conversation.turn(to: 1)
        conversation.answer(400, "bad request")
        #expect(conversation.answer.status == 400)
        #expect(conversation.answer.text == "bad request")
        #expect(conversation.runningAttempts.isEmpty)
        #expect(outcomes(conversation).last?.hasSuffix("superseded") == true)
    }

    @Test func `keeps the time of each attempt`() throws {
        var conversation = try hedged { $0.firstByte = .seconds(5) }
        conversation.wait(.seconds(3))
        #expect(outcomes(conversation) == ["alpha:a first byte timeout", "beta:b -"])
        conversation.wait(.seconds(2))
        #expect(
            outcomes(conversation) == [
                "alpha:a first byte timeout", "beta:b first byte timeout",
            ]
        )
        #expect(conversation.answer.status == 502)
    }

    @Test func `ends both at the total timeout`() throws {
        var conversation = try hedged { $0.total = .seconds(4) }
        conversation.wait(.seconds(2))
        #expect(conversation.answer.code == "ERR_NGROK_3810")
        #expect(outcomes(conversation) == ["alpha:a total timeout", "beta:b total timeout"])
        #expect(conversation.runningAttempts.isEmpty)
    }

    @Test func `ends both when the client leaves`() throws {
        var conversation = try hedged()
        conversation.leave()
        #expect(conversation.runningAttempts.isEmpty)
        #expect(outcomes(conversation) == ["alpha:a client left", "beta:b client left"])
    }

    @Test func `happens once a request`() throws {
        var conversation = try hedged()
        conversation.wait(.seconds(20))
        #expect(conversation.attempts.count == 2)
    }

    @Test(arguments: [
        (#"{"model":"alpha:a","models":["beta:b"]}"#, []),
        (#"{"model":"alpha:a","stream":true}"#, []),
        (
            #"{"model":"alpha:a","models":["beta:b"],"stream":true}"#,
            [("HTTP_LOCKKEEPER_NO_RETRY", "true")]
        ),
    ])
    func `does not happen where it must not or can't`(
        body: String,
        headers: [(String, String)]
    ) throws {
        var conversation = Conversation(try site(), body: body, headers: headers)
        conversation.wait(.seconds(30))
        #expect(conversation.attempts.count == 1)
    }

    @Test func `is off unless configured`() throws {
        var conversation = Conversation(try site { $0.hedgeAfter = nil }, body: stream)
        conversation.wait(.seconds(30))
        #expect(conversation.attempts.count == 1)
    }
}
