import Accounting
import GRDB
import Glibc
import Model
import Platform

@testable import Ledger

/// A ledger's file of a test's own, gone with the test, and a treasury that writes into it.
final class Site {
    let folder: String
    private let isOwner: Bool
    var treasury = Treasury()
    private(set) var now: Int64 = 1_800_000_000
    /// Changes of a request that was refused, to be written with the next one.
    private var unwritten: [LedgerRecord] = []

    static let account = AccountID("a")

    init() throws {
        var template = Array("/tmp/lockkeeper-ledger-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else { throw Failure.noFolder }
        folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        isOwner = true
    }

    /// The site of another process or thread, which puts it away.
    init(in folder: String) {
        self.folder = folder
        isOwner = false
    }

    enum Failure: Error { case noFolder, noHold }

    deinit {
        guard isOwner else { return }
        for name in ["", "-wal", "-shm", "-copy"] { unsafe unlink(path + name) }
        unsafe rmdir(folder)
    }

    var path: String { "\(folder)/ledger.sqlite" }

    var moment: Timestamp { Timestamp(unixSecond: now) }

    func pass(_ seconds: Int64) { now += seconds }

    func open(_ instance: String = "one", sync: LedgerSync = .normal) throws -> LedgerDatabase {
        try LedgerDatabase(path, sync: sync, instance: instance)
    }

    /// Gives money, in the file and in the treasury.
    func give(
        _ amount: Int64,
        for seconds: Int64 = 1000,
        in ledger: LedgerDatabase,
        to account: AccountID = Site.account
    ) throws {
        let outcome = try ledger.grant(
            NanoDollars(amount),
            .purchase,
            to: account,
            key: nil,
            at: moment,
            expiringAt: Timestamp(unixSecond: now + seconds)
        )
        guard case .made(let grant) = outcome else { return }
        var entries: [LedgerEntry] = []
        treasury.add(grant, to: account, telling: &entries)
    }

    /// Holds money; the records of it.
    func hold(
        _ amount: Int64,
        of account: AccountID = Site.account
    ) throws -> (hold: HoldID, records: [LedgerRecord]) {
        var entries: [LedgerEntry] = []
        let size = HoldSize(wanted: NanoDollars(amount), least: NanoDollars(amount))
        switch treasury.reserve(
            FundsWish(credits: (account, size)),
            at: moment,
            telling: &entries
        ) {
        case .claimed(let claim):
            if let hold = claim.abandon() { return (hold, records(entries)) }
        case .heldByOthers: unwritten = records(entries)
        case .exhausted: unwritten = records(entries)
        case .budgetExceeded: unwritten = records(entries)
        case .unavailable: unwritten = records(entries)
        }
        throw Failure.noHold
    }

    func settle(
        _ hold: HoldID,
        for charge: Int64,
        of account: AccountID = Site.account
    ) -> [LedgerRecord] {
        var entries: [LedgerEntry] = []
        treasury.settleOrphan(
            hold,
            of: account,
            for: NanoDollars(charge),
            at: moment,
            telling: &entries
        )
        return records(entries)
    }

    /// The end of an attempt by key `k` for `some-model`: 140 tokens for 145 nano-dollars.
    func event(_ requestID: String, key: String = "k") -> UsageEvent {
        var event = UsageEvent(
            requestID: requestID,
            time: moment,
            account: Site.account,
            accessKey: AccessKeyID(key),
            gateway: GatewayID("ep_main"),
            provider: ProviderID("openai"),
            model: "some-model",
            attempt: 1,
            keySource: .managed
        )
        event.outcome = "200"
        event.status = 200
        event.reported = Usage(input: 100, output: 40)
        event.counted = Usage(input: 98, output: 41)
        event.charge = Charge(
            input: 100_000,
            output: 40_000,
            cacheRead: 0,
            cacheWrite5m: 0,
            cacheWrite1h: 0,
            fee: 4_001
        )
        event.listCost = NanoDollars(200)
        return event
    }

    private func records(_ entries: [LedgerEntry]) -> [LedgerRecord] {
        defer { unwritten = [] }
        return unwritten + entries.map { .change($0, at: moment) }
    }

    /// Goes on from what a file holds: what was not written is gone.
    func begin(from contents: LedgerContents) {
        treasury = Treasury(balances: contents.balances, firstHold: contents.firstHold)
        unwritten = []
    }

    /// Puts a file where the ledger would be.
    func put(_ bytes: [UInt8]) throws {
        try File(path, for: .creating).write(bytes.span, at: 0)
    }
}

extension Site {
    /// Turns the bits of a table's first page; done again, it is as before.
    func breakPage(of table: String) throws {
        let place = try DatabaseQueue(path: path).read { database in
            let page = try Int.fetchOne(
                database,
                sql: "SELECT rootpage FROM sqlite_master WHERE name = ?",
                arguments: [table]
            )
            let size = try Int.fetchOne(database, sql: "PRAGMA page_size")
            return ((page ?? 0) - 1) * (size ?? 0)
        }
        let file = try File(path, for: .writing)
        var page = [UInt8](repeating: 0, count: 4096)
        _ = try file.read(at: place, into: &page, 0..<page.count)
        for index in page.indices { page[index] = ~page[index] }
        try file.write(page.span, at: place)
    }
}

extension LedgerDatabase {
    /// Changes the file as somebody would who is not the ledger.
    func tamper(_ sql: String) throws {
        try queue.write { try $0.execute(sql: sql) }
    }

    /// One number of the file.
    func number(_ sql: String) throws -> Int64? {
        try queue.read { try Int64.fetchOne($0, sql: sql) }
    }

    /// Rows of numbers of the file.
    func rows(_ sql: String) throws -> [[Int64]] {
        try queue.read { database in
            try Row.fetchAll(database, sql: sql).map { row in
                (0..<row.count).map { row[$0] as Int64 }
            }
        }
    }

    /// Does something with the whole file to itself.
    func whileExclusive(_ body: () throws -> Void) throws {
        try queue.inDatabase { database in
            try database.inTransaction(.exclusive) {
                try body()
                return .commit
            }
        }
    }

    /// Does something while nobody else can write.
    func whileLocked(_ body: () throws -> Void) throws {
        try queue.inDatabase { database in
            try database.inTransaction(.immediate) {
                try body()
                return .commit
            }
        }
    }
}
