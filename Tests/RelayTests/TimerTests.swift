import Model
import Routing
import Testing

@testable import Relay

/// Each timer of chapter 4 alone: all others are set far away.
@Suite struct Timers {
    private static let far = Duration.seconds(1_000_000)

    private func site(_ change: (inout Timeouts) -> Void) throws -> Site {
        var site = Site([try provider("alpha"), try provider("beta")])
        var timeouts = Timeouts()
        timeouts.firstByte = Timers.far
        timeouts.firstContent = Timers.far
        timeouts.perRequest = Timers.far
        timeouts.total = Timers.far
        timeouts.stall = Timers.far
        timeouts.earlyHeadAfter = Timers.far
        change(&timeouts)
        site.timeouts = timeouts
        return site
    }

    private let stream = Events.chat.body
    private let whole = #"{"model":"alpha:m","models":["beta:m"]}"#

    /// Waits to just before a time, then to it.
    private func waitThrough(
        _ duration: Duration,
        _ conversation: inout Conversation,
        location: SourceLocation = #_sourceLocation
    ) {
        let attempts = conversation.attempts.count
        let sent = conversation.sent
        conversation.wait(duration - .milliseconds(1))
        #expect(conversation.attempts.count == attempts, sourceLocation: location)
        #expect(conversation.sent == sent, sourceLocation: location)
        #expect(conversation.endCount == 0, sourceLocation: location)
        conversation.wait(.milliseconds(1))
    }

    private func outcomes(_ conversation: Conversation) -> [AttemptOutcome?] {
        conversation.exchange.record.attempts.map(\.outcome)
    }

    @Test func `the defaults are chapter 4's`() {
        let timeouts = Timeouts()
        #expect(timeouts.connect == .seconds(5))
        #expect(timeouts.firstByte == .seconds(60))
        #expect(timeouts.firstContent == nil)
        #expect(timeouts.perRequest == .seconds(180))
        #expect(timeouts.total == .seconds(360))
        #expect(timeouts.stall == .seconds(60))
        #expect(timeouts.maxStreamDuration == nil)
        #expect(timeouts.earlyHeadAfter == .seconds(10))
    }

    @Test func `the connect timeout is the gateway's`() throws {
        let site = try site { $0.connect = .seconds(3) }
        #expect(Conversation(site, body: whole).exchange.connectTimeout == .seconds(3))
    }

    // MARK: Before the commit

    @Test func `first byte: the head of a stream is due`() throws {
        let site = try site { $0.firstByte = .seconds(60) }
        var conversation = Conversation(site, body: stream)
        waitThrough(.seconds(60), &conversation)
        #expect(outcomes(conversation) == [.firstByteTimedOut, nil])
        conversation.wait(.seconds(59))
        conversation.streamHead()
        conversation.wait(.seconds(1000))
        #expect(outcomes(conversation) == [.firstByteTimedOut, nil])
    }

    @Test func `first byte: not that of a whole answer`() throws {
        let site = try site { $0.firstByte = .seconds(60) }
        var conversation = Conversation(site, body: whole)
        conversation.wait(.seconds(5000))
        #expect(outcomes(conversation) == [nil])
    }

    @Test func `first byte: of both forms of Gemini's streams`() throws {
        let site = try site { $0.firstByte = .seconds(60) }
        for query in ["", "?alt=sse", "?alt=json", "?x=1&alt=sse"] {
            let path = "/v1beta/models/alpha:m:streamGenerateContent" + query
            var conversation = Conversation(site, path, body: "{}")
            waitThrough(.seconds(60), &conversation)
            #expect(conversation.answer.status == 504)
            #expect(conversation.answer.code == "ERR_NGROK_27207")
        }
    }

    @Test(arguments: failoverDialects)
    func `first content: reset by nothing but content`(dialect: Dialect) throws {
        let events = Events.of(dialect)
        let site = try site { $0.firstContent = .seconds(20) }
        var conversation = Conversation(site, events.path, body: events.body)
        conversation.wait(.seconds(15))
        conversation.streamHead()
        for _ in 0..<19 {
            conversation.wait(.seconds(1))
            conversation.receive(": comment\n\n")
            conversation.receive(events.preamble)
        }
        waitThrough(.seconds(1), &conversation)
        #expect(outcomes(conversation) == [.firstContentTimedOut, nil])
    }

