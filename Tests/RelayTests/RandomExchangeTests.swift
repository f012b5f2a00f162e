import Model
import Routing
import Testing

@testable import Relay

/// Thousands of lives at random: whatever comes in whatever order, some things always hold.
@Suite struct RandomExchanges {
    private static let seeds = 0..<2000

    @Test(arguments: [0, 1, 2, 3])
    func `every life keeps the rules`(quarter: Int) throws {
        let sites = try RandomExchanges.sites()
        for seed in RandomExchanges.seeds where seed % 4 == quarter {
            var life = Life(seed: UInt64(seed), sites: sites)
            life.run()
            if let broken = life.broken {
                Issue.record("seed \(seed): \(broken)\n\(life.story.joined(separator: "\n"))")
                return
            }
        }
    }

    @Test func `a seed always tells the same story`() throws {
        let sites = try RandomExchanges.sites()
        for seed in UInt64(0)..<20 {
            var first = Life(seed: seed, sites: sites)
            var second = Life(seed: seed, sites: sites)
            first.run()
            second.run()
            #expect(first.story == second.story)
        }
    }

    @Test func `the stories end in every way`() throws {
        let sites = try RandomExchanges.sites()
        var endings: Set<String> = []
        for seed in RandomExchanges.seeds {
            var life = Life(seed: UInt64(seed), sites: sites)
            life.run()
            let record = life.conversation.exchange.record
            endings.insert(record.outcome?.rawValue ?? "none")
            if let code = record.errorCode { endings.insert(code) }
            if life.ending == .abandon { endings.insert("abandoned") }
            if record.attempts.count == Limits.attempts { endings.insert("ten attempts") }
            if life.conversation.exchange.hasEarlyHead { endings.insert("early head") }
            if life.conversation.exchange.hasHedged { endings.insert("hedged") }
            if life.conversation.exchange.pauseCount == Limits.retryAfterWaits {
                endings.insert("two waits")
            }
        }
        let expected: Set<String> = [
            "served", "refused", "cut", "client_closed", "abandoned", "ten attempts",
            "early head", "two waits", "hedged", "ERR_NGROK_27207", "ERR_NGROK_27208",
            "ERR_NGROK_27211",
            "ERR_NGROK_27217", "ERR_NGROK_27234", "ERR_NGROK_3810", "ERR_NGROK_27228",
        ]
        #expect(expected.subtracting(endings).isEmpty)
        #expect(!endings.contains("none"))
    }

    private static func sites() throws -> [Site] {
        var patient = Site([
            try provider("alpha", keys: ["one", "two", "three"]), try provider("beta"),
        ])
        patient.ownKeys = [ownKey("aigpk_1", of: "beta")]
        var hasty = patient
        hasty.timeouts.total = .seconds(40)
        hasty.timeouts.perRequest = .seconds(15)
        hasty.timeouts.firstByte = .seconds(8)
        hasty.timeouts.firstContent = .seconds(6)
        hasty.timeouts.stall = .seconds(5)
        hasty.timeouts.earlyHeadAfter = .seconds(3)
        hasty.timeouts.maxStreamDuration = .seconds(20)
        hasty.timeouts.hedgeAfter = .seconds(2)
        hasty.recoversStreams = true
        return [patient, hasty]
    }
}

/// One life of an exchange, told by a seed.
private struct Life {
    var conversation: Conversation
    /// What happened, to be read when a rule was broken.
    private(set) var story: [String] = []
    /// The rule that was broken.
    private(set) var broken: String?
    private var random: SeededRandom
    private let dialect: Dialect
    /// The attempts whose head came.
    private var withHead: Set<Int> = []
    private var hasHead: Bool { withHead.contains(conversation.exchange.attemptNumber ?? 0) }
    private var hasLeft = false

