import Accounting
import Curl
import FastCGI
import JSON
import Model
import Platform
import Relay
import Routing

/// One event loop of the worker: its listener, its upstream connections, its exchanges.
///
/// Everything here lives on the loop's thread; other threads reach it by ``LoopMessage``.
final class WorkerLoop: Responder {
    let loop: EventLoop
    let upstreams: UpstreamPools
    /// Keys, configuration and catalog for requests that come from now on.
    private(set) var snapshot: Snapshot
    /// What reserves and settles; nil where no money is handled.
    private(set) var cashier: Cashier?
    /// What is measured here, and on all loops.
    let metrics: MetricsFeed
    /// The bytes of all bodies that are held now.
    var bodyMemory = 0
    private var accessLog: AccessLog
    private let live: LiveFeed
    private let background: BackgroundThread
    private let mailbox: Mailbox<LoopMessage>
    /// For whom something is done elsewhere, by the numbers of what was lent.
    private var lent: [Int: ExchangeDriver] = [:]
    private var lastWork = 0
    /// Whose client waits for the ledger, by the numbers of what is being written.
    private var paying: [Int: ExchangeDriver] = [:]
    /// Whom another worker answers about money, by the numbers of what was asked.
    private var asking: [Int: ExchangeDriver] = [:]
    private var lastPayment = 0
    /// Those whose clients are gone and whose answers are read to their ends.
    private var unattended: [ObjectIdentifier: ExchangeDriver] = [:]
    /// Who answers for the API.
    private let control: ControlDesk
    /// The requests of the API under way.
    private var controlCount = 0
    /// Whom the API answers, by the numbers of what was asked.
    private var controls: [Int: ControlExchange] = [:]
    private var lastControl = 0
    /// Who is told of events, by the numbers of what they watch; nil once the loop drains: a stream
    /// without end would keep it from ending.
    private var watching: [Int: ControlExchange]? = [:]
    private var listener: Listener?
    private var requestIDs = RequestIDs()
    private var writer = JSONWriter()

    /// A loop that hears by `mailbox`, leaves long work to `background` and the API to `control`,
    /// tells who watches by `live` and hands what it measures to `measured`.
    init(
        loop: EventLoop,
        settings: LoopSettings,
        live: LiveFeed,
        mailbox: Mailbox<LoopMessage>,
        background: BackgroundThread,
        control: ControlDesk,
        measured: @escaping ([AttemptSample]) -> Void
    ) {
        self.loop = loop
        self.mailbox = mailbox
        self.background = background
        self.control = control
        self.live = live
        metrics = MetricsFeed(on: loop, handOver: measured)
        snapshot = settings.snapshot
        accessLog = settings.accessLog
        cashier = settings.cashier
        upstreams = UpstreamPools(loop: loop, settings: settings.transfers)
    }

    /// Starts to accept connections of the web server.
    func listen(on descriptor: consuming FileDescriptor) throws(SystemError) {
        listener = try Listener(loop: loop, descriptor: descriptor, responder: self)
    }

    /// Requests that come from now on see these settings; those in flight keep their snapshot, and
    /// an attempt under way its connection.
    func adopt(_ settings: LoopSettings) {
        snapshot = settings.snapshot
        accessLog = settings.accessLog
        cashier = settings.cashier
        upstreams.adopt(settings.transfers)
    }

    /// Accepts no more, lets requests in flight end, then stops the loop.
    func drain(_ idle: IdleConnections) {
        let watching = watching.take() ?? [:]
        for exchange in watching.values { exchange.endEvents() }
        listener?.onIdle = { [loop] in loop.stop() }
        listener?.drain()
        switch idle {
        case .close: listener?.closeIdleConnections()
        case .wait: break
        }
    }

    /// Ends what is still running: the time to drain is over.
    func stopNow() {
        listener?.closeAll()
        upstreams.close()
        loop.stop()
    }

    /// Lets go of what this holds and is held by: the loop has ended.
    func close() {
        for driver in unattended.values { driver.giveUp() }
        listener = nil
        upstreams.close()
    }

