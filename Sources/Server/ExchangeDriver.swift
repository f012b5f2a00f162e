import Accounting
import Curl
import FastCGI
import Model
import Platform
import Relay
import Routing

/// Does what one ``Exchange`` decides: the only place where a client's request, an upstream
/// transfer and a timer meet.
final class ExchangeDriver: RequestDriver, TransferHandler, TimerHandler {
    private var exchange: Exchange
    private let request: Request
    private var writer: ResponseWriter?
    private unowned let worker: WorkerLoop
    private var transfer: RunningAttempt?
    /// The slower of two that run at once.
    private var rival: RunningAttempt?
    private lazy var timer = Timer(handler: self)
    private var chargedBodyBytes = 0
    private var chargedTranslationBytes = 0
    private var sentByteCount = 0

    init(
        _ exchange: consuming Exchange,
        _ request: Request,
        _ writer: consuming ResponseWriter,
        on worker: WorkerLoop
    ) {
        self.exchange = exchange
        self.request = request
        self.writer = consume writer
        self.worker = worker
    }

    // MARK: The client

    func begin(isOverloaded: Bool) {
        exchange.begin(unixSecond: WallClock.unixSecond())
        if isOverloaded { exchange.refuseForCapacity("as many requests as it may serve") }
    }

    func receiveBody(_ bytes: Span<UInt8>) {
        if exchange.keepsBody { charge(bytes.count) }
        exchange.receiveBody(bytes)
    }

    func bodyEnded() {
        perform(exchange.bodyEnded(at: now))
    }

    func workDone() {
        if !exchange.isFinished { perform(exchange.workDone(at: now)) }
    }

    /// What its client's end waited for is written.
    func settled() {
        if !exchange.isFinished { perform(exchange.settled()) }
    }

    func clientLeft() {
        guard !exchange.goesOnWithoutClient(at: now) else {
            writer = nil
            worker.keep(self)
            transfer?.transfer.resume()
            return
        }
        exchange.clientLeft(at: now)
        end()
    }

    /// The loop ends: an answer that is read for nobody ends here.
    func giveUp() {
        if !exchange.isFinished { perform(exchange.stopDraining(at: now)) }
    }

    func clientCaughtUp() {
        exchange.clientCaughtUp(at: now)
        transfer?.transfer.resume()
    }

    /// All bodies together stay under one bound: a flood of uploads must not exhaust the machine.
    private func charge(_ byteCount: Int) {
        chargedBodyBytes += byteCount
        worker.bodyMemory += byteCount
        if worker.bodyMemory > exchange.snapshot.maxBodyMemory {
            exchange.refuseForCapacity("request bodies fill the memory set for them")
        }
    }

    /// Counts the memory of a request that was translated, which is held twice.
    ///
    /// Its attempt begins all the same: it is others that find no room.
    private func chargeTranslation() {
        let held = exchange.translationBytes
        worker.bodyMemory += held - chargedTranslationBytes
        chargedTranslationBytes = held
    }

    // MARK: The upstream

    func transferReceivedHead(_ transfer: Transfer, status: Int, headers: HeaderBlock) {
        guard turn(to: transfer) else { return }
        var head = ResponseHead(status: status, passesBody: !exchange.isTranslating)
        let ownKey = exchange.usesOwnKey
        headers.forEach { head.add(name: $0, value: $1, ownKey: ownKey) }
        perform(exchange.receiveHead(head, at: now))
    }

    func transferReceived(_ transfer: Transfer, _ bytes: Span<UInt8>) {
        guard turn(to: transfer) else { return }
        let step = exchange.receiveBytes(bytes, at: now)
        if !step.bytes.isEmpty { send(step.bytes.span) }
        if step.command == .pass {
            send(bytes)
        } else {
            perform(step.command)
        }
        if let more = exchange.topUpWish() { topUp(by: more) }
        if let (hold, charge) = exchange.orphanCharge() {
            worker.cashier?.noteOrphanCharge(charge, of: hold)
        }
    }

