import Access
import Accounting
import Dialects
package import Model
package import Routing

/// The life of one client request as a pure state machine: every event of the outside is a method,
/// and what it returns is all that has to be done.
///
/// It does no I/O and reads no clock. The order of a life: ``begin(unixSecond:)``, the body,
/// ``bodyEnded(at:)``, then attempts until one commits or none is left.
package struct Exchange: ~Copyable {
    /// Where an exchange is.
    ///
    /// What belongs to a case is kept apart: the state is looked at far more often than changed.
    indirect enum State {
        /// Nothing but the head is known. Then: `reading`, `discarding`.
        case new
        /// The body is kept as it comes. Then: `examining`, `attempting`, `finished`; `discarding`
        /// when it is too long.
        case reading
        /// The body is complete, and another thread has it. Then: `attempting`, `writing`,
        /// `finished`.
        case examining(LongBody)
        /// Another thread counts the tokens of the body. Then: what was about to be done.
        case counting(LongCount, Counted)
        /// The answer is known; the rest of the body is thrown away first. Then: `finished`.
        case discarding(LocalAnswer)
        /// Another thread writes the body of the next attempt. Then: `attempting`, `writing` (the
        /// one after), `finished`.
        case writing(PlannedAttempt, Asking, RequestWriter)
        /// Money is being set aside for the next attempt. Then: `attempting`, `writing`,
        /// `reserving` (the one after), `finished`.
        case reserving(PlannedAttempt, Asking, ByteBuffer?, AttemptFunds)
        /// An attempt runs and nothing of it has reached the client. Then: `attempting` (the
        /// next one), `reserving`, `writing`, `translatingAnswer`, `pausing`, `answering`,
        /// `settling`, `finished`.
        case attempting(Attempt)
        /// All that is left is to ask once more when the provider said. Then: `attempting`,
        /// `finished`.
        case pausing(until: ContinuousClock.Instant, PlannedAttempt)
        /// The attempt has ended, and another thread has its answer. Then: `attempting`,
        /// `writing`, `pausing`, `finished`.
        case translatingAnswer(LongAnswer)
        /// Committed: bytes pass to the client as they come. Then: `settling`, `finished`.
        case answering
        /// All is over but for the ledger: what the client has yet to see waits for it. Then:
        /// `finished`.
        case settling(Step)
        /// The client has been told all. Then: nothing.
        case finished
    }

    /// What the shell must do, after it has sent ``Step/bytes``.
    package enum Command: Equatable, Sendable {
        /// Nothing: an event will come.
        case wait
        /// Have ``Exchange/longWork`` done elsewhere, and say ``Exchange/workDone(at:)`` then.
        case workElsewhere
        /// Have what ``Exchange/fundsQuestion`` tells set aside, and say
        /// ``Exchange/reserved(_:at:)`` then.
        case reserve
        /// Have ``Exchange/takeSettlements()`` written, and say ``Exchange/settled()`` then.
        case settle
        /// Start the attempt that ``Exchange/call`` describes, ending one that still runs.
        case startAttempt
        /// Send the client the bytes that were just received.
        case pass
        /// End the answer, and a transfer that still runs.
        case finish
        /// Break the answer off, so that the client sees it cut.
        case abandon
    }

    /// What an event leads to.
    package struct Step: Sendable {
        /// Bytes for the client, heads included; mostly none.
        package var bytes: [UInt8] = []
        /// What to do after that.
        package var command: Command

        init(_ command: Command, sending bytes: [UInt8] = []) {
            self.command = command
            self.bytes = bytes
        }
    }

    /// What the web server wants to know.
    package enum Question: Sendable {
        /// The answer to the client's request (FastCGI's responder).
        case answer
        /// Whether the key is good, for a path that something else serves (its authorizer).
        case authorization
    }

    /// An answer that needs no provider.
    enum LocalAnswer {
        case refusal(Refusal)
        case json([UInt8])
        case authorized(KeyReference)
    }

    /// `rq_` and 32 hexadecimal digits: in the answer, the log line and the usage event.
    package let requestID: String
    /// Keys, configuration and catalog as they were when the request came.
    package let snapshot: Snapshot
    /// What is known of how providers do, and where its attempts are noted.
    package let metrics: MetricsRecorder
    /// When it came.
    package let start: ContinuousClock.Instant
    /// The client's body.
    package var body: RequestBody
    /// What it asks for beyond its model, once something wanted to know.
    var traits: RequestTraits?
    /// What of that has a price of its own, once somebody wanted to know.
    var terms: RequestTerms?
    /// What the access log tells of it.
    package var record = ExchangeRecord()

    /// What another thread does for it.
    package internal(set) var longWork: (any LongWork)?

    private let question: Question
    /// The wall clock's second at the start.
    private(set) var startSecond: Int64 = 0
    var head: RequestHead
    var state = State.new
    var gateway: Gateway?
    var endpoint: Endpoint?
    /// What the caller's account may use here.
    var routes: RouteTable?
    /// What narrows that for the caller's key; nil for a key without a configuration.
    var keyRules: KeyRules?
    var plan: Plan?
    /// What the attempt in course tries.
    var planned: PlannedAttempt?
    /// What writes the client's body for candidates that can't take it as it is, once that was
    /// needed.
    var writer: RequestWriter?
    /// The answer to the attempt in course, where it is in another dialect than the client's.
    var translated: TranslatedAnswer?
    /// What the attempt in course sends as its body.
    package internal(set) var upstreamBody: ByteBuffer
    /// The place of the attempt in course in the record.
    var recordIndex = 0
    /// The money of the attempt in course, and of the one that is about to begin.
    var funds: AttemptFunds?
    var incomingFunds: AttemptFunds?
    /// What is to be set aside.
    package internal(set) var fundsQuestion: FundsQuestion?
    /// Whether the tokens of the body were counted, or that was tried.
    var hasCounted = false
    /// Why the first attempt that could not be paid could not.
    var unpaid: Refusal?
    /// What the last ended attempt came to.
    var openBill: OpenBill?
    var settlements: [Settlement] = []
    /// When the last word of an answer came that the client sees when it is paid, and what it is.
    var endSeenAt: ContinuousClock.Instant?
    var heldEnd: [UInt8] = []
    /// Whether the answer is read to its end for nobody, and how much of it was.
    var isDraining = false
    var drainedBytes = 0
    /// The attempt that is to run beside the one in course, once it is paid.
    var hedging: Hedging?
    /// The attempt that runs beside the one in course, when it was slow.
    var rival: Rival?
    var hasHedged = false
    /// What the client has of a stream, where another provider may go on with it.
    var continuation: StreamContinuation?
    /// When the answer broke off that attempts go on with since.
    var brokenAt: ContinuousClock.Instant?
    /// The tokens of the attempts whose answers broke off.
    var priorUsage: Usage?
    /// What the attempt in course sends.
    package internal(set) var call: UpstreamCall?
    /// Models of the client's list that were never run, with the reason.
    var rejected: [String] = []
    var responseHead = ResponseHead(status: 200)
    /// What may be asked again the soonest, by the providers' own `Retry-After`.
    var retry: (due: ContinuousClock.Instant, planned: PlannedAttempt)?
    var pauseCount = 0
    /// The shortest `Retry-After` of the attempts that were rate limited, in seconds.
    var earliestRetry: Int?
    /// Bytes of the answer that are held back until it is sure which attempt serves.
    var held: [UInt8] = []
    var observer: StreamObserver?
    var answerObserver: AnswerObserver?
    /// What keeps from the client what the gateway asked the provider for.
    var hiddenUsage: HiddenUsage?
    /// Whether the attempt in course brought an error event, and whether that went out.
    var sawFailureEvent = false
    var hasPassedFailureEvent = false
    var sentTail = EventTail()
    /// Whether a 200 and comments went out because no attempt had content in time.
    var hasEarlyHead = false
    /// Whether an attempt's own head went out before its content: nothing else was left to try.
    var hasSentHead = false
    /// The status of the head that went out.
    var sentStatus: Int?
    var nextComment: ContinuousClock.Instant?
    var lastEvent: ContinuousClock.Instant
    var committedAt: ContinuousClock.Instant?

    /// An exchange about which nothing was decided yet.
    ///
    /// - Parameter requestID: `rq_` and the web server's own id of the request, where it has one.
    package init(
        _ question: Question,
        head: RequestHead,
        snapshot: Snapshot,
        metrics: MetricsRecorder,
        requestID: String,
        at now: ContinuousClock.Instant
    ) {
        self.question = question
        body = RequestBody()
        upstreamBody = body.bytes
        self.head = head
        self.snapshot = snapshot
        self.metrics = metrics
        self.requestID = requestID
        start = now
        lastEvent = now
    }

    /// Whether the client has been told all.
    package var isFinished: Bool {
        if case .finished = state { true } else { false }
    }

    /// Notes that an attempt uses a key of the account.
    func noteUse(of credential: Credential, at now: ContinuousClock.Instant) {
        guard let row = credential.row else { return }
        let second = unixSecond(at: now)
        snapshot.providerKeyUses.touch(row, atUnixSecond: second)
        snapshot.keyTurns.noteUse(of: row, atUnixSecond: second)
    }

    /// The wall clock's second at a moment of this exchange.
    func unixSecond(at now: ContinuousClock.Instant) -> Int64 {
        startSecond + (now - start).components.seconds
    }

    /// The wire language of the answer and its errors.
    var dialect: Dialect { endpoint?.dialect ?? .openAIChat }
}