    private var activeRequestCount: Int { listener?.activeRequestCount ?? 0 }

    /// What the loop is doing; what it measured goes before.
    func report(_ index: Int) -> LoopReport {
        metrics.handOverNow()
        return LoopReport(
            index: index,
            activeRequests: activeRequestCount,
            connections: listener?.openConnectionCount ?? 0,
            transfers: upstreams.activeCount,
            bodyMemory: bodyMemory,
            turns: loop.turnTimes
        )
    }

    // MARK: Responder

    func requestBegan(_ request: Request, _ writer: consuming ResponseWriter) {
        var head = RequestHead()
        let rules = snapshot.headerRules
        request.forEachParameter { head.add(name: $0, value: $1, rules: rules) }
        if head.isForControlPlane { return beginControl(request, head, writer) }
        request.discardParameters()
        let exchange = Exchange(
            request.role == .authorizer ? .authorization : .answer,
            head: head,
            snapshot: snapshot,
            metrics: metrics.recorder,
            requestID: requestID(head),
            at: loop.now
        )
        let driver = ExchangeDriver(exchange, request, writer, on: self)
        request.context = driver
        driver.begin(isOverloaded: activeRequestCount > snapshot.maxStreams)
    }

    func requestReceivedBody(_ request: Request, _ bytes: Span<UInt8>) {
        driver(of: request)?.receiveBody(bytes)
    }

    func requestBodyEnded(_ request: Request) {
        driver(of: request)?.bodyEnded()
    }

    func requestAborted(_ request: Request) {
        driver(of: request)?.clientLeft()
    }

    func requestDrained(_ request: Request) {
        driver(of: request)?.clientCaughtUp()
    }

    // MARK: The control plane

    private func beginControl(
        _ request: Request,
        _ head: RequestHead,
        _ writer: consuming ResponseWriter
    ) {
        let exchange = ControlExchange(request, head, writer, requestID: requestID(head), on: self)
        request.discardParameters()
        request.context = exchange
        controlCount += 1
        exchange.begin(isOverloaded: controlCount > ControlExchange.mostAtOnce)
    }

    /// Has a request of the API answered.
    func ask(_ question: ControlQuestion, for exchange: ControlExchange) {
        lastControl += 1
        controls[lastControl] = exchange
        control.answer(question) { [mailbox, lastControl] in
            mailbox.post(.controlAnswered(number: lastControl, $0))
        }
    }

    /// What was asked under that number has its answer.
    func controlAnswered(_ number: Int, _ reply: ControlReply) {
        controls.removeValue(forKey: number)?.answer(reply)
    }

    /// A request of the API has its answer, or is told of events from now on.
    func controlEnded() {
        controlCount -= 1
    }

    /// Has an exchange told of requests as they end; nil where too many watch, or the loop drains.
    func watch(_ filter: LiveFilter, for exchange: ControlExchange) -> EventSource? {
        guard watching != nil else { return nil }
        lastControl += 1
        let watcher = live.watch(filter) { [mailbox, lastControl] in
            mailbox.post(.eventsCame(number: lastControl))
        }
        guard let watcher else { return nil }
        watching?[lastControl] = exchange
        return EventSource(number: lastControl, filter: filter, watcher: watcher)
    }

    /// There is something to send to who watches under that number.
    func eventsCame(_ number: Int) {
        watching?[number]?.sendEvents()
    }

    /// Nobody is told of events from there any more.
    func forget(_ source: EventSource) {
        live.forget(source.watcher)
        watching?[source.number] = nil
    }

    // MARK: Long work

    /// Has work done on another thread, which alone has it meanwhile.
    func lend(_ work: any LongWork, for driver: ExchangeDriver) {
        lastWork += 1
        lent[lastWork] = driver
        lend(work, as: lastWork)
    }

    private func lend<Work: LongWork>(_ work: Work, as number: Int) {
        background.lend(work) { [mailbox] work in
            work.run()
            mailbox.post(.workDone(number: number))
        }
    }