    func transferEnded(_ transfer: Transfer, _ outcome: TransferOutcome) {
        let isWanted = turn(to: transfer)
        if transfer === self.transfer?.transfer {
            self.transfer = rival.take()
        } else if transfer === rival?.transfer {
            rival = nil
        }
        guard isWanted else { return }
        switch outcome {
        case .complete:
            if let peer = transfer.peer {
                perform(exchange.connected(to: peer.description, at: now))
            } else {
                perform(exchange.transferEnded(nil, at: now))
            }
        case .failed(let failure):
            perform(
                exchange.transferEnded(
                    AttemptOutcome(failure),
                    message: failure.text,
                    at: now
                )
            )
        }
    }

    func timerFired(_ timer: Timer) {
        // A client that reads slowly is no stalled provider: nothing is due while it holds us up.
        if let transfer, transfer.transfer.isPaused { exchange.clientCaughtUp(at: now) }
        perform(exchange.timerFired(at: now))
    }

    /// Makes the exchange speak of the attempt that a transfer belongs to.
    private func turn(to transfer: Transfer) -> Bool {
        if let running = self.transfer, running.transfer === transfer {
            return exchange.turn(to: running.number)
        }
        guard let rival, rival.transfer === transfer else { return false }
        return exchange.turn(to: rival.number)
    }

    /// Ends the transfers of attempts that are not wanted any more.
    private func endSuperseded() {
        if let rival, !exchange.isRunning(rival.number) {
            rival.transfer.cancel()
            self.rival = nil
        }
        if let transfer, !exchange.isRunning(transfer.number) {
            transfer.transfer.cancel()
            self.transfer = rival.take()
        }
    }

    private func startTransfer() {
        endSuperseded()
        chargeTranslation()
        if let call = exchange.call, let number = exchange.attemptNumber {
            rival = transfer.take()
            let started = exchange.onlyConnects ? startConnecting(call) : start(call)
            transfer = RunningAttempt(number: number, transfer: started)
        }
        worker.metrics.attemptsEnded()
    }

    private func start(_ call: UpstreamCall) -> Transfer {
        var headers = HeaderLines()
        exchange.forEachUpstreamHeader { headers.append(name: $0, value: $1) }
        let body = exchange.upstreamBody
        var upstream = TransferRequest(
            url: call.url,
            headers: headers,
            connectTimeout: exchange.connectTimeout,
            addressRule: addressRule(of: call)
        )
        unsafe upstream.body = body.unsafeBytes
        upstream.bodyOwner = body
        upstream.usesHTTP2 = call.provider.usesHTTP2
        upstream.requiresFreshConnection = exchange.forbidsRetry
        return worker.upstreams.current.start(upstream, handler: self)
    }

    /// Where a provider may be: one that an account made is kept out of the operator's network.
    private func addressRule(of call: UpstreamCall) -> AddressRule {
        call.provider.owner == nil
            ? .operatorProvider(isPlainHTTP: call.surface.baseURL.isPlainHTTP)
            : worker.upstreams.current.accountRule
    }

    /// Finds an address of the provider's that the rules permit and that answers.
    private func startConnecting(_ call: UpstreamCall) -> Transfer {
        var upstream = TransferRequest(
            method: .get,
            url: call.url,
            connectTimeout: exchange.connectTimeout,
            addressRule: addressRule(of: call)
        )
        upstream.connectsOnly = true
        return worker.upstreams.current.start(upstream, handler: self)
    }

    // MARK: Money

    /// Has what the next attempt needs set aside.
    private func reserve() {
        guard let question = exchange.fundsQuestion else { return }
        let outcome = worker.reserve(
            question.wish,
            orphanCharge: question.orphanCharge,
            for: self,
            at: wallClock
        )
        switch consume outcome {
        case .some(let outcome): reserved(outcome)
        case nil: armTimer()
        }
    }

    /// What was to be set aside has its answer, at once or later.
    func reserved(_ outcome: consuming ClaimOutcome) {
        perform(exchange.reserved(outcome, at: now))
    }

