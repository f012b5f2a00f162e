import Access
import Model
import Routing

@testable import Relay

/// Plays the shell around one exchange: sends what it is told, advances time by hand.
struct Conversation {
    /// The exchange, which can't be copied; a test's value can, and its copies talk about one.
    var exchange: Exchange {
        _read { yield holder.exchange }
        _modify { yield &holder.exchange }
    }
    private let holder: Holder
    /// The time of the next event.
    private(set) var now: ContinuousClock.Instant
    /// All that went to the client.
    private(set) var sent: [UInt8] = []
    /// What the last event led to.
    private(set) var command = Exchange.Command.wait
    /// The attempts that were begun: the model that the body named, and the URL.
    private(set) var attempts: [Sent] = []
    /// The numbers of the attempts whose transfers run, as far as the exchange wants them to.
    private var running: [Int] = []
    /// Where its attempts are noted.
    let metrics = MetricsRecorder()
    /// Where its money is.
    let till: Till
    /// How often the exchange ended.
    private(set) var endCount = 0

    private final class Holder {
        var exchange: Exchange
        private let till: Till

        init(_ exchange: consuming Exchange, _ till: Till) {
            self.exchange = exchange
            self.till = till
        }

        deinit {
            // What a test leaves behind is a client that left: no money may be lost by it.
            exchange.clientLeft(at: .now)
            till.settle(exchange.takeSettlements())
        }
    }

    /// What one attempt sent.
    struct Sent: Equatable {
        let url: String
        let body: String
        let headers: [String]
    }

    /// A request whose head is there.
    init(
        _ site: Site,
        _ method: String = "POST",
        _ uri: String = "/v1/chat/completions",
        headers: [(String, String)] = [],
        token: String? = nil,
        question: Exchange.Question = .answer,
        snapshot: Snapshot? = nil,
        till: Till = Till()
    ) {
        now = .now
        self.till = till
        let snapshot = snapshot ?? site.snapshot
        var head = RequestHead()
        let credential = token ?? site.token
        let own = credential.isEmpty ? [] : [("HTTP_AUTHORIZATION", "Bearer \(credential)")]
        for (name, value) in [("REQUEST_METHOD", method), ("REQUEST_URI", uri)] + own + headers {
            head.add(
                name: name.utf8Span.span,
                value: value.utf8Span.span,
                rules: snapshot.headerRules
            )
        }
        holder = Holder(
            Exchange(
                question,
                head: head,
                snapshot: snapshot,
                metrics: metrics,
                requestID: "rq_test",
                at: now
            ),
            till
        )
        exchange.begin(unixSecond: Site.second)
    }

    /// A whole request.
    init(
        _ site: Site,
        _ uri: String = "/v1/chat/completions",
        body: String,
        headers: [(String, String)] = [],
        till: Till = Till()
    ) {
        self.init(site, "POST", uri, headers: headers, till: till)
        send(body: body)
    }

    /// The body comes, whole.
    mutating func send(body: String) {
        exchange.receiveBody(body.utf8Span.span)
        endBody()
    }

    mutating func receiveBody(_ text: String) {
        exchange.receiveBody(text.utf8Span.span)
    }

    mutating func endBody() {
        perform(exchange.bodyEnded(at: now))
    }

    /// The long work is done, as another thread does it.
    mutating func workElsewhere() {
        exchange.longWork?.run()
        perform(exchange.workDone(at: now))
    }

    /// The attempts that run, by their numbers.
    var runningAttempts: [Int] { running.filter { exchange.isRunning($0) } }

    /// What comes next is about the attempt of this number; false when it was ended.
    mutating func turn(to number: Int) -> Bool { exchange.turn(to: number) }

    /// The upstream's head.
    mutating func head(_ status: Int, _ headers: [(String, String)] = []) {
        var head = ResponseHead(status: status, passesBody: !exchange.isTranslating)
        for (name, value) in headers {
            head.add(
                name: name.utf8Span.span,
                value: value.utf8Span.span,
                ownKey: exchange.usesOwnKey
            )
        }
        perform(exchange.receiveHead(head, at: now))
    }

    /// The head of a stream of events.
    mutating func streamHead() {
        head(200, [("content-type", "text/event-stream; charset=utf-8")])
    }

    /// The head of a JSON answer.
    mutating func jsonHead(_ status: Int = 200, _ headers: [(String, String)] = []) {
        head(status, [("content-type", "application/json")] + headers)
    }

    /// Bytes of the upstream's body.
    mutating func receive(_ text: String) {
        receive(Array(text.utf8))
    }

    mutating func receive(_ bytes: [UInt8]) {
        perform(exchange.receiveBytes(bytes.span, at: now), passing: bytes)
        if let (credits, list) = exchange.topUpWish() {
            let till = till
            let isDone = exchange.withClaim { till.topUp(&$0, credits, list) } ?? false
            perform(exchange.toppedUp(isDone, at: now))
        }
    }

    /// The ledger has all that it was told.
    mutating func settled() {
        perform(exchange.settled())
    }

    /// The transfer is over.
    mutating func end(_ failure: AttemptOutcome? = nil, _ message: String? = nil) {
        let ended = exchange.attemptNumber
        running.removeAll { $0 == ended }
        perform(exchange.transferEnded(failure, message: message, at: now))
    }

    /// The transfer that was to connect only has done so.
    mutating func connect(to authority: String) {
        perform(exchange.connected(to: authority, at: now))
    }

    /// A whole answer of the upstream's.
    mutating func answer(
        _ status: Int,
        _ body: String,
        headers: [(String, String)] = []
    ) {
        let attempt = attempts.count
        jsonHead(status, headers)
        if attempts.count == attempt, endCount == 0 { receive(body) }
        if attempts.count == attempt, endCount == 0 { end() }
    }

    mutating func leave() {
        exchange.clientLeft(at: now)
        till.settle(exchange.takeSettlements())
        command = .wait
    }

    /// The client leaves; whether its answer is read on without it.
    mutating func leaveUnattended() -> Bool {
        exchange.goesOnWithoutClient(at: now)
    }

    mutating func catchUp() {
        exchange.clientCaughtUp(at: now)
    }

    /// Lets time pass; every timer that comes due meanwhile fires at its time.
    mutating func wait(_ duration: Duration) {
        let end = now + duration
        while let due = exchange.nextDeadline, due <= end {
            now = max(now, due)
            perform(exchange.timerFired(at: now))
        }
        now = end
    }

    private mutating func perform(_ step: Exchange.Step, passing bytes: [UInt8] = []) {
        sent += step.bytes
        command = step.command
        till.settle(exchange.takeSettlements())
        switch step.command {
        case .wait, .workElsewhere: break
        case .reserve:
            if let question = exchange.fundsQuestion {
                perform(exchange.reserved(till.reserve(question), at: now))
            }
        case .settle: if !till.isStuck { settled() }
        case .pass: sent += bytes
        case .startAttempt: noteAttempt()
        case .finish, .abandon: endCount += 1
        }
    }

    private mutating func noteAttempt() {
        if let number = exchange.attemptNumber { running.append(number) }
        var headers: [String] = []
        exchange.forEachUpstreamHeader { headers.append("\($0.text): \($1.text)") }
        attempts.append(
            Sent(
                url: exchange.call?.url ?? "",
                body: exchange.upstreamBody.withBytes { $0.text },
                headers: headers
            )
        )
    }
}
