import Access
import Accounting
import Model
import Routing
import Testing

@testable import Relay

@Suite struct `The budgets of a request` {
    private static let day = Budget(NanoDollars(5), each: .day, of: .all)
    private static let managed = Budget(NanoDollars(5), each: .day, of: .managed)
    private static let key = BudgetHolder.key(AccessKeyID("aigk_1"))
    private static let configuration = BudgetHolder.configuration(ConfigurationID("aigac_1"))

    @Test(
        arguments: [
            (nil, nil, true, []), (day, nil, true, [key]), (day, nil, false, [key]),
            (managed, nil, true, [key]), (managed, nil, false, []),
            (nil, day, true, [configuration]), (nil, managed, false, []),
            (managed, day, false, [configuration]), (day, managed, true, [key, configuration]),
        ] as [(Budget?, Budget?, Bool, [BudgetHolder])]
    )
    func `are those whose scope it is in`(
        _ ofKey: Budget?,
        _ ofConfiguration: Budget?,
        _ isManaged: Bool,
        _ holders: [BudgetHolder]
    ) throws {
        var random = SystemRandomNumberGenerator()
        let token = TokenFormat.standard.generate(using: &random)
        var record = AccessKeyRecord(
            of: token,
            id: AccessKeyID("aigk_1"),
            accountID: .standard,
            createdAt: Timestamp(unixSecond: 0),
            createdBy: "test"
        )
        record.budget = ofKey
        record.configurationID = ConfigurationID("aigac_1")
        let table = KeyTable.build(from: [record])
        let site = Site().snapshot
        var budgets: [Int: Budget] = [:]
        let number = try #require(table.configurations.number(of: ConfigurationID("aigac_1")))
        budgets[number] = ofConfiguration
        let snapshot = Snapshot(
            generation: 1,
            keys: table,
            providerKeyUses: site.providerKeyUses,
            keyTurns: site.keyTurns,
            health: site.health,
            loopMark: site.loopMark,
            gateways: [],
            headerRules: site.headerRules,
            maxBodyBytes: 1,
            maxBodyMemory: 1,
            maxStreams: 1,
            configurationBudgets: budgets
        )
        let bytes = Array(token.text.exposed.utf8)
        guard case .found(let found) = table.find(bytes.span, atUnixSecond: 1) else {
            Issue.record("the key is not found")
            return
        }
        #expect(snapshot.budgetHolders(of: found, isManaged: isManaged) == holders)
    }
}