// MARK: The head

extension Exchange {
    /// Decides what can be decided without the body: the gateway, the path, the key.
    ///
    /// A refused request's body is read and thrown away before the answer goes out, so that the
    /// web server can keep the connection.
    package mutating func begin(unixSecond: Int64) {
        startSecond = unixSecond
        if let answer = answerToHead(unixSecond) {
            state = .discarding(answer)
        } else {
            state = .reading
        }
    }

    private mutating func answerToHead(_ unixSecond: Int64) -> LocalAnswer? {
        if question == .authorization {
            if let refusal = refuseCaller(unixSecond) { return .refusal(refusal) }
            return record.key.map { .authorized($0) }
        }
        let match = head.withPath { Endpoint.match(method: head.method, path: $0) }
        if case .endpoint(let endpoint) = match, endpoint.isOpen {
            note(endpoint)
            let isServing = endpoint.purpose == .health || snapshot.keys != nil
            return isServing
                ? .json(Array("{\"status\":\"ok\"}\n".utf8)) : .refusal(.storeUnreadable)
        }
        guard head.isForDataPlane else { return .refusal(.pathNotServed) }
        switch match {
        case .endpoint(let endpoint): note(endpoint)
        case .otherMethod(let endpoint, let allowed):
            note(endpoint)
            return .refusal(.methodNotServed(allowed: allowed))
        case .notServed: return .refusal(.pathNotServed)
        case .malformedPath: return .refusal(.pathMalformed)
        }
        if onlyConnects, let refusal = refusalOfHandshake() { return .refusal(refusal) }
        return refuseCaller(unixSecond).map { .refusal($0) } ?? answerWithoutProvider()
    }

