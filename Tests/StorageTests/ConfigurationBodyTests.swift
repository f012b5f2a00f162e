import Routing
import Testing

@testable import Storage

@Suite struct `Bodies in the configuration` {
    private func members(
        _ yaml: String,
        _ sources: ConfigurationSources = sources()
    ) throws
        -> [String]
    {
        try load(yaml, sources).gateways[0].providers.providers[0].body.map {
            "\($0.name)=\(String(decoding: $0.value, as: UTF8.self))"
        }
    }

    @Test(arguments: [
        ("1", "1"), ("1.50", "1.50"), ("-0.5e+10", "-0.5e+10"), ("0", "0"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("true", "true"), ("False", "false"), ("null", "null"), ("~", "null"), ("", "null"),
        ("plain", #""plain""#), ("\"1\"", #""1""#), ("'true'", #""true""#),
        ("yes", #""yes""#), ("2024-01-01", #""2024-01-01""#), ("1.2.3", #""1.2.3""#),
        ("\"a\\\"b\\u00e9\"", "\"a\\\"bé\""), ("[1, a, [true]]", #"[1,"a",[true]]"#),
        ("{ a: 1, \"b c\": { d: [] } }", #"{"a":1,"b c":{"d":[]}}"#), ("{}", "{}"),
        ("$${x}", #""${x}""#),
    ])
    func `a value is sent as it is spelled`(yaml: String, json: String) throws {
        #expect(try members(gatewayYAML("body:", "  x: \(yaml)")) == ["x=\(json)"])
    }

    @Test func `the provider's own stand over the gateway's`() throws {
        let yaml = """
            gateways:
              - id: ep_main
                body: { a: 1, b: 2 }
                providers:
                  - { id: mine, base_url: "http://127.0.0.1:1/v1", body: { b: 3, c: 4 } }
            """
        #expect(try members(yaml) == ["a=1", "b=3", "c=4"])
        #expect(try load(yaml).gateways[0].providers.providers[1].body.map(\.name) == ["a", "b"])
    }

    @Test(arguments: [
        ("0x1F", "must be a number as JSON has it, or text in quotes, not '0x1F'"),
        (".5", "must be a number as JSON has it, or text in quotes, not '.5'"),
        ("+1", "must be a number as JSON has it, or text in quotes, not '+1'"),
        ("007", "must be a number as JSON has it, or text in quotes, not '007'"),
        ("1_000", "must be a number as JSON has it, or text in quotes, not '1_000'"),
        (".inf", "must be a number as JSON has it, or text in quotes, not '.inf'"),
    ])
    func `a number that JSON does not have is refused`(yaml: String, reason: String) {
        #expect(
            problems(gatewayYAML("body:", "  x: \(yaml)")) == [
                "4:10: 'gateways[0].body.x' \(reason)"
            ]
        )
    }

    @Test(arguments: ["model", "models", "stream"])
    func `what the gateway sets itself is refused`(name: String) {
        #expect(
            problems(gatewayYAML("body: { \(name): x }")) == [
                "3:13: 'gateways[0].body.\(name)' is set by the gateway itself"
            ]
        )
    }

    @Test func `a value from elsewhere is not shown`() throws {
        let yaml = gatewayYAML("body: { user: \"${env:NAME}\", deep: [{ a: \"x${env:NAME}\" }] }")
        let sources = sources(["NAME": "a \"secret\""])
        #expect(
            try members(yaml, sources) == [
                #"user="a \"secret\"""#, #"deep=[{"a":"xa \"secret\""}]"#,
            ]
        )
        let effective = try load(yaml, sources).effective
        #expect(effective.contains("      user: \"${env:NAME}\"\n"))
        #expect(!effective.contains("secret\\"))
        #expect(
            problems(gatewayYAML("body: { user: \"${env:NONE}\" }")).first?.contains("NONE") == true
        )
    }

    @Test func `what is in force can be read again`() throws {
        let yaml = gatewayYAML(
            "body: { a: 1.50, b: [x, null], c: { d: \"y\" } }",
            "max_input_tokens: 1000",
            "max_output_tokens: 100",
            "providers: [{ id: openai, supported_params: [seed, tools] }]"
        )
        let first = try load(yaml)
        let again = try load(first.effective)
        #expect(again.gateways[0].maxInputTokens == 1000)
        #expect(again.gateways[0].maxOutputTokens == 100)
        let provider = again.gateways[0].providers.providers[0]
        #expect(provider.supportedParameters == ["seed", "tools"])
        #expect(provider.body == first.gateways[0].providers.providers[0].body)
    }

    @Test(arguments: [
        ("max_input_tokens: 0", "3:23: 'gateways[0].max_input_tokens' must be a whole number"),
        ("max_output_tokens: x", "3:24: 'gateways[0].max_output_tokens' must be a whole number"),
        ("body: []", "3:11: 'gateways[0].body' must hold names and values"),
    ])
    func `a wrong value is refused`(line: String, text: String) {
        #expect(problems(gatewayYAML(line)).first?.hasPrefix(text) == true)
    }
}