    /// The work of that number is done.
    func workDone(_ number: Int) {
        lent.removeValue(forKey: number)?.workDone()
    }

    // MARK: Money

    /// Has what attempts came to written, and tells the driver when it is.
    func settle(_ settlements: [Settlement], for driver: ExchangeDriver?, at now: Timestamp) {
        guard let cashier else { return }
        guard let driver else { return cashier.settle(settlements, at: now) }
        lastPayment += 1
        paying[lastPayment] = driver
        cashier.settle(settlements, at: now) { [mailbox, lastPayment] in
            mailbox.post(.settled(number: lastPayment))
        }
    }

    /// Has money set aside; nil where the driver will be told.
    func reserve(
        _ wish: FundsWish,
        orphanCharge: NanoDollars,
        for driver: ExchangeDriver,
        at now: Timestamp
    ) -> ClaimOutcome? {
        guard let cashier else { return .unavailable }
        lastPayment += 1
        let outcome = cashier.reserve(wish, orphanCharge: orphanCharge, at: now) {
            [mailbox, lastPayment] in
            mailbox.post(.reserved(number: lastPayment, LedgerAnswer($0)))
        }
        if outcome == nil { asking[lastPayment] = driver }
        return outcome
    }

    /// What was to be set aside under that number has its answer.
    func reserved(_ number: Int, _ answer: LedgerAnswer) {
        asking.removeValue(forKey: number)?.reserved(answer.outcome)
    }

    /// Has more set aside; nil where the driver will be told.
    func topUp(
        _ claim: inout Claim,
        by more: NanoDollars,
        list: NanoDollars,
        for driver: ExchangeDriver,
        at now: Timestamp
    ) -> Bool? {
        guard let cashier else { return false }
        lastPayment += 1
        let isDone = cashier.topUp(&claim, by: more, list: list, at: now) {
            [mailbox, lastPayment] in
            mailbox.post(.raised(number: lastPayment, $0))
        }
        if isDone == nil { asking[lastPayment] = driver }
        return isDone
    }

    /// The wish for more under that number has its answer.
    func raised(_ number: Int, _ record: ClaimRecord?) {
        asking.removeValue(forKey: number)?.raised(record)
    }

    /// What was settled under that number is written.
    func settled(_ number: Int) {
        paying.removeValue(forKey: number)?.settled()
    }

    /// Keeps a driver whose request is over, until it says that it is too.
    func keep(_ driver: ExchangeDriver) {
        unattended[ObjectIdentifier(driver)] = driver
    }

    /// A driver is done.
    func letGo(of driver: ExchangeDriver) {
        if !unattended.isEmpty { unattended[ObjectIdentifier(driver)] = nil }
    }

    private func driver(of request: Request) -> (any RequestDriver)? {
        guard let context = request.context else { return nil }
        if let driver = context as? ExchangeDriver { return driver }
        return context as? ControlExchange
    }

    private func requestID(_ head: borrowing RequestHead) -> String {
        head.webServerRequestID.map { "rq_" + $0 } ?? requestIDs.next()
    }

    // MARK: The log

    /// Writes the access log line of a request of the API that has ended.
    func log(_ write: (inout JSONWriter) -> Void) {
        guard accessLog.isOn else { return }
        writer.removeAll(keepingCapacity: true)
        write(&writer)
        let line = writer.bytes
        accessLog.append(line.span)
    }

    /// Writes the access log line of an exchange that has ended, for the log and who watches.
    func log(_ exchange: borrowing Exchange, byteCount: Int) {
        let isWatched = live.isWatched
        guard accessLog.isOn || isWatched else { return }
        writer.removeAll(keepingCapacity: true)
        AccessLogLine.write(
            exchange,
            byteCount: byteCount,
            at: loop.now,
            time: Timestamp(milliseconds: WallClock.milliseconds()),
            into: &writer
        )
        let line = writer.bytes
        accessLog.append(line.span)
        if isWatched { live.tell(LiveLine(exchange, line)) }
    }
}
