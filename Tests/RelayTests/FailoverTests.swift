import JSON
import Model
import Routing
import Testing

@testable import Relay

/// Which ending of an attempt leads to which next one.
@Suite struct Failovers {
    private let two = #"{"model":"alpha:a","models":["beta:b"]}"#

    /// `alpha` has two keys, `beta` one.
    private func site() throws -> Site {
        Site([try provider("alpha", keys: ["first", "second"]), try provider("beta")])
    }

    private func models(_ conversation: Conversation) -> [String] {
        conversation.exchange.record.attempts.map { "\($0.candidate) \($0.credential.place)" }
    }

    // MARK: A provider that asks for patience

    @Test(arguments: [429, 503])
    func `a short Retry-After is waited for where nothing else is left, twice`(
        status: Int
    ) throws {
        var conversation = Conversation(try site(), body: #"{"model":"beta:b"}"#)
        for count in 1...2 {
            conversation.answer(status, "slow down", headers: [("retry-after", "5")])
            #expect(conversation.command == .wait)
            conversation.wait(.milliseconds(4999))
            #expect(conversation.attempts.count == count)
            conversation.wait(.milliseconds(1))
            #expect(conversation.attempts.count == count + 1)
            #expect(conversation.command == .startAttempt)
        }
        #expect(models(conversation) == ["beta:b 0", "beta:b 0", "beta:b 0"])
        #expect(conversation.sent.isEmpty)
        conversation.answer(status, "slow down", headers: [("retry-after", "1")])
        #expect(conversation.answer.status == status)
        #expect(conversation.answer["Ngrok-AIG-Attempts"] == "3")
    }

    @Test func `what was waited for serves`() throws {
        var conversation = Conversation(try site(), body: #"{"model":"beta:b"}"#)
        conversation.answer(429, "slow down", headers: [("retry-after", "0")])
        conversation.wait(.zero)
        conversation.answer(200, "{}")
        #expect(conversation.answer.text == "{}")
        #expect(conversation.answer["Ngrok-AIG-Attempts"] == "2")
    }

    @Test func `it is the key that is free the soonest that is asked again`() throws {
        var conversation = Conversation(try site(), body: #"{"model":"alpha:a"}"#)
        conversation.answer(429, "no", headers: [("retry-after", "2")])
        conversation.answer(429, "no", headers: [("retry-after", "4")])
        conversation.wait(.seconds(2))
        #expect(models(conversation) == ["alpha:a 0", "alpha:a 1", "alpha:a 0"])
    }

    @Test(arguments: ["6", "3600", "", "soon"])
    func `a long or unreadable Retry-After is not waited for`(retryAfter: String) throws {
        var conversation = Conversation(try site(), body: #"{"model":"beta:b"}"#)
        conversation.answer(429, "no", headers: [("retry-after", retryAfter)])
        #expect(conversation.answer.status == 429)
        #expect(models(conversation) == ["beta:b 0"])
    }

    @Test func `no wait reaches beyond the total timeout`() throws {
        var site = try site()
        site.timeouts.total = .seconds(3)
        var conversation = Conversation(site, body: #"{"model":"beta:b"}"#)
        conversation.answer(429, "no", headers: [("retry-after", "3")])
        #expect(conversation.answer.status == 429)
    }

    @Test func `a client may leave while it is waited`() throws {
        var conversation = Conversation(try site(), body: #"{"model":"beta:b"}"#)
        conversation.answer(429, "no", headers: [("retry-after", "3")])
        conversation.leave()
        let (isFinished, deadline) = (
            conversation.exchange.isFinished, conversation.exchange.nextDeadline
        )
        #expect(isFinished)
        #expect(deadline == nil)
    }

    @Test func `a key that was refused is tried last by the next request`() throws {
        let site = try site()
        let body = #"{"model":"alpha:a"}"#
        var first = Conversation(site, body: body)
        first.answer(401, "no")
        first.answer(200, "{}")
        var second = Conversation(site, body: body)
        #expect(models(second) == ["alpha:a 1"])
        second.answer(429, "no")
        #expect(models(second) == ["alpha:a 1", "alpha:a 0"])
    }

    @Test func `a candidate that fails again and again is tried last`() throws {
        let site = try site()
        for _ in 1...10 {
            var conversation = Conversation(site, body: two)
            conversation.answer(500, "no")
            conversation.answer(200, "{}")
        }
        #expect(models(Conversation(site, body: two)) == ["beta:b 0"])
    }

    // MARK: The rows of chapter 4

    @Test(arguments: [401, 402, 403, 429])
    func `what is the key's fault goes to the next key, then to the next candidate`(
        status: Int
    ) throws {
        var conversation = Conversation(try site(), body: two)
        conversation.answer(status, #"{"error":{"message":"no"}}"#)
        #expect(conversation.command == .startAttempt)
        #expect(models(conversation) == ["alpha:a 0", "alpha:a 1"])
        #expect(conversation.attempts[1].headers.last == "authorization: Bearer second")
        conversation.answer(status, "no")
        #expect(models(conversation) == ["alpha:a 0", "alpha:a 1", "beta:b 0"])
        conversation.answer(200, "{}")
        #expect(conversation.answer.status == 200)
        #expect(conversation.answer.text == "{}")
        #expect(conversation.answer["Ngrok-AIG-Model"] == "beta:b")
        #expect(conversation.answer["Ngrok-AIG-Attempts"] == "3")
        #expect(conversation.answer.code == nil)
    }

    @Test(arguments: [404, 408, 413, 500, 501, 502, 503, 504, 529, 599, 301, 302, 304, 307, 308])
    func `what is the candidate's fault goes to the next candidate`(status: Int) throws {
        var conversation = Conversation(try site(), body: two)
        conversation.answer(status, "no", headers: [("location", "https://evil.example/")])
        #expect(models(conversation) == ["alpha:a 0", "beta:b 0"])
        #expect(conversation.sent.isEmpty)
    }

    @Test(arguments: [400, 405, 409, 410, 415, 422, 451, 499])
    func `what may be the request's fault goes on where several models are named`(
        status: Int
    ) throws {
        var several = Conversation(try site(), body: two)
        several.answer(status, "no")
        #expect(models(several) == ["alpha:a 0", "beta:b 0"])
        var one = Conversation(try site(), body: #"{"model":"alpha:a"}"#)
        one.answer(status, #"{"error" : "no" }"#)
        #expect(models(one) == ["alpha:a 0"])
        #expect(one.answer.status == status)
        #expect(one.answer.text == #"{"error" : "no" }"#)
        #expect(one.answer.code == nil)
        #expect(one.exchange.record.outcome == .served)
    }

    @Test(
        arguments: [
            .resolveFailed, .addressRefused, .connectFailed, .connectTimedOut, .tlsFailed,
            .connectionLost, .malformedAnswer,
        ] as [AttemptOutcome]
    )
    func `a connection that fails goes to the next candidate`(outcome: AttemptOutcome) throws {
        for body in [two, #"{"model":"alpha:a","models":["beta:b"],"stream":true}"#] {
            var conversation = Conversation(try site(), body: body)
            conversation.end(outcome, "libcurl's words")
            #expect(models(conversation) == ["alpha:a 0", "beta:b 0"])
            #expect(conversation.sent.isEmpty)
        }
    }

    @Test func `an answer without a head is a lost connection`() throws {
        var conversation = Conversation(try site(), body: two)
        conversation.end()
        #expect(conversation.exchange.record.attempts.first?.outcome == .connectionLost)
        #expect(conversation.command == .startAttempt)
    }

    @Test func `an answer that is torn goes to the next candidate`() throws {
        var conversation = Conversation(try site(), body: two)
        conversation.jsonHead()
        #expect(conversation.sent.isEmpty)
        conversation.receive(#"{"half":"#)
        conversation.end(.connectionLost)
        #expect(conversation.command == .startAttempt)
        conversation.answer(200, #"{"whole":1}"#)
        #expect(conversation.answer.text == #"{"whole":1}"#)
    }

    @Test func `each attempt names the model as its provider knows it`() throws {
        var conversation = Conversation(
            try site(),
            body: #"{"x":1.0,"models":["alpha:a-much-longer-name","beta:b","alpha:c"],"y":[ ]}"#
        )
        conversation.end(.connectFailed)
        conversation.end(.connectFailed)
        #expect(
            conversation.attempts.map(\.body) == [
                #"{"model":"a-much-longer-name","x":1.0,"y":[ ]}"#,
                #"{"model":"b","x":1.0,"y":[ ]}"#, #"{"model":"c","x":1.0,"y":[ ]}"#,
            ]
        )
        #expect(
            conversation.attempts.map(\.url)
                == ["alpha", "beta", "alpha"].map {
                    "https://\($0).example/v1/chat/completions"
                }
        )
    }

    @Test func `nothing of a failed attempt is left in the next one's answer`() throws {
        var conversation = Conversation(try site(), body: two)
        conversation.answer(
            500,
            "failed",
            headers: [("request-id", "failed"), ("content-language", "failed")]
        )
        conversation.answer(200, "fine")
        let text = String(decoding: conversation.sent, as: UTF8.self)
        #expect(!text.contains("failed"))
        #expect(conversation.answer.text == "fine")
    }

    @Test(arguments: ["true", "false"])
    func `no retry means none after the provider may have seen the request`(
        value: String
    ) throws {
        let headers = [("HTTP_LOCKKEEPER_NO_RETRY", value)]
        for (outcome, isSafe) in [
            (AttemptOutcome.connectFailed, true), (.resolveFailed, true), (.tlsFailed, true),
            (.connectTimedOut, true), (.addressRefused, true), (.connectionLost, false),
            (.malformedAnswer, false),
        ] {
            var conversation = Conversation(try site(), body: two, headers: headers)
            conversation.end(outcome)
            #expect(conversation.command == (isSafe || value == "false" ? .startAttempt : .finish))
        }
        var conversation = Conversation(try site(), body: two, headers: headers)
        conversation.answer(500, "no")
        #expect(conversation.command == (value == "false" ? .startAttempt : .finish))
        #expect(conversation.exchange.forbidsRetry == (value == "true"))
    }

    // MARK: Nobody answered

    @Test func `when nobody answered each attempt is listed`() throws {
        var conversation = Conversation(
            Site([try provider("alpha"), try provider("beta")]),
            body: #"{"models":["alpha:a","beta:b","alpha:c"]}"#
        )
        conversation.end(.resolveFailed, "could not resolve intranet.example")
        conversation.answer(429, #"{"error":{"message":"slow down, org-0123456789"}}"#)
        conversation.answer(302, "")
        #expect(conversation.answer.status == 502)
        #expect(conversation.answer.code == "ERR_NGROK_27208")
        #expect(conversation.answer["Ngrok-AIG-Attempts"] == "3")
        #expect(conversation.answer["Ngrok-AIG-Model"] == nil)
        #expect(
            try conversation.answer.json()["error"]?["message"]?.string
                == "[ERR_NGROK_27208] No provider answered: [name not resolved] alpha:a; "
                + "[429] beta:b: slow down, org-***; [302] alpha:c"
        )
        #expect(
            conversation.exchange.record.attempts.first?.message
                == "could not resolve intranet.example"
        )
    }

    @Test func `one candidate that failed is a list of one`() throws {
        for outcome in [AttemptOutcome.connectFailed, .connectionLost, .malformedAnswer] {
            var conversation = Conversation(
                Site([try provider("alpha")]),
                body: #"{"model":"alpha:a"}"#
            )
            conversation.end(outcome)
            #expect(conversation.answer.status == 502)
            #expect(conversation.answer.code == "ERR_NGROK_27208")
            #expect(conversation.answer.text.contains("[\(outcome.label)] alpha:a"))
        }
    }

    @Test func `ten attempts are the end`() throws {
        let names = (0..<20).map { "\"alpha:m\($0)\"" }.joined(separator: ",")
        var conversation = Conversation(
            Site([try provider("alpha")]),
            body: #"{"models":[\#(names)]}"#
        )
        for _ in 0..<10 {
            #expect(conversation.command == .startAttempt)
            conversation.answer(500, "no")
        }
        #expect(conversation.command == .finish)
        #expect(conversation.attempts.count == 10)
        #expect(conversation.answer.code == "ERR_NGROK_27208")
        #expect(conversation.answer["Ngrok-AIG-Attempts"] == "10")
    }
}

extension Credential.Source {
    /// The key's place, or its id.
    fileprivate var place: String {
        switch self {
        case .managed(let place): String(place)
        case .own(let id): id.rawValue
        case .nobody: "nobody"
        }
    }
}
