import Access
import Model
import Storage
import Testing

@Suite struct `The lines of the key store` {
    /// What reading a store of one such line comes to: nil, or the reason of the refusal.
    private func refusal(of line: String) throws -> String? {
        let directory = try TemporaryDirectory()
        try directory.write(line + "\n", to: "store.jsonl")
        do throws(StorageError) {
            _ = try StoreReader(of: try StateDirectory(directory.path), into: StoreContents())
                .refresh()
            return nil
        } catch {
            return error.problem
        }
    }

    private let valid = String(Records.line(1, key: 1).dropLast())

    @Test(arguments: [
        ("", "not a JSON object"),
        ("[]", "not a JSON object"),
        ("{}", "\"v\" is missing"),
        (#"{"v":2}"#, "version 2 of the format, and this program knows version 1"),
        (#"{"v":"1"}"#, "\"v\" is not an integer"),
        (#"{"v":1.0}"#, "\"v\" is not an integer"),
        (#"{"v":1}"#, "\"seq\" is missing"),
        (#"{"v":1,"seq":0,"type":"compaction"}"#, "\"seq\" is not positive"),
        (#"{"v":1,"seq":99999999999999999999,"type":"x"}"#, "\"seq\" is not an integer"),
        (#"{"v":1,"seq":1}"#, "\"type\" is missing"),
        (#"{"v":1,"seq":1,"type":"key"}"#, "unknown type \"key\""),
        (#"{"v":1,"seq":1,"type":"accessKey"}"#, "\"id\" is missing"),
        (#"{"v":1,"seq":1,"type":"accessKey","id":""}"#, "\"id\" does not have 1 to 255 bytes"),
        (#"{"v":1,"seq":1,"type":"accessKey","id":"a"}"#, "\"accountId\" is missing"),
        (
            #"{"v":1,"seq":1,"type":"accessKey","id":"a","deleted":false}"#,
            "\"deleted\" is not true"
        ),
        (
            #"{"v":1,"seq":1,"type":"accessKey","id":"a","deleted":true,"name":""}"#,
            "unknown member \"name\""
        ),
        (#"{"v":1,"seq":1,"type":"compaction","seq":2}"#, "\"seq\" occurs twice"),
        (#"{"v":1,"seq":1,"type":"compaction"} x"#, "more after the object, at byte 37"),
        (#"{"v":1,"seq":1,"type":"compaction"#, "not JSON at byte 34"),
    ])
    func `say what is wrong with them`(line: String, reason: String) throws {
        #expect(try refusal(of: line) == reason)
    }

    @Test(arguments: [
        (#""name":"key 1""#, #""name":1"#, "\"name\" is not text"),
        (#""name":"key 1""#, #""name":null"#, "\"name\" is not text"),
        (#""name":"key 1""#, #""name":"\ud800""#, "\"name\" is not text"),
        (#""name":"key 1","#, "", "\"name\" is missing"),
        (#""name":"key 1""#, #""name":"key 1","colour":"red""#, "unknown member \"colour\""),
        (
            #""name":"key 1""#, #""name":"key 1","providerId":"openai""#,
            "unknown member \"providerId\""
        ),
        (#""metadata":"""#, #""metadata":[]"#, "\"metadata\" is not text"),
        (#""metadata":"""#, #""metadata":{"a":}"#, "not JSON: unexpected token near '}'"),
        (#""disabled":false"#, #""disabled":0"#, "\"disabled\" is not true or false"),
        (#""disabled":false"#, #""disabled":null"#, "\"disabled\" is not true or false"),
        (#""expiresAt":null"#, #""expiresAt":"soon""#, "\"expiresAt\" is malformed"),
        (#""expiresAt":null"#, #""expiresAt":5"#, "\"expiresAt\" is not text"),
        (#""endpointId":null"#, #""endpointId":"""#, "\"endpointId\" does not have 1 to 255 bytes"),
        (#""endpointId":null,"#, "", "\"endpointId\" is missing"),
        (#""handle":""#, #""handle":"-"#, "\"handle\" is malformed"),
        (#""hash":""#, #""hash":"0"#, "\"hash\" is malformed"),
        (#""disabled":false"#, #""disabled":false,"budget":5"#, "budget: not an object"),
        (
            #""disabled":false"#, #""disabled":false,"budget":{"amount":"0","period":"day"}"#,
            "budget.amount: must be more than 0"
        ),
        (#""createdAt":"2026-11-21T"#, #""createdAt":"2026-11-31T"#, "\"createdAt\" is malformed"),
    ])
    func `are refused when one member is wrong`(
        part: String,
        change: String,
        reason: String
    ) throws {
        let line = valid.replacing(part, with: change, maxReplacements: 1)
        #expect(line != valid)
        let refusal = try #require(try refusal(of: line))
        #expect(refusal.hasPrefix(reason), "\(refusal)")
    }

    @Test func `are limited in the length of their texts`() throws {
        func line(name: String) -> String {
            valid.replacing(#""name":"key 1""#, with: "\"name\":\"\(name)\"")
        }
        #expect(try refusal(of: line(name: String(repeating: "é", count: 255))) == nil)
        #expect(
            try refusal(of: line(name: String(repeating: "é", count: 256)))
                == "\"name\" has more than 255 characters"
        )
        func line(metadata: String) -> String {
            valid.replacing(#""metadata":"""#, with: "\"metadata\":\(metadata)")
        }
        let text = String(repeating: "x", count: 4096)
        #expect(try refusal(of: line(metadata: "\"\(text)\"")) == nil)
        #expect(
            try refusal(of: line(metadata: "\"\(text)x\""))
                == "\"metadata\" has more than 4096 bytes"
        )
        #expect(
            try refusal(of: line(metadata: "{\"a\":\"\(text)\"}"))
                == "\"metadata\" has more than 4096 bytes"
        )
    }

    @Test(arguments: [(1, 1), (2, 1)])
    func `are refused when their numbers do not grow`(first: Int, second: Int) throws {
        let lines = Records.line(first, key: 1) + Records.line(second, key: 2).dropLast()
        #expect(try refusal(of: lines) == "\"seq\" \(second) comes after \(first)")
    }

    @Test func `are read as they were written`() throws {
        let directory = try TemporaryDirectory()
        let store = try KeyStore(try directory.state())
        let key = Records.accessKey(1) {
            $0.name = "quotes \" and \\ and \u{1} and 語 and 👩‍👩‍👧"
            $0.description = "line\nbreak"
            $0.metadata = .object(json: #"{"a":[1,2.50,{"b":null}]}"#)
            $0.gatewayID = GatewayID("ep_main")
            $0.configurationID = ConfigurationID("aigac_1")
            $0.expiresAt = Timestamp(milliseconds: 1_900_000_000_000)
            $0.isDisabled = true
            $0.updatedAt = Timestamp(milliseconds: 1_900_000_000_001)
            $0.lastUpdatedBy = "cli:somebody"
            $0.budget = Budget(NanoDollars(12_500_000_000), each: .month, of: .managed)
        }
        let providerKey = Records.providerKey(1)
        _ = try store.commit { _ in .accessKey(key) }
        _ = try store.commit { _ in .providerKey(providerKey) }
        let contents = try KeyStore(try directory.state()).contents
        #expect(contents.accessKeys == [key.id: key])
        #expect(contents.providerKeys == [providerKey.id: providerKey])
        #expect(try directory.text("store.jsonl").split(separator: "\n").count == 2)
    }

    @Test func `have a budget where there is one`() throws {
        let directory = try TemporaryDirectory()
        let store = try KeyStore(try directory.state())
        let budget = Budget(NanoDollars(5_000_000_000), each: .day, of: .all)
        _ = try store.commit { _ in .accessKey(Records.accessKey(1) { $0.budget = budget }) }
        let line = Records.line(1, key: 1).replacing(
            #""disabled":false"#,
            with: #""disabled":false,"budget":{"amount":"5","period":"day","scope":"all"}"#
        )
        #expect(try directory.text("store.jsonl") == line)
        let reader = StoreReader(
            of: try directory.state(),
            into: ServingImage(format: .standard)
        )
        var before = try refreshed(reader)
        #expect(before.makeKeyTable().budgets.map(\.budget) == [budget])
        _ = try store.commit { _ in .accessKey(Records.accessKey(1)) }
        var after = try refreshed(reader)
        #expect(after.makeKeyTable().budgets.isEmpty)
    }

    private func refreshed(_ reader: StoreReader<ServingImage>) throws -> ServingImage {
        _ = try reader.refresh()
        return reader.image
    }

    @Test func `are written as the format says`() throws {
        let directory = try TemporaryDirectory()
        let store = try KeyStore(try directory.state())
        _ = try store.commit { _ in .accessKey(Records.accessKey(1)) }
        _ = try store.commit { _ in .accessKeyDeleted(AccessKeyID("aigk_7")) }
        #expect(
            try directory.text("store.jsonl")
                == Records.line(1, key: 1) + Records.deletion(2, key: 7)
        )
    }
}