    init(seed: UInt64, sites: [Site]) {
        var random = SeededRandom(seed: seed)
        let dialect = Dialect.allCases[Int.random(in: 0..<4, using: &random)]
        let isWhole = Bool.random(using: &random)
        let path =
            switch (dialect, isWhole) {
            case (.openAIChat, true): "/v1/embeddings"
            case (.gemini, true): "/v1/models/alpha:m:streamGenerateContent"
            case (.openAIChat, false), (.openAIResponses, _), (.anthropicMessages, _),
                (.gemini, false):
                Events.of(dialect).path
            }
        let isStrict = Int.random(in: 0..<8, using: &random) == 0
        var site = sites[Int.random(in: 0..<sites.count, using: &random)]
        site.health = Health()
        conversation = Conversation(
            site,
            "POST",
            path,
            headers: isStrict ? [("HTTP_LOCKKEEPER_NO_RETRY", "true")] : []
        )
        self.random = random
        self.dialect = dialect
        story.append("\(dialect) \(path) strict \(isStrict)")
    }

    mutating func run() {
        sendBody()
        for _ in 0..<200 where !isOver { step() }
        if !isOver { leave() }
        afterTheEnd()
    }

    private var isOver: Bool {
        conversation.exchange.isFinished || hasLeft || broken != nil
    }

    private mutating func number(_ range: Range<Int>) -> Int {
        Int.random(in: range, using: &random)
    }

