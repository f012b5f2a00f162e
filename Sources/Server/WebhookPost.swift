import Curl
import Model
import Platform
import Storage

/// One post of a warning.
///
/// Made → started → ended, which is told once, or cancelled.
final class WebhookPost: TransferHandler, TimerHandler {
    private let webhook: CreditWarningSettings.Webhook
    private let pool: TransferPool
    private let body = ByteBuffer()
    private let signature: String
    private let done: (_ problem: String?) -> Void
    private var transfer: Transfer?
    private var status = 0
    private weak var loop: EventLoop?
    private lazy var timer = Timer(handler: self)

    /// A post that is signed at a moment.
    ///
    /// - Parameter done: told nil, or why it failed.
    init(
        _ notice: WarningNotice,
        to webhook: CreditWarningSettings.Webhook,
        by pool: TransferPool,
        at now: Timestamp,
        done: @escaping (_ problem: String?) -> Void
    ) {
        self.webhook = webhook
        self.pool = pool
        self.done = done
        let json = notice.json
        body.append(json.span)
        signature = webhook.signature(of: json, at: now.unixSecond)
    }

    /// Sends it; what has not ended by then has failed.
    func start(until deadline: ContinuousClock.Instant, on loop: EventLoop) {
        self.loop = loop
        var request = TransferRequest(
            url: webhook.url.exposed,
            addressRule: .operatorProvider(isPlainHTTP: webhook.isPlainHTTP)
        )
        request.headers.append(name: "Content-Type", value: "application/json")
        request.headers.append(name: "Lockkeeper-Signature", value: signature)
        request.headers.append(name: "User-Agent", value: "lockkeeper")
        unsafe request.body = body.unsafeBytes
        request.bodyOwner = body
        loop.arm(timer, at: deadline)
        transfer = pool.start(request, handler: self)
    }

    /// Ends it without a word.
    func cancel() {
        transfer?.cancel()
        transfer = nil
        loop?.cancel(timer)
    }

    func timerFired(_ timer: Timer) {
        cancel()
        done("no answer within \(Limits.warningTimeout)")
    }

    func transferReceivedHead(_ transfer: Transfer, status: Int, headers: HeaderBlock) {
        self.status = status
    }

    func transferReceived(_ transfer: Transfer, _ bytes: Span<UInt8>) {
        // What it says is of no interest, and may be without end.
        guard self.transfer != nil else { return }
        cancel()
        end()
    }

    func transferEnded(_ transfer: Transfer, _ outcome: TransferOutcome) {
        self.transfer = nil
        loop?.cancel(timer)
        switch outcome {
        case .complete: end()
        case .failed(let failure): done(failure.text)
        }
    }

    private func end() {
        done((200..<300).contains(status) ? nil : "status \(status)")
    }
}
