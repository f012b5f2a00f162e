import Access
import Model
import Storage
import Testing

@Suite struct `The listing of access keys` {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func listed(_ account: AccountID? = nil) throws -> [AccessKeyRecord] {
        let listing = try KeyListing(of: try directory.state(), account: account)
        var records: [AccessKeyRecord] = []
        try listing.forEach { records.append($0) }
        #expect(records.count == listing.count)
        return records
    }

    /// One in three shapes is no line that the fast reader takes.
    private func record(_ number: Int, _ shape: Int, madeAt second: Int64) -> AccessKeyRecord {
        var record = AccessKeyRecord(
            of: Records.token(number),
            id: AccessKeyID("aigk_\(number)"),
            accountID: AccountID(shape < 3 ? "one" : "two"),
            createdAt: Timestamp(unixSecond: second),
            createdBy: "cli:test"
        )
        record.name = shape == 0 ? "\"\u{1F511}\"" : "key \(shape)"
        record.description = "about \(shape)"
        record.metadata = shape == 1 ? .object(json: #"{"a":1}"#) : .text("of \(shape)")
        record.gatewayID = shape == 2 ? GatewayID("ep_1") : nil
        record.configurationID = shape == 3 ? ConfigurationID("aigac_1") : nil
        record.expiresAt = shape == 4 ? Timestamp(unixSecond: second + 100) : nil
        record.isDisabled = shape == 5
        record.updatedAt = Timestamp(milliseconds: second * 1000 + 7)
        record.lastUpdatedBy = "cli:\(shape)"
        return record
    }

    @Test(arguments: [1, 2, UInt64.random(in: 3...9999)])
    func `has all records in full, the newest first`(seed: UInt64) throws {
        print("key listing: seed \(seed)")
        var random = SeededRandom(seed: seed)
        let store = try KeyStore(try directory.state())
        for _ in 0..<120 {
            let number = Int.random(in: 0..<50, using: &random)
            if Int.random(in: 0..<4, using: &random) == 0 {
                _ = try store.commit { _ in .accessKeyDeleted(AccessKeyID("aigk_\(number)")) }
                continue
            }
            let shape = Int.random(in: 0..<6, using: &random)
            let second = Int64.random(in: 0..<20, using: &random)
            let record = record(number, shape, madeAt: second)
            _ = try store.commit { _ in .accessKey(record) }
        }
        _ = try store.commit { _ in .providerKey(Records.providerKey(1)) }
        let all = store.contents.accessKeys.values
            .sorted { ($0.createdAt, $0.id) > ($1.createdAt, $1.id) }
        #expect(try listed() == all)
        for account in [AccountID("one"), AccountID("two"), AccountID("three")] {
            #expect(try listed(account) == all.filter { $0.accountID == account })
        }
    }

    @Test func `is empty without a store`() throws {
        #expect(try listed().isEmpty)
    }

    @Test func `is of the store as it was at the start`() throws {
        let lines = (1...3).map { Records.line($0, key: $0) }.joined()
        try directory.write(lines + "{\"torn", to: "store.jsonl")
        let listing = try KeyListing(of: try directory.state())
        let store = try KeyStore(try directory.state())
        _ = try store.commit { _ in .accessKey(Records.accessKey(4)) }
        try directory.replace("store.jsonl", with: Records.line(9, key: 9))
        var ids: [String] = []
        try listing.forEach { ids.append($0.id.rawValue) }
        #expect(ids == ["aigk_3", "aigk_2", "aigk_1"])
    }

    @Test func `ends with an error where the file was edited in place`() throws {
        try directory.write((1...3).map { Records.line($0, key: $0) }.joined(), to: "store.jsonl")
        let listing = try KeyListing(of: try directory.state())
        try directory.write("  " + Records.line(1, key: 1), to: "store.jsonl")
        let error = try #require(throws: StorageError.self) { try listing.forEach { _ in } }
        #expect(error.problem.hasPrefix("a line was changed while it was read: "))
    }

    @Test func `refuses a malformed line with its number`() throws {
        try directory.write(Records.line(1, key: 1) + "{}\n", to: "store.jsonl")
        let error = try #require(throws: StorageError.self) { try listed() }
        #expect(error.place.hasSuffix("store.jsonl:2"))
    }
}