    private mutating func sendBody() {
        let models = (0..<number(1..<12)).map { _ in
            "\"\(number(0..<3) == 0 ? "beta" : "alpha"):m\(number(0..<30))\""
        }
        let body =
            number(0..<20) == 0
            ? "{"
            : "{\"models\":[\(models.joined(separator: ","))],\"stream\":\(number(0..<3) > 0)}"
        story.append("body \(body)")
        if number(0..<50) == 0 { return leave() }
        var rest = body[...]
        while !rest.isEmpty {
            let count = number(1..<40)
            conversation.receiveBody(String(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        conversation.endBody()
        note("body ended")
    }

    /// Whether no transfer runs until a provider's time has come.
    private var isPausing: Bool {
        if case .pausing = conversation.exchange.state { true } else { false }
    }

    /// One event that the outside may bring now.
    private mutating func step() {
        if isPausing { return number(0..<30) == 0 ? leave() : wait() }
        let running = conversation.runningAttempts
        if running.count > 1, !conversation.turn(to: running[number(0..<running.count)]) {
            broken = "an attempt runs and does not"
        }
        switch number(0..<12) {
        case 0 where number(0..<12) == 0: leave()
        case 0...2: wait()
        case 3: conversation.catchUp()
        case 4...11 where !hasHead: begin()
        case 4 where number(0..<3) == 0: end()
        default: receive()
        }
    }

    private mutating func wait() {
        let milliseconds = [1, 300, 2000, 9000][number(0..<4)]
        conversation.wait(.milliseconds(milliseconds))
        note("wait \(milliseconds)")
    }

    private mutating func begin() {
        if number(0..<5) == 0 { return end() }
        let status = [200, 200, 200, 200, 201, 302, 400, 401, 404, 429, 500, 503][number(0..<12)]
        let type = ["text/event-stream", "application/json", "text/html"][number(0..<3)]
        let isStream = status < 300 && number(0..<3) > 0
        var headers = [("content-type", isStream ? "text/event-stream" : type)]
        if number(0..<20) == 0 { headers.append(("content-encoding", "gzip")) }
        if status == 429 || status == 503 {
            headers.append(("retry-after", "\(number(0..<2) == 0 ? number(0..<6) : 60)"))
        }
        withHead.insert(conversation.exchange.attemptNumber ?? 0)
        conversation.head(status, headers)
        note("head \(status) \(headers)")
    }

    private mutating func receive() {
        let events = Events.of(dialect)
        let parts = [
            events.preamble, events.preamble, events.content, events.ending, events.failure,
            ": comment\n\n", "{\"a\":", "\u{0}\r", "data: [DONE]",
        ]
        var part = parts[number(0..<parts.count)]
        if number(0..<6) == 0 { part = String(part.prefix(number(1..<20))) }
        if number(0..<200) == 0 { part = String(repeating: "x", count: Limits.heldBackBytes) }
        conversation.receive(part)
        note("receive \(part.prefix(60))")
    }

    private mutating func end() {
        let failures: [AttemptOutcome?] = [
            nil, nil, nil, .connectionLost, .connectFailed, .malformedAnswer, .tlsFailed,
        ]
        let failure = failures[number(0..<failures.count)]
        conversation.end(failure, failure == nil ? nil : "words")
        note("end \(String(describing: failure))")
        if !isOver, conversation.runningAttempts.isEmpty, !isPausing {
            broken = "nothing runs and nothing is over"
        }
    }

    private mutating func leave() {
        hasLeft = true
        conversation.leave()
        note("leave")
    }

    // MARK: The rules

    /// Follows what the exchange told the shell, and checks what holds after every event.
    private mutating func note(_ event: String) {
        // What is due at once fires before anything else comes.
        conversation.wait(.zero)
        story.append("\(event) -> \(conversation.command), sent \(conversation.sent.count)")
        check()
    }

    /// What the shell was told at the end.
    private(set) var ending: Exchange.Command?

    private mutating func check() {
        if conversation.attempts.count > Limits.attempts { broken = "too many attempts" }
        if conversation.attempts.count != conversation.exchange.record.attempts.count {
            broken = "an attempt that the record does not know"
        }
        if conversation.runningAttempts.count > 2 { broken = "three attempts at once" }
        if conversation.endCount > 1 { broken = "ended twice" }
        let isOver = conversation.exchange.isFinished
        if isOver, !hasLeft, conversation.endCount != 1 { broken = "over, and nobody was told" }
        if isOver != (conversation.exchange.record.outcome != nil) {
            broken = "an outcome at the wrong time"
        }
        if isOver, conversation.exchange.nextDeadline != nil { broken = "a timer after the end" }
        if !isOver, conversation.exchange.nextDeadline == nil { broken = "no timer runs" }
        if let due = conversation.exchange.nextDeadline, due <= conversation.now {
            broken = "a timer is late"
        }
        if isOver, conversation.exchange.record.attempts.contains(where: { $0.outcome == nil }) {
            broken = "an attempt without an outcome"
        }
        checkHead()
    }

    private mutating func checkHead() {
        let sent = conversation.sent
        let isOver = conversation.exchange.isFinished
        if sent.isEmpty {
            if conversation.endCount > 0 { broken = "an end without an answer" }
            return
        }
        if !sent.starts(with: Array("Status: ".utf8)) { broken = "no head first" }
        if isOver { checkAnswer(sent) }
    }

    private mutating func checkAnswer(_ sent: [UInt8]) {
        let answer = conversation.answer
        if sent.span.count(of: "Status: ") != 1 { broken = "two heads" }
        if sent.span.count(of: "Ngrok-AIG-Request-Id: ") != 1 { broken = "two heads of ours" }
        if sent.span.count(of: "[ERR_NGROK_") > 1 { broken = "two errors of ours" }
        if answer.status != conversation.exchange.record.status { broken = "another status" }
        ending = conversation.command
    }

    /// Nothing that comes late changes anything.
    private mutating func afterTheEnd() {
        if broken != nil { return }
        let sent = conversation.sent
        let outcome = conversation.exchange.record.outcome
        let ends = conversation.endCount
        conversation.wait(.seconds(1000))
        conversation.streamHead()
        conversation.receive(Events.of(dialect).content)
        conversation.end()
        conversation.leave()
        if conversation.sent != sent { broken = "bytes after the end" }
        if conversation.endCount != ends { broken = "ended again" }
        if conversation.exchange.record.outcome != outcome { broken = "another outcome" }
    }
}

extension Span<UInt8> {
    /// How often a text stands in it.
    fileprivate func count(of text: StaticString) -> Int {
        indices.count { holds(text, at: $0) }
    }
}
