import ControlPlane
import Accounting
import Glibc
import Ledger
import Model
import Platform
import Relay
import Storage

@testable import Server

/// A state directory with a ledger, a keeper of it, and the loop that the keeper works on.
final class LedgerSite {
    let site: ReloadSite
    let directory: StateDirectory
    let loop: EventLoop
    let log: OperationalLog
    let now = Timestamp(milliseconds: WallClock.milliseconds())
    static let account = AccountID("a")
    private var runners: [MailboxReceiver<LedgerErrand>] = []
    private var receivers: [MailboxReceiver<Bool>] = []
    private var answers: [MailboxReceiver<(Int, [UInt8])>] = []

    init() throws {
        site = try ReloadSite()
        directory = try StateDirectory(site.path)
        loop = try EventLoop()
        log = try OperationalLog(.error)
    }

    deinit { loop.close() }

    /// A worker's keeper, whose errands a courier runs.
    func keeper(_ courier: LedgerCourier? = nil) throws -> LedgerKeeper {
        let mailbox = try Mailbox<Bool>()
        let errands = try Mailbox<LedgerErrand>()
        let keeper = LedgerKeeper(on: loop, log: log) {
            errands.post($0)
        } changed: {
            mailbox.post(true)
        }
        runners.append(try MailboxReceiver(errands, on: loop) { courier?.run($0) })
        receivers.append(
            try MailboxReceiver(mailbox, on: loop) { [weak keeper] _ in
                keeper?.look()
            }
        )
        return keeper
    }

    /// Opens a ledger and waits until it was read, or can't be.
    func open(_ keeper: LedgerKeeper, _ mode: CreditRules.Mode = .prepaid) -> Bool {
        var isDone = false
        keeper.open(LedgerTerms(mode: mode, directory: directory)) { isDone = true }
        return turn { isDone }
    }

    /// Turns the loop until something holds; false when it never does.
    func turn(until isTrue: () -> Bool) -> Bool {
        let deadline = ContinuousClock.now + .seconds(20)
        while !isTrue() {
            guard ContinuousClock.now < deadline else { return false }
            loop.turn(waiting: .milliseconds(5))
        }
        return true
    }

    /// The ledger as a command sees it while no worker has it.
    func ledger() throws -> LedgerDatabase {
        try directory.prepareLedger()
        return try LedgerDatabase(directory.ledgerPath, sync: .normal, instance: "test")
    }

    /// Gives money to the account, as a command does.
    func give(_ amount: Int64, key: String? = nil) throws {
        _ = try ledger().grant(
            NanoDollars(amount),
            .purchase,
            to: LedgerSite.account,
            key: key,
            at: now,
            expiringAt: Timestamp(milliseconds: now.milliseconds + 1_000_000)
        )
    }

    /// Whether nobody knows what the account has.
    func isRefused(_ cashier: Cashier) -> Bool {
        cashier.reserve(wish(1), orphanCharge: .zero, at: now).isUnavailable
    }

    /// Whether the account has less than that.
    func isRefused(_ cashier: Cashier, _ amount: Int64) -> Bool {
        let claim = cashier.reserve(wish(amount), orphanCharge: .zero, at: now).claim()
        let isRefused = claim == nil
        cashier.settle([settlement(claim, nil)], at: now)
        return isRefused
    }

    /// A wish to give it so much.
    func order(_ amount: Int64, _ key: String) -> GrantOrder {
        GrantOrder(of: NanoDollars(amount), .promotional, to: LedgerSite.account, key: key)
    }

    /// Who answers for a keeper's ledger.
    func counter(_ keeper: LedgerKeeper) throws -> LedgerCounter {
        let mailbox = try Mailbox<(Int, [UInt8])>()
        let counter = LedgerCounter(keeper.cashier) { mailbox.post(($0, $1)) }
        answers.append(try MailboxReceiver(mailbox, on: loop) { counter.answer($0.0, $0.1) })
        return counter
    }

    func changeMode(of path: String, to mode: UInt32) throws(SystemError) {
        guard unsafe chmod(path, mode) == 0 else { throw .last("chmod", on: path) }
    }

    /// A wish for so much of the account's money.
    func wish(_ amount: Int64) -> FundsWish {
        let size = HoldSize(wanted: NanoDollars(amount), least: NanoDollars(amount))
        return FundsWish(credits: (LedgerSite.account, size))
    }

    /// The end of an attempt that is charged so much.
    func settlement(_ claim: consuming Claim?, _ charge: Int64?) -> Settlement {
        Settlement(
            claim,
            charge: charge.map { NanoDollars($0) },
            list: .zero,
            event: UsageEvent(
                requestID: "rq_1",
                time: now,
                account: LedgerSite.account,
                accessKey: AccessKeyID("ak_1"),
                gateway: GatewayID("ep_main"),
                provider: ProviderID("p"),
                model: "m",
                attempt: 1,
                keySource: .managed
            )
        )
    }
}

extension ClaimOutcome {
    /// What was set aside, if anything was.
    consuming func claim() -> Claim? {
        switch consume self {
        case .claimed(let claim): claim
        case .heldByOthers: nil
        case .exhausted: nil
        case .budgetExceeded: nil
        case .unavailable: nil
        }
    }
}

extension ClaimOutcome {
    /// Whether nobody knows.
    var isUnavailable: Bool {
        switch self {
        case .unavailable: true
        case .claimed: false
        case .heldByOthers: false
        case .exhausted: false
        case .budgetExceeded: false
        }
    }
}
