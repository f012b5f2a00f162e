import Access
import JSON
import Model
import Testing

@testable import Storage

@Suite struct `The settings of an account` {
    private let acme = AccountID("acme")

    private func draft(_ text: String) throws -> AccountSettingsDraft {
        try AccountSettingsDraft(JSONDocument.parse(text.utf8Span.span).root)
    }

    private func settings(_ text: String) throws -> AccountSettings {
        try draft(text).changed(acme, of: StoredAccounts(), at: Records.made, by: "test")
    }

    @Test(arguments: [
        (#"{"totalTimeout":30}"#, "totalTimeout: no stretch of time"),
        (#"{"totalTimeout":"0s"}"#, "totalTimeout: no stretch of time"),
        (#"{"perRequestTimeout":"soon"}"#, "perRequestTimeout: no stretch of time"),
        (#"{"maxInputTokens":0}"#, "maxInputTokens: no whole number from 1 to 1000000000"),
        (#"{"maxInputTokens":-1}"#, "maxInputTokens: no whole number"),
        (#"{"maxInputTokens":"5"}"#, "maxInputTokens: no whole number"),
        (#"{"maxOutputTokens":1.5}"#, "maxOutputTokens: no whole number"),
        (#"{"maxOutputTokens":1000000001}"#, "maxOutputTokens: no whole number"),
        (#"{"metadata":7}"#, "metadata: not text"),
        (#"{"total_timeout":"30s"}"#, "unknown member \"total_timeout\""),
        ("[]", "not an object"),
    ])
    func `are refused with the member and the reason`(text: String, reason: String) throws {
        let error = try #require(throws: DraftError.self) { try draft(text) }
        #expect(error.description.hasPrefix(reason), "\(error)")
    }

    @Test func `keep what is left out and clear what is null`() throws {
        var accounts = StoredAccounts()
        let first = try settings(#"{"totalTimeout":"30s","maxInputTokens":5,"metadata":"m"}"#)
        #expect(first.totalTimeout == .seconds(30))
        #expect(first.maxInputTokens == 5)
        accounts.set(first)
        let second = try draft(#"{"totalTimeout":null,"perRequestTimeout":"1m30s"}"#)
            .changed(acme, of: accounts, at: Records.made, by: "test")
        #expect(second.totalTimeout == nil)
        #expect(second.perRequestTimeout == .seconds(90))
        #expect(second.maxInputTokens == 5)
        #expect(second.metadata == .text("m"))
    }

    @Test func `are read as they were written, and refused by their members`() throws {
        let directory = try TemporaryDirectory()
        let store = try KeyStore(try directory.state())
        let written = try settings(
            #"{"totalTimeout":"1h30m","perRequestTimeout":"300ms","maxOutputTokens":9}"#
        )
        _ = try store.commit { _ in .accountSettings(written) }
        let contents = try KeyStore(try directory.state()).contents
        #expect(contents.accounts.settings == [acme: written])
        #expect(contents.recordCount == 1)
        let line = try directory.text("store.jsonl")
        for (part, change, reason) in [
            (#""maxOutputTokens":9"#, #""maxOutputTokens":0"#, "\"maxOutputTokens\" is not from 1"),
            (#""maxOutputTokens":9"#, #""maxOutputTokens":"9""#, "\"maxOutputTokens\" is not an"),
            (#""totalTimeout":"1h30m""#, #""totalTimeout":5"#, "\"totalTimeout\" is not text"),
            (#""totalTimeout":"1h30m""#, #""totalTimeout":"""#, "\"totalTimeout\" is malformed"),
            (#""maxInputTokens":null,"#, "", "\"maxInputTokens\" is missing"),
        ] {
            let changed = line.replacing(part, with: change)
            #expect(changed != line)
            try directory.write(changed, to: "store.jsonl")
            let error = try #require(throws: StorageError.self) {
                try KeyStore(try directory.state())
            }
            #expect(error.problem.hasPrefix(reason), "\(error)")
        }
    }

    private func gateway(_ yaml: String) throws -> GatewayConfiguration {
        let text =
            "master_key: MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=\n"
            + "gateways: [ { id: ep_main\(yaml.isEmpty ? "" : ", " + yaml) } ]"
        return try ConfigurationLoader.parse(
            text,
            path: "/gateway.yaml",
            sources: ConfigurationSources(environment: [:])
        ).gateways[0]
    }

    @Test(
        arguments: [
            ("", "{}", ["6m", "3m", nil, nil], []),
            ("", #"{"totalTimeout":"30s"}"#, ["30s", "3m", nil, nil], ["total_timeout"]),
            ("", #"{"totalTimeout":"7m"}"#, ["6m", "3m", nil, nil], []),
            ("", #"{"perRequestTimeout":"1s"}"#, ["6m", "1s", nil, nil], ["per_request_timeout"]),
            ("", #"{"maxInputTokens":5}"#, ["6m", "3m", "5", nil], ["max_input_tokens"]),
            ("max_input_tokens: 4", #"{"maxInputTokens":5}"#, ["6m", "3m", "4", nil], []),
            (
                "max_output_tokens: 9", #"{"maxOutputTokens":5}"#, ["6m", "3m", nil, "5"],
                ["max_output_tokens"]
            ),
            (
                "max_output_tokens: 9", #"{"maxInputTokens":5}"#, ["6m", "3m", "5", "9"],
                ["max_input_tokens"]
            ),
        ] as [(String, String, [String?], [String])]
    )
    func `tighten what the gateway says and never loosen it`(
        yaml: String,
        text: String,
        values: [String?],
        ofAccount: [String]
    ) throws {
        let limits = try gateway(yaml).limits(under: try settings(text))
        #expect(limits.map(\.value) == values)
        #expect(limits.filter(\.isOfAccount).map(\.name) == ofAccount)
    }
}