    @Test func `first content: after it only the stall counts`() throws {
        let site = try site { $0.firstContent = .seconds(20) }
        var conversation = Conversation(site, body: stream)
        conversation.streamHead()
        conversation.wait(.seconds(19))
        conversation.receive(Events.chat.content)
        conversation.wait(.seconds(5000))
        #expect(conversation.endCount == 0)
    }

    @Test func `first content: per request where it is not set`() throws {
        let site = try site {
            $0.firstContent = nil
            $0.perRequest = .seconds(30)
        }
        var conversation = Conversation(site, body: stream)
        conversation.streamHead()
        waitThrough(.seconds(30), &conversation)
        #expect(outcomes(conversation) == [.attemptTimedOut, nil])
    }

    @Test(arguments: [true, false])
    func `per request: each attempt has its own`(isStream: Bool) throws {
        let site = try site { $0.perRequest = .seconds(30) }
        var conversation = Conversation(site, body: isStream ? stream : whole)
        waitThrough(.seconds(30), &conversation)
        #expect(conversation.command == .startAttempt)
        conversation.wait(.seconds(10))
        if isStream { conversation.streamHead() } else { conversation.jsonHead() }
        conversation.wait(.seconds(19))
        #expect(conversation.endCount == 0)
        conversation.wait(.seconds(1))
        #expect(outcomes(conversation) == [.attemptTimedOut, .attemptTimedOut])
        #expect(conversation.command == .finish)
        if !isStream { #expect(conversation.answer.code == "ERR_NGROK_27208") }
        if isStream { #expect(conversation.answer.text.contains("[ERR_NGROK_27207]")) }
    }

    @Test func `per request: a whole answer that dribbles`() throws {
        let site = try site { $0.perRequest = .seconds(30) }
        var conversation = Conversation(site, body: #"{"model":"alpha:m"}"#)
        conversation.jsonHead()
        for _ in 0..<30 {
            conversation.wait(.seconds(1))
            if conversation.endCount == 0 { conversation.receive(" ") }
        }
        #expect(conversation.answer.status == 504)
        #expect(conversation.answer.code == "ERR_NGROK_27207")
    }

    @Test(arguments: [true, false])
    func `total: all attempts together`(isStream: Bool) throws {
        let site = try site { $0.total = .seconds(50) }
        var conversation = Conversation(site, body: isStream ? stream : whole)
        conversation.wait(.seconds(30))
        conversation.end(.connectFailed)
        waitThrough(.seconds(20), &conversation)
        #expect(outcomes(conversation) == [.connectFailed, .totalTimedOut])
        #expect(conversation.answer.status == 504)
        #expect(conversation.answer.code == "ERR_NGROK_3810")
        #expect(conversation.answer.text.contains("[connection failed] alpha:m"))
        #expect(conversation.command == .finish)
    }

    @Test func `total: no further attempt though some are left`() throws {
        let site = try site { $0.total = .seconds(50) }
        var conversation = Conversation(site, body: whole)
        conversation.wait(.seconds(50))
        #expect(conversation.attempts.count == 1)
        #expect(conversation.answer.code == "ERR_NGROK_3810")
    }

    @Test func `total: not after the commit`() throws {
        let site = try site { $0.total = .seconds(50) }
        var conversation = Conversation(site, body: stream)
        conversation.streamHead()
        conversation.receive(Events.chat.content)
        conversation.wait(.seconds(5000))
        #expect(conversation.endCount == 0)
    }

    @Test(arguments: [true, false])
    func `a time that ran out after the head is an event`(isTotal: Bool) throws {
        let site = try site {
            if isTotal { $0.total = .seconds(20) } else { $0.firstContent = .seconds(20) }
        }
        var conversation = Conversation(site, body: Events.chat.single)
        conversation.streamHead()
        conversation.receive(Events.chat.preamble)
        waitThrough(.seconds(20), &conversation)
        let code = isTotal ? "3810" : "27207"
        #expect(conversation.answer.status == 200)
        #expect(conversation.answer.events.last?.contains("[ERR_NGROK_\(code)]") == true)
        #expect(conversation.exchange.record.errorCode == "ERR_NGROK_\(code)")
    }

    // MARK: After the commit

    @Test(arguments: Dialect.allCases)
    func `stall: reset by any event, not by comments`(dialect: Dialect) throws {
        let events = Events.of(dialect)
        let site = try site { $0.stall = .seconds(60) }
        var conversation = Conversation(site, events.path, body: events.single)
        conversation.streamHead()
        conversation.wait(.seconds(100))
        conversation.receive(events.content)
        conversation.wait(.seconds(59))
        conversation.receive(events.preamble)
        for _ in 0..<59 {
            conversation.wait(.seconds(1))
            conversation.receive(": comment\n\n")
        }
        #expect(conversation.endCount == 0)
        conversation.wait(.seconds(1))
        #expect(conversation.command == .finish)
        #expect(outcomes(conversation) == [.streamStalled])
        #expect(conversation.answer.text.contains("sent nothing for 60"))
    }

    @Test func `stall: of an answer that is no stream it cuts`() throws {
        let site = try site { $0.stall = .seconds(60) }
        var conversation = Conversation(site, body: #"{"model":"alpha:m"}"#)
        conversation.jsonHead()
        conversation.receive([UInt8](repeating: 0x20, count: Limits.heldBackBytes + 1))
        conversation.wait(.seconds(59))
        conversation.receive(" ")
        waitThrough(.seconds(60), &conversation)
        #expect(conversation.command == .abandon)
    }

    @Test func `stall: the silence of a client that reads slowly is its own`() throws {
        let site = try site { $0.stall = .seconds(60) }
        var conversation = Conversation(site, body: Events.chat.single)
        conversation.streamHead()
        conversation.receive(Events.chat.content)
        conversation.wait(.seconds(59))
        conversation.catchUp()
        waitThrough(.seconds(60), &conversation)
        #expect(conversation.command == .finish)
    }

    @Test func `the longest stream ends however lively it is`() throws {
        let site = try site { $0.maxStreamDuration = .seconds(100) }
        var conversation = Conversation(site, body: Events.chat.single)
        conversation.wait(.seconds(50))
        conversation.streamHead()
        for _ in 0..<100 {
            conversation.receive(Events.chat.content)
            conversation.wait(.seconds(1))
        }
        #expect(conversation.command == .finish)
        #expect(conversation.answer.text.contains("`max_stream_duration`"))
        #expect(conversation.exchange.record.outcome == .cut)
    }

    // MARK: The early head

    @Test(arguments: failoverDialects)
    func `a client that waits gets a head and comments`(dialect: Dialect) throws {
        let events = Events.of(dialect)
        let site = try site { $0.earlyHeadAfter = .seconds(10) }
        var conversation = Conversation(site, events.path, body: events.body)
        waitThrough(.seconds(10), &conversation)
        #expect(conversation.command == .wait)
        let answer = conversation.answer
        #expect(answer.status == 200)
        #expect(answer["Content-Type"] == "text/event-stream")
        #expect(answer["X-Accel-Buffering"] == "no")
        #expect(answer["Ngrok-AIG-Model"] == nil)
        #expect(answer.text == ": waiting\n\n")
        conversation.wait(.seconds(25))
        #expect(conversation.answer.text == String(repeating: ": waiting\n\n", count: 3))
        // Failover is still allowed, and nothing of the first attempt is seen.
        conversation.streamHead()
        conversation.receive(events.preamble)
        conversation.end(.connectionLost)
        #expect(conversation.attempts.count == 2)
        conversation.streamHead()
        conversation.receive(events.preamble)
        conversation.receive(events.content + events.ending)
        conversation.end()
        let waits = String(repeating: ": waiting\n\n", count: 3)
        #expect(
            conversation.answer.text
                == waits + events.preamble + events.content + events.ending
        )
        #expect(conversation.answer.lines.count { $0.hasPrefix("Status:") } == 1)
        #expect(conversation.exchange.record.modelServed == "beta:m")
        #expect(conversation.exchange.record.outcome == .served)
    }

    @Test(arguments: Dialect.allCases)
    func `after it every error is an event`(dialect: Dialect) throws {
        let events = Events.of(dialect)
        let failures: [(inout Conversation) -> Void] = [
            { $0.end(.connectFailed) },
            { $0.answer(500, "no") },
            { $0.answer(401, "no") },
            { $0.answer(429, "no") },
            { $0.answer(404, "no") },
            { $0.jsonHead() },
            { $0.answer(302, "no") },
        ]
        for fail in failures {
            let site = try site { $0.earlyHeadAfter = .seconds(10) }
            var conversation = Conversation(site, events.path, body: events.single)
            conversation.wait(.seconds(10))
            fail(&conversation)
            #expect(conversation.command == .finish)
            #expect(conversation.answer.status == 200)
            #expect(conversation.answer.events.count == 1)
            #expect(conversation.answer.events.last?.contains("[ERR_NGROK_272") == true)
            #expect(conversation.answer.text.hasPrefix(": waiting\n\n"))
            #expect(conversation.exchange.record.outcome == .cut)
            #expect(conversation.exchange.record.status == 200)
        }
    }

    @Test func `a comment never stands within an event that passes`() throws {
        let site = try site { $0.earlyHeadAfter = .seconds(10) }
        var conversation = Conversation(site, body: Events.chat.single)
        conversation.wait(.seconds(10))
        conversation.streamHead()
        let half = Events.chat.preamble.prefix(20)
        conversation.receive(String(half))
        conversation.wait(.seconds(10))
        conversation.receive(String(Events.chat.preamble.dropFirst(20)))
        conversation.wait(.seconds(10))
        #expect(
            conversation.answer.text
                == ": waiting\n\n" + Events.chat.preamble + ": waiting\n\n"
        )
    }

    @Test(arguments: [true, false])
    func `after it the log says 200, whatever the provider's status`(leaves: Bool) throws {
        let site = try site { $0.earlyHeadAfter = .seconds(10) }
        var conversation = Conversation(site, body: stream)
        conversation.wait(.seconds(10))
        conversation.head(201, [("content-type", "text/event-stream")])
        conversation.receive(Events.chat.content)
        if leaves {
            conversation.leave()
        } else {
            conversation.receive(Events.chat.ending)
            conversation.end()
        }
        #expect(conversation.answer.status == 200)
        #expect(conversation.exchange.record.status == 200)
    }

    @Test func `a head of the provider's own leaves it out`() throws {
        let site = try site { $0.earlyHeadAfter = .seconds(10) }
        var conversation = Conversation(site, body: Events.chat.single)
        conversation.streamHead()
        let sent = conversation.sent
        conversation.wait(.seconds(100))
        #expect(conversation.sent == sent)
    }

    @Test(arguments: [
        ("/v1/chat/completions", #"{"model":"alpha:m"}"#),
        ("/v1/embeddings", #"{"model":"alpha:m","stream":true}"#),
        ("/v1/messages/count_tokens", #"{"model":"alpha:m","stream":true}"#),
        ("/v1beta/models/alpha:m:generateContent?alt=sse", #"{"stream":true}"#),
        ("/v1beta/models/alpha:m:streamGenerateContent", "{}"),
        ("/v1beta/models/alpha:m:streamGenerateContent?alt=ssex&xalt=sse", "{}"),
    ])
    func `who asks for no events gets no early head`(path: String, body: String) throws {
        let site = try site { $0.earlyHeadAfter = .seconds(10) }
        var conversation = Conversation(site, path, body: body)
        conversation.wait(.seconds(1000))
        #expect(conversation.sent.isEmpty)
    }

    @Test func `compressed events can't follow it`() throws {
        let site = try site { $0.earlyHeadAfter = .seconds(10) }
        var conversation = Conversation(site, body: stream)
        conversation.wait(.seconds(10))
        conversation.head(
            200,
            [("content-type", "text/event-stream"), ("content-encoding", "gzip")]
        )
        #expect(outcomes(conversation) == [.malformedAnswer, nil])
    }

    // MARK: The shell's side

    @Test func `a timer that fires early or late does what is due`() throws {
        let site = try site { $0.perRequest = .seconds(30) }
        var conversation = Conversation(site, body: whole)
        let deadline = conversation.exchange.nextDeadline
        let due = try #require(deadline)
        #expect(conversation.exchange.timerFired(at: due - .nanoseconds(1)).command == .wait)
        #expect(conversation.exchange.timerFired(at: due + .seconds(5)).command == .startAttempt)
        #expect(conversation.exchange.nextDeadline == due + .seconds(35))
    }

    @Test func `no timer runs after the end`() throws {
        var conversation = Conversation(try site { _ in }, body: whole)
        conversation.answer(200, "{}")
        #expect(conversation.exchange.nextDeadline == nil)
        #expect(conversation.exchange.timerFired(at: conversation.now).command == .wait)
    }
}
