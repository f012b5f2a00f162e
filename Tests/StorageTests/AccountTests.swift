import Access
import JSON
import Model
import Storage
import Testing

@Suite struct `Accounts in the store` {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private static let line = """
        {"v":1,"seq":1,"type":"account","id":"acme","name":"n","description":"","metadata":"",\
        "disabled":false,"createdAt":"2026-11-21T02:13:05.123Z",\
        "updatedAt":"2026-11-21T02:13:05.123Z","createdBy":"cli:test","lastUpdatedBy":"cli:test"}
        """

    private func refusal(of line: String) throws -> String? {
        try directory.write(line + "\n", to: "store.jsonl")
        do throws(StorageError) {
            _ = try StoreReader(of: try StateDirectory(directory.path), into: StoreContents())
                .refresh()
            return nil
        } catch {
            return error.problem
        }
    }

    @Test(arguments: [
        (#""id":"acme""#, #""id":"A.b_c-1""#, nil),
        (#""id":"acme""#, #""id":"a b""#, "\"a b\" is no account's name"),
        (#""id":"acme""#, #""id":"""#, "\"id\" does not have 1 to 255 bytes"),
        (#""id":"acme","#, "", "\"id\" is missing"),
        (#""disabled":false"#, #""disabled":true"#, nil),
        (#""disabled":false"#, #""disabled":1"#, "\"disabled\" is not true or false"),
        (#""disabled":false"#, #""disabled":false,"deleted":true"#, "unknown member \"deleted\""),
        (#""name":"n""#, #""name":"n","accountId":"x""#, "unknown member \"accountId\""),
    ])
    func `are read or refused by their members`(
        part: String,
        change: String,
        reason: String?
    ) throws {
        #expect(try refusal(of: Self.line) == nil)
        let changed = Self.line.replacing(part, with: change, maxReplacements: 1)
        #expect(changed != Self.line)
        #expect(try refusal(of: changed) == reason)
    }

    @Test func `are read as they were written, and outlive a compaction`() throws {
        let store = try KeyStore(try directory.state())
        var account = Records.account("acme")
        account.name = "é \""
        account.metadata = .object(json: #"{"a":1}"#)
        account.isDisabled = true
        let written = account
        _ = try store.commit { _ in .account(Records.account("acme")) }
        for _ in 0..<8 { _ = try store.commit { _ in .account(written) } }
        #expect(try directory.text("store.jsonl").contains("compaction"))
        let contents = try KeyStore(try directory.state(), .providerKeys).contents
        #expect(contents.accounts.records == [account.id: written])
        #expect(contents.accounts.isDisabled(account.id))
        #expect(contents.recordCount == 1)
    }
}

@Suite struct `A written account` {
    private static let later = Timestamp(milliseconds: Records.made.milliseconds + 1)

    private func draft(_ text: String) throws -> AccountDraft {
        try AccountDraft(JSONDocument.parse(text.utf8Span.span).root)
    }

    @Test(arguments: [
        ("{}", DraftError.Reason.missing), (#"{"id":"a","colour":1}"#, .shape),
        (#"{"id":5}"#, .value), (#"{"id":"a b"}"#, .value), (#"{"id":"a/b"}"#, .value),
        (#"{"id":"é"}"#, .value), (#"{"id":"a","name":1}"#, .name), (#"{"id":"acme"}"#, .exists),
        (#"{"id":"default","disabled":true}"#, .value), (#"{"id":"a","disabled":"no"}"#, .value),
    ])
    func `is refused with the kind of fault`(text: String, reason: DraftError.Reason) throws {
        var accounts = StoredAccounts()
        accounts.set(Records.account("acme"))
        let error = try #require(throws: DraftError.self) {
            try draft(text).make(beside: accounts, at: Records.made, by: "test")
        }
        #expect(error.reason == reason, "\(error)")
    }

    @Test(arguments: ["a", "A.b_c-1", String(repeating: "x", count: 64)])
    func `has a plain name`(name: String) throws {
        let made = try draft("{\"id\":\"\(name)\"}")
            .make(beside: StoredAccounts(), at: Records.made, by: "test")
        #expect(made.id.rawValue == name)
        let long = try draft("{\"id\":\"\(String(repeating: "x", count: 65))\"}")
        #expect(throws: DraftError.self) {
            try long.make(beside: StoredAccounts(), at: Records.made, by: "test")
        }
    }

    @Test func `changes what it says, and makes a record where there is none`() throws {
        var accounts = StoredAccounts()
        #expect(accounts[.standard].createdBy == "gateway.yaml")
        let first = try draft(#"{"name":"ours"}"#)
            .changed(.standard, of: accounts, at: Records.made, by: "test")
        #expect((first.name, first.createdAt) == ("ours", Records.made))
        accounts.set(first)
        let second = try draft(#"{"description":"d","disabled":false}"#)
            .changed(.standard, of: accounts, at: Self.later, by: "other")
        #expect((second.name, second.description) == ("ours", "d"))
        #expect((second.createdAt, second.updatedAt) == (Records.made, Self.later))
        #expect((second.createdBy, second.lastUpdatedBy) == ("test", "other"))
        #expect(throws: DraftError.self) {
            try draft(#"{"id":"other"}"#)
                .changed(.standard, of: accounts, at: Self.later, by: "other")
        }
    }
}
