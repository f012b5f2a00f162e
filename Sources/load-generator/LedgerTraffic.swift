import Accounting
import Ledger
import Model

/// Made-up managed traffic: what the requests of some keys for some models set aside and cost.
struct LedgerTraffic {
    private let keys: [AccessKeyID]
    private let models: [String]
    private var treasury = Treasury()
    private var random = SystemRandomNumberGenerator()
    private var count = 0

    /// Traffic of the default account, which the ledger gives enough for it.
    init(keys: Int, models: Int) {
        self.keys = (0..<keys).map { AccessKeyID("aigk_made-up-\($0)") }
        self.models = (0..<models).map { "some-model-of-\($0 % 7).\($0)-instruct" }
    }

    /// Goes on from what a ledger holds.
    mutating func begin(from contents: LedgerContents) {
        treasury = Treasury(balances: contents.balances, firstHold: contents.firstHold)
    }

    /// Begins a request: its hold, and what the ledger writes of it.
    mutating func begin(at now: Timestamp) -> (hold: HoldID, records: [LedgerRecord]) {
        var entries: [LedgerEntry] = []
        let size = HoldSize(wanted: NanoDollars(2_000_000), least: NanoDollars(1000))
        let wish = FundsWish(credits: (.standard, size))
        guard case .claimed(let claim) = treasury.reserve(wish, at: now, telling: &entries),
            let hold = claim.abandon()
        else { fatalError("nothing could be set aside") }
        return (hold, entries.map { .change($0, at: now) })
    }

    /// Ends a request: what the ledger writes of it.
    mutating func end(_ hold: HoldID, at now: Timestamp) -> [LedgerRecord] {
        let event = event(at: now)
        var entries: [LedgerEntry] = []
        treasury.settleOrphan(
            hold,
            of: .standard,
            for: event.totalCost,
            at: now,
            telling: &entries
        )
        return entries.map { .change($0, at: now) } + [.usage(event)]
    }

    private mutating func event(at now: Timestamp) -> UsageEvent {
        count += 1
        var event = UsageEvent(
            requestID: "rq_" + hexadecimal(random.next()) + hexadecimal(random.next()),
            time: now,
            account: .standard,
            accessKey: keys[Int.random(in: 0..<keys.count, using: &random)],
            gateway: GatewayID("ep_main"),
            provider: ProviderID("openai"),
            model: models[Int.random(in: 0..<models.count, using: &random)],
            attempt: 1,
            keySource: .managed
        )
        let usage = Usage(
            input: Int.random(in: 100..<4000, using: &random),
            output: Int.random(in: 1..<800, using: &random)
        )
        let charge = Charge(
            input: Int128(usage.input) * 150_000,
            output: Int128(usage.output) * 600_000,
            cacheRead: 0,
            cacheWrite5m: 0,
            cacheWrite1h: 0,
            fee: Int128(usage.input + usage.output) * 50_000
        )
        event.status = 200
        event.outcome = "200"
        event.stopReason = "stop"
        event.isStream = count % 2 == 0
        event.reported = usage
        event.counted = usage
        event.charge = charge
        event.listCost = charge.total
        event.milliseconds = 800
        event.millisecondsToContent = event.isStream ? 250 : nil
        return event
    }

    private func hexadecimal(_ number: UInt64) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: 16 - text.count) + text
    }
}
