import Accounting
import JSON
import Model
import Testing

@testable import Server

@Suite struct `Money by message` {
    static let claim = ClaimRecord(
        hold: HoldID(7),
        account: AccountID("a\"\n"),
        amount: NanoDollars(.max),
        parts: [
            .init(.key(AccessKeyID("ak_1")), NanoDollars(3), .week, CalendarDay(number: 20_000)),
            .init(.configuration(ConfigurationID("c")), NanoDollars(0), .total, nil),
        ]
    )
    static let plain = ClaimRecord(hold: nil, account: nil, amount: .zero)
    static let size = HoldSize(
        wanted: NanoDollars(9),
        least: NanoDollars(4),
        modest: NanoDollars(6)
    )

    static var event: UsageEvent {
        var event = UsageEvent(
            requestID: "rq_1",
            time: Timestamp(milliseconds: 1_800_000_000_123),
            account: AccountID("a"),
            accessKey: AccessKeyID("ak_1"),
            gateway: GatewayID("ep_main"),
            provider: ProviderID("p"),
            model: "m",
            attempt: 2,
            keySource: .user
        )
        event.configuration = ConfigurationID("c")
        event.virtualModel = "v"
        event.isFinal = false
        event.status = 429
        event.outcome = "429"
        event.stopReason = "stop"
        event.isTimedOut = true
        event.isError = true
        event.isStream = true
        event.reported = Usage(input: 1, output: 2, cacheRead: 3, cacheWrite: 4, reasoning: 5)
        event.counted = Usage(input: 6, cacheWrite5m: 7, cacheWrite1h: 8)
        event.isEstimated = true
        event.isUnpriced = true
        event.charge = Charge(
            input: .max / 8,
            output: 1,
            cacheRead: 2,
            cacheWrite5m: 3,
            cacheWrite1h: 4,
            fee: 5
        )
        event.listCost = NanoDollars(11)
        event.providerKey = ProviderKeyID("aigpk_1")
        event.milliseconds = 12
        event.millisecondsToContent = 13
        event.millisecondsOfRequest = 14
        event.isServed = true
        return event
    }

    static let settlements = [
        SettlementRecord(
            claim: claim,
            charge: NanoDollars(5),
            list: NanoDollars(6),
            event: event
        ),
        SettlementRecord(
            claim: nil,
            charge: nil,
            list: .zero,
            event: UsageEvent(
                requestID: "",
                time: Timestamp(milliseconds: 0),
                account: AccountID("a"),
                accessKey: AccessKeyID("ak_1"),
                gateway: GatewayID("ep_main"),
                provider: ProviderID("p"),
                model: "m",
                attempt: 1,
                keySource: .managed
            )
        ),
    ]

    @Test(arguments: [
        LedgerRequest.reserve(
            FundsWish(
                credits: (AccountID("a"), size),
                budgets: [.key(AccessKeyID("ak_1")), .configuration(ConfigurationID("c"))],
                isManaged: false,
                listSize: size
            ),
            for: "1-2-3"
        ),
        .reserve(FundsWish(credits: nil), for: "1-2-3"),
        .topUp(claim, by: NanoDollars(1), list: NanoDollars(2)),
        .orphanCharge(HoldID(9), NanoDollars(8)),
        .release(plain),
        .settle(settlements),
    ])
    func `a request is read as it was written`(request: LedgerRequest) throws {
        let line = ControlRequest.ledger(request).line
        #expect(!line.contains(UInt8(ascii: "\n")))
        let parsed = ControlRequest(line: line.span)
        let read = try #require(parsed)
        #expect(read == .ledger(request))
        guard case .ledger(.settle(let records)) = read else { return }
        #expect(records == Self.settlements)
    }

    @Test(arguments: [
        LedgerAnswer.claimed(claim), .claimed(plain), .heldByOthers, .exhausted, .unavailable,
        .done, .budgetExceeded(.key(AccessKeyID("ak_1")), resetsAt: nil),
        .budgetExceeded(.configuration(ConfigurationID("c")), resetsAt: Timestamp(milliseconds: 5)),
    ])
    func `an answer is read as it was written`(answer: LedgerAnswer) {
        let line = answer.line
        #expect(LedgerAnswer(line: line.span) == answer)
    }

    @Test(arguments: ["", "{}", "[]", "done", #"{"result":"claimed"}"#, #"{"result":"later"}"#])
    func `an answer that is none says that nothing was done`(text: String) {
        #expect(LedgerAnswer(line: Array(text.utf8).span) == .unavailable)
    }

    @Test(arguments: [
        #"{"command":"reserve","instance":"i"}"#,
        #"{"command":"reserve","wish":{"budgets":[],"managed":true,"list_size":{"wanted":1,"least":1}}}"#,
        #"{"command":"reserve","instance":"i","wish":{"budgets":[{}],"managed":true,"list_size":{"wanted":1,"least":1}}}"#,
        #"{"command":"top_up","claim":{"amount":1},"more":1,"list":1}"#,
        #"{"command":"orphan_charge","hold":1}"#,
        #"{"command":"settle","settlements":[{"list":1,"event":{}}]}"#,
        #"{"command":"settle","settlements":[{"charge":1}]}"#,
        #"{"command":"settle"}"#,
    ])
    func `a request that lacks something is refused as a whole`(text: String) {
        #expect(ControlRequest(line: Array(text.utf8).span) == nil)
    }

    @Test func `a settlement whose claim can't be read is refused`() throws {
        let line = ControlRequest.ledger(.settle([Self.settlements[0]])).line
        let text = String(decoding: line, as: UTF8.self)
        #expect(text.contains(#""parts":["#))
        let broken = text.replacing(#""parts":["#, with: #""shares":["#)
        #expect(ControlRequest(line: Array(broken.utf8).span) == nil)
    }
}
