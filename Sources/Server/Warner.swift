import Accounting
import Curl
import Model
import Platform
import Storage
import Synchronization

/// Warns accounts that their credits run out: on a thread of its own, so that neither a request nor
/// the housekeeping waits for a mail server.
final class Warner: Sendable {
    private let orders: Mailbox<Order>
    /// Whether the file is somebody else's by now.
    private let isStopped = Atomic(false)

    fileprivate enum Order: Sendable {
        case adopt(WarnerSettings)
        case stop
    }

    /// Starts the thread.
    ///
    /// - Parameter funds: what accounts have; nil as long as nobody knows. It is asked each second.
    init(
        _ file: WarningFile,
        _ settings: WarnerSettings,
        log: OperationalLog,
        funds: @escaping @Sendable () -> [AccountFunds]?
    ) throws(SystemError) {
        let orders = try Mailbox<Order>()
        self.orders = orders
        try Thread("warnings") { [self] in
            run(orders, file, settings, log, funds)
        }.detach()
    }

    /// Goes on by other settings.
    func adopt(_ settings: WarnerSettings) { orders.post(.adopt(settings)) }

    /// Sends nothing any more: what waits stands in the file, for whoever warns next.
    func stop() {
        isStopped.store(true, ordering: .releasing)
        orders.post(.stop)
    }

    private func run(
        _ orders: Mailbox<Order>,
        _ file: WarningFile,
        _ settings: WarnerSettings,
        _ log: OperationalLog,
        _ funds: @escaping @Sendable () -> [AccountFunds]?
    ) {
        do throws(SystemError) {
            let loop = try EventLoop()
            defer { loop.close() }
            ThisProcess.giveWayToOtherThreads()
            let rounds = WarningRounds(on: loop, file, settings, log: log, funds: funds) {
                self.isStopped.load(ordering: .acquiring)
            }
            let receiver = try MailboxReceiver(orders, on: loop) { order in
                switch order {
                case .adopt(let settings): rounds.adopt(settings)
                case .stop: loop.stop()
                }
            }
            withExtendedLifetime(receiver) { loop.run() }
            rounds.close()
        } catch {
            log.error("nobody warns of low balances", ["reason": "\(error)"])
        }
    }
}

/// What the warner goes by.
struct WarnerSettings: Sendable, Equatable {
    /// When and where to.
    var warnings: CreditWarningSettings
    /// How hosts are reached.
    var transfers: TransferSettings
}

/// The warner's rounds: each second it looks at the balances, and sends what is due.
private final class WarningRounds: TimerHandler {
    private let loop: EventLoop
    private let file: WarningFile
    private let log: OperationalLog
    private let funds: @Sendable () -> [AccountFunds]?
    private let isStopped: () -> Bool
    private var settings: WarnerSettings
    private var pool: TransferPool
    private var contents = WarningFile.Contents()
    /// As it stands in the file; nil when that is not known.
    private var written: WarningFile.Contents?
    private var isFileTrouble = false
    private var post: WebhookPost?
    private lazy var timer = Timer(handler: self)

    init(
        on loop: EventLoop,
        _ file: WarningFile,
        _ settings: WarnerSettings,
        log: OperationalLog,
        funds: @escaping @Sendable () -> [AccountFunds]?,
        isStopped: @escaping () -> Bool
    ) {
        self.isStopped = isStopped
        self.loop = loop
        self.file = file
        self.settings = settings
        self.log = log
        self.funds = funds
        pool = TransferPool(loop: loop, settings: settings.transfers)
        do throws(StorageError) {
            contents = try file.read()
            written = contents
        } catch {
            log.error("warnings are told anew", ["reason": error.description])
        }
        loop.arm(timer, at: loop.now)
    }

    func adopt(_ settings: WarnerSettings) {
        guard settings != self.settings else { return }
        self.settings = settings
        post?.cancel()
        post = nil
        pool.close()
        pool = TransferPool(loop: loop, settings: settings.transfers)
        contents.outbox.keepOnly(ways)
    }

    func close() {
        post?.cancel()
        pool.close()
        loop.cancel(timer)
    }

    func timerFired(_ timer: Timer) {
        look()
        sendPost()
        sendMail()
        loop.arm(timer, at: loop.now + Limits.warningRound)
    }

    private var now: Timestamp { Timestamp(milliseconds: WallClock.milliseconds()) }

    /// The ways that lead somewhere.
    private var ways: [WarningOutbox.Way] {
        (settings.warnings.webhook == nil ? [] : [.webhook])
            + (settings.warnings.mail == nil ? [] : [.mail])
    }

    // MARK: Finding

    private func look() {
        guard let funds = funds() else { return }
        let now = now
        let found = contents.book.look(at: funds, settings.warnings.thresholds, at: now)
        for (account, warning) in found {
            var notice: WarningNotice?
            let dropped = contents.outbox.add(
                { number in
                    let made = WarningNotice(
                        number: number,
                        account: account,
                        warning: warning,
                        createdAt: now
                    )
                    notice = made
                    return made
                },
                by: ways,
                at: now
            )
            if let notice { log.warning("credits run out", ["what": notice.subject]) }
            if dropped > 0 { log.error("warnings dropped unsent", ["count": "\(dropped)"]) }
        }
        // What was found is written before it is sent: a crash repeats it rather than forget it.
        save()
    }

    private func save() {
        guard contents != written, !isStopped() else { return }
        do throws(StorageError) {
            try file.write(contents)
            written = contents
            isFileTrouble = false
        } catch {
            if !isFileTrouble {
                log.error("warnings not written", ["reason": error.description])
            }
            isFileTrouble = true
        }
    }

    // MARK: Sending

    private func sendPost() {
        guard post == nil, let webhook = settings.warnings.webhook,
            let letter = contents.outbox.due(by: .webhook, at: now)
        else { return }
        let made = WebhookPost(letter.notice, to: webhook, by: pool, at: now) {
            [unowned self] problem in
            post = nil
            ended(letter, problem)
        }
        post = made
        made.start(until: loop.now + Limits.warningTimeout, on: loop)
    }

    private func sendMail() {
        guard let mail = settings.warnings.mail,
            let letter = contents.outbox.due(by: .mail, at: now)
        else { return }
        var sent = Mail(
            url: mail.url,
            needsTLS: mail.needsTLS,
            login: mail.login.map { ($0.user, $0.password.exposed) },
            caFile: settings.transfers.caFile,
            sender: mail.from,
            receivers: mail.to,
            message: letter.notice.mail(from: mail.from, to: mail.to)
        )
        sent.timeout = Limits.warningTimeout
        ended(letter, sent.send()?.text)
    }

    private func ended(_ letter: WarningOutbox.Letter, _ problem: String?) {
        note(letter, problem)
        // At once: who restarts now sends nothing twice.
        save()
    }

    private func note(_ letter: WarningOutbox.Letter, _ problem: String?) {
        let way = letter.way.rawValue
        guard let problem else {
            contents.outbox.delivered(letter)
            return log.notice("warning sent", ["id": letter.notice.id, "by": way])
        }
        if contents.outbox.failed(letter, at: now) {
            // The first failure tells all that an operator can do about it.
            guard letter.failures == 0 else { return }
            log.warning(
                "warning not sent yet",
                ["id": letter.notice.id, "by": way, "reason": problem]
            )
        } else {
            log.error(
                "warning given up",
                ["id": letter.notice.id, "by": way, "reason": problem]
            )
        }
    }
}