    private mutating func note(_ endpoint: Endpoint) {
        self.endpoint = endpoint
        record.endpoint = endpoint.name
    }

    private mutating func refuseCaller(_ unixSecond: Int64) -> Refusal? {
        if head.hasPassed(snapshot.loopMark) { return .loop }
        if head.hasSeveralGateways { return .severalGateways }
        guard let gateway = snapshot.gateway(named: head.gatewayName) else {
            return .gatewayUnknown(head.gatewayName)
        }
        self.gateway = gateway
        record.gateway = gateway.id.rawValue
        guard let keys = snapshot.keys else { return .storeUnreadable }
        guard head.hasCredential else { return .keyMissing }
        if head.hasConflictingCredentials { return .keysDiffer }
        switch head.withCredential({ keys.find($0, atUnixSecond: unixSecond) }) {
        case .malformed: return .keyMalformed
        case .managementKey: return .keyOfManagement
        case .unknown: return .keyUnknown
        case .found(let key): return refuse(key, of: keys, at: gateway, unixSecond)
        }
    }

    private mutating func refuse(
        _ key: KeyReference,
        of keys: KeyTable,
        at gateway: Gateway,
        _ unixSecond: Int64
    ) -> Refusal? {
        // A key of an account that this gateway does not accept reads as unknown.
        let account = keys.accountIndex(of: key)
        guard let routes = gateway.routes(ofAccount: account) else { return .keyUnknown }
        if let number = keys.configurationIndex(of: key) {
            // Without its configuration it would reach everything.
            keyRules = gateway.rules(ofConfiguration: number, account: account)
            if keyRules == nil { return .keyUnknown }
        }
        record.key = key
        if let bound = keys.gateway(of: key), bound != gateway.id {
            return .keyBoundElsewhere
        }
        keys.touch(key, atUnixSecond: unixSecond)
        self.routes = routes
        self.gateway = gateway.serving(account: account)
        return nil
    }

    private func answerWithoutProvider() -> LocalAnswer? {
        guard let endpoint, let routes else { return nil }
        switch endpoint.purpose {
        case .operation, .geminiVerb, .health, .readiness: return nil
        case .modelList:
            let now = Timestamp(unixSecond: startSecond)
            let models = routes.models(under: keyRules)
            return .json(ModelList.body(of: models, in: endpoint.dialect, at: now))
        case .model(let name):
            if holdsKey(name) { return .refusal(.modelIsKey) }
            guard let model = routes.listedModel(named: name, under: keyRules) else {
                return .refusal(.modelNotListed(name))
            }
            return .json(ModelList.body(of: model))
        }
    }
}