    /// Has more set aside for a stream that grows.
    private func topUp(by more: (credits: NanoDollars, list: NanoDollars)) {
        let moment = wallClock
        let isDone = exchange.withClaim { claim in
            worker.topUp(&claim, by: more.credits, list: more.list, for: self, at: moment)
        }
        guard let isDone else { return toppedUp(false) }
        if let isDone { toppedUp(isDone) }
    }

    /// Another worker set more aside, or can't.
    func raised(_ record: ClaimRecord?) {
        guard !exchange.isFinished else { return }
        guard let record else { return toppedUp(false) }
        let isOfAttempt = exchange.withClaim { claim in
            guard claim.holdID == record.hold else { return false }
            claim.adopt(record)
            return true
        }
        if isOfAttempt == true { toppedUp(true) }
    }

    private func toppedUp(_ isDone: Bool) {
        perform(exchange.toppedUp(isDone, at: now))
    }

    /// Has what ended attempts came to written.
    ///
    /// - Parameter isAwaited: whether the client sees no end before that is done.
    private func settle(isAwaited: Bool = false) {
        let ended = exchange.takeSettlements()
        if !ended.isEmpty { worker.settle(ended, for: isAwaited ? self : nil, at: wallClock) }
    }

    private var wallClock: Timestamp { Timestamp(milliseconds: WallClock.milliseconds()) }

    // MARK: What was decided

    private var now: ContinuousClock.Instant { worker.loop.now }

    private func perform(_ step: Exchange.Step) {
        if !step.bytes.isEmpty { send(step.bytes.span) }
        perform(step.command)
    }

    private func perform(_ command: Exchange.Command) {
        switch command {
        case .wait:
            settle()
            endSuperseded()
            if chargedTranslationBytes > 0 { chargeTranslation() }
            armTimer()
        case .workElsewhere:
            endSuperseded()
            worker.loop.cancel(timer)
            if let work = exchange.longWork { worker.lend(work, for: self) }
        case .reserve:
            settle()
            endSuperseded()
            reserve()
        case .settle:
            endSuperseded()
            settle(isAwaited: true)
            armTimer()
        case .startAttempt:
            settle()
            startTransfer()
            armTimer()
        case .pass: preconditionFailure("bytes to pass where none were received")
        case .finish:
            writer.take()?.finish()
            end()
        case .abandon:
            writer.take()?.abandon()
            end()
        }
    }

    private func send(_ bytes: Span<UInt8>) {
        sentByteCount += bytes.count
        writer?.write(bytes)
        if writer?.isAboveHighWater ?? false { transfer?.transfer.pause() }
    }

    /// Sees that the timer fires no later than something is due.
    ///
    /// One that is due earlier stays: when it fires, the exchange says what is due, and it is armed
    /// anew. So a deadline that moves away, as a stall's does with each event, costs nothing.
    private func armTimer() {
        guard let deadline = exchange.nextDeadline else { return worker.loop.cancel(timer) }
        if timer.isArmed, timer.deadline <= deadline { return }
        worker.loop.arm(timer, at: deadline)
    }

    private func end() {
        worker.loop.cancel(timer)
        transfer?.transfer.cancel()
        transfer = nil
        rival?.transfer.cancel()
        rival = nil
        worker.bodyMemory -= chargedBodyBytes + chargedTranslationBytes
        chargedBodyBytes = 0
        chargedTranslationBytes = 0
        settle()
        worker.letGo(of: self)
        worker.log(exchange, byteCount: sentByteCount)
        worker.metrics.attemptsEnded()
    }
}

/// An attempt's number, and the transfer that makes it.
private struct RunningAttempt {
    let number: Int
    let transfer: Transfer
}

extension AttemptOutcome {
    /// The outcome of an attempt whose transfer failed.
    init(_ failure: TransferFailure) {
        self =
            switch failure {
            case .dns: .resolveFailed
            case .connect: .connectFailed
            case .connectTimeout: .connectTimedOut
            case .tls: .tlsFailed
            case .addressRefused: .addressRefused
            case .sendFailed, .emptyAnswer, .cut, .other: .connectionLost
            case .invalidRequest, .protocolError, .headersTooLarge: .malformedAnswer
            }
    }
}
