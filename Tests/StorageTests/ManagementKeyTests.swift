import Access
import JSON
import Model
import Storage
import Testing

@Suite struct `Management keys in the store` {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private let line = """
        {"v":1,"seq":1,"type":"managementKey","id":"aigm_1","accountId":"default","role":"read",\
        "name":"n","description":"","metadata":"","handle":"HANDLE","hash":"HASH",\
        "keyRedacted":"ngm-abcdef***wxyz","createdAt":"2026-11-21T02:13:05.123Z",\
        "updatedAt":"2026-11-21T02:13:05.123Z","createdBy":"cli:test","lastUpdatedBy":"cli:test",\
        "expiresAt":null,"disabled":false}
        """
        .replacing("HANDLE", with: Records.managementToken(1).handle.description)
        .replacing("HASH", with: Records.managementToken(1).hash.hexadecimal)

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
        (#""role":"read""#, #""role":"account""#, nil),
        (#""role":"read""#, #""role":"king""#, "\"role\" is malformed"),
        (#""role":"read","#, "", "\"role\" is missing"),
        (
            #""role":"read""#, #""role":"admin""#,
            "\"accountId\" is of every role but admin, and of that never"
        ),
        (
            #""accountId":"default""#, #""accountId":null"#,
            "\"accountId\" is of every role but admin, and of that never"
        ),
        (#""accountId":"default","role":"read""#, #""accountId":null,"role":"admin""#, nil),
        (#""accountId":"default""#, #""accountId":"""#, "\"accountId\" does not have 1 to 255"),
        (#""disabled":false"#, #""disabled":false,"budget":null"#, "unknown member \"budget\""),
        (#""expiresAt":null"#, #""expiresAt":"soon""#, "\"expiresAt\" is malformed"),
        (#""handle":""#, #""handle":"-"#, "\"handle\" is malformed"),
        (#""name":"n""#, #""name":5"#, "\"name\" is not text"),
    ])
    func `are read or refused by their members`(
        part: String,
        change: String,
        reason: String?
    ) throws {
        #expect(try refusal(of: line) == nil)
        let changed = line.replacing(part, with: change, maxReplacements: 1)
        #expect(changed != line)
        let refusal = try refusal(of: changed)
        #expect(reason == nil ? refusal == nil : refusal?.hasPrefix(reason ?? "") == true)
    }

    @Test func `are read as they were written, and go when they are deleted`() throws {
        let store = try KeyStore(try directory.state())
        let first = Records.managementKey(1) {
            $0.name = "é \" \\"
            $0.metadata = .object(json: #"{"a":1}"#)
            $0.expiresAt = Records.made
            $0.isDisabled = true
        }
        let second = Records.managementKey(2, .read(AccountID("acme")))
        _ = try store.commitAll { _ in [.managementKey(first), .managementKey(second)] }
        let records = try KeyStore(try directory.state()).contents.managementKeys.records
        #expect(records == [first.id: first, second.id: second])
        _ = try store.commit { _ in .managementKeyDeleted(first.id) }
        let left = try KeyStore(try directory.state(), .providerKeys).contents
        #expect(left.managementKeys.records == [second.id: second])
        #expect(left.recordCount == 1)
    }

    @Test func `outlive a compaction`() throws {
        let store = try KeyStore(try directory.state())
        let key = Records.managementKey(1)
        _ = try store.commit { _ in .managementKey(key) }
        for _ in 0..<8 {
            _ = try store.commit { _ in .accessKey(Records.accessKey(1)) }
        }
        #expect(try directory.text("store.jsonl").contains("compaction"))
        #expect(try KeyStore(try directory.state()).contents.managementKeys.records.count == 1)
    }
}

@Suite struct `A written management key` {
    private func draft(_ text: String) throws -> ManagementKeyDraft {
        try ManagementKeyDraft(JSONDocument.parse(text.utf8Span.span).root)
    }

    @Test(arguments: [
        ("[]", DraftError(.shape, "not an object")),
        (
            #"{"rolle":"admin"}"#,
            DraftError(.shape, "unknown member \"rolle\"; did you mean \"role\"?")
        ),
        (#"{"token":"x"}"#, nil),
        (#"{"name":5}"#, DraftError(.name, "name: not text")),
        (#"{"description":[]}"#, DraftError(.description, "description: not text")),
        (#"{"metadata":5}"#, DraftError(.metadata, "metadata: not text")),
        (
            #"{"role":"king"}"#,
            DraftError(.value, "role: \"king\" is none of admin, account, read")
        ),
        (#"{"role":null}"#, DraftError(.value, "role: not text")),
        (#"{"accountId":5}"#, DraftError(.value, "accountId: not text")),
        (
            #"{"accountId":""}"#,
            DraftError(.value, "accountId: it does not have 1 to 255 bytes")
        ),
        (
            #"{"expiresAt":"soon"}"#,
            DraftError(.value, "expiresAt: no moment such as 2027-01-31T00:00:00Z")
        ),
        (#"{"disabled":1}"#, DraftError(.value, "disabled: neither true nor false")),
    ])
    func `is refused with the kind of fault`(text: String, expected: DraftError?) throws {
        do {
            _ = try draft(text)
            Issue.record("\(text) was taken")
        } catch let error as DraftError {
            if let expected {
                #expect(error == expected)
            } else {
                #expect(error.reason == .shape)
            }
        }
    }

    @Test func `has at most so much text`() throws {
        let name = String(repeating: "x", count: 256)
        let error = try #require(throws: DraftError.self) { try draft("{\"name\":\"\(name)\"}") }
        #expect(error == DraftError(.name, "name: more than 255 characters"))
        let long = String(repeating: "x", count: 4097)
        let other = try #require(throws: DraftError.self) {
            try draft("{\"metadata\":{\"a\":\"\(long)\"}}")
        }
        #expect(other == DraftError(.metadata, "metadata: more than 4096 bytes"))
    }

    @Test(arguments: [
        ("{}", ManagementScope.account(.standard)),
        (#"{"role":"account"}"#, .account(.standard)),
        (#"{"role":"read","accountId":"acme"}"#, .read(AccountID("acme"))),
        (#"{"accountId":"acme"}"#, .account(AccountID("acme"))),
        (#"{"role":"admin"}"#, .admin), (#"{"role":"admin","accountId":null}"#, .admin),
    ])
    func `is of one account unless it is an admin`(text: String, scope: ManagementScope) throws {
        #expect(try draft(text).scope(orIn: .standard) == scope)
    }

    @Test func `is no admin of one account`() throws {
        let draft = try draft(#"{"role":"admin","accountId":"acme"}"#)
        #expect(throws: DraftError.self) { try draft.scope(orIn: .standard) }
    }

    @Test func `changes what it says and nothing else`() throws {
        let old = Records.managementKey(1, .account(.standard)) {
            $0.name = "old"
            $0.description = "d"
            $0.expiresAt = Records.made
        }
        var key = old
        let later = Timestamp(milliseconds: Records.made.milliseconds + 1)
        let change = try draft(#"{"name":"new","expiresAt":null,"disabled":true}"#)
        try change.apply(to: &key, at: later, by: "aigm_2")
        let expected = Records.managementKey(1, .account(.standard)) {
            $0.name = "new"
            $0.description = "d"
            $0.isDisabled = true
            $0.updatedAt = later
            $0.lastUpdatedBy = "aigm_2"
        }
        #expect(key == expected)
        for text in [#"{"role":"admin"}"#, #"{"accountId":"acme"}"#] {
            let change = try draft(text)
            #expect(throws: DraftError.self) { try change.apply(to: &key, at: later, by: "x") }
        }
        #expect(key == expected)
    }
}
