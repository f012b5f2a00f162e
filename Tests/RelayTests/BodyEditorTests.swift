import JSON
import Model
import Routing
import Testing

@testable import Relay

@Suite struct `A body made fit` {
    private func edit(
        _ text: String,
        _ rules: ParameterRules,
        for operation: Operation = .chatCompletions,
        at provider: String = "p"
    ) throws(ScanError) -> (body: String?, removed: [String]) {
        let body = ByteBuffer()
        body.append(text.utf8Span.span)
        let editor = BodyEditor(rules, for: operation, at: ProviderID(provider))
        let edited = try editor.edit(body)
        return (edited.map { $0.bytes.withBytes { $0.text } }, edited?.removed ?? [])
    }

    // MARK: What is taken out

    @Test(
        arguments: [
            // The model's deny list.
            (
                [], ["top_k"], #"{"model":"m","top_k":1,"messages":[]}"#,
                #"{"model":"m","messages":[]}"#, ["top_k"]
            ),
            ([], ["a", "b"], #"{"a":1,"model":"m","b":{"a":1}}"#, #"{"model":"m"}"#, ["a", "b"]),
            // The provider's allow list; what carries the request stays.
            (
                ["temperature"], [], #"{"model":"m","messages":[],"temperature":1,"seed":7}"#,
                #"{"model":"m","messages":[],"temperature":1}"#, ["seed"]
            ),
            (
                ["temperature"], ["temperature"], #"{"model":"m","temperature":1}"#,
                #"{"model":"m"}"#,
                ["temperature"]
            ),
            (["x"], [], #"{"model":"m","stream":true,"messages":[],"system":"s"}"#, nil, []),
            // Nobody can take the request itself out, though a list names it.
            (
                [], ["model", "messages", "stream", "system"],
                #"{"model":"m","messages":[],"stream":true,"system":"s"}"#,
                #"{"model":"m","messages":[],"stream":true}"#, ["system"]
            ),
            // Spelled with escapes, and twice.
            ([], ["seed"], #"{"s\u0065ed":1,"model":"m","seed":2}"#, #"{"model":"m"}"#, ["seed"]),
            ([], ["seed"], #"{"model":"m"}"#, nil, []),
        ] as [([String], [String], String, String?, [String])]
    )
    func `what the candidate does not take goes`(
        supported: [String],
        unsupported: [String],
        sent: String,
        expected: String?,
        names: [String]
    ) throws {
        let rules = ParameterRules(supported: supported, unsupported: unsupported)
        let (body, removed) = try edit(sent, rules)
        #expect(body == expected)
        #expect(removed == names)
    }

    @Test func `Anthropic's limit is a part of the request`() throws {
        let rules = ParameterRules(unsupported: ["max_tokens"])
        #expect(try edit(#"{"max_tokens":1}"#, rules, for: .messages).body == nil)
        #expect(try edit(#"{"max_tokens":1}"#, rules).body == "{}")
    }

    @Test func `so many names are told and no more`() throws {
        let members = (0..<Limits.bodyMembers).map { "\"p\($0)\":0" }.joined(separator: ",")
        let (body, removed) = try edit("{\(members)}", ParameterRules(supported: ["x"]))
        #expect(body == "{}")
        #expect(removed.count == Limits.removedNames)
    }

    @Test func `no loop is kept busy by members without end`() {
        let members = Array(repeating: "\"a\":1", count: Limits.bodyMembers + 1)
        #expect(throws: ScanError.tooManyMembers(limit: Limits.bodyMembers)) {
            try edit("{\(members.joined(separator: ","))}", ParameterRules(supported: ["x"]))
        }
    }

    // MARK: What is set

    @Test(arguments: [
        (#"{"model":"m"}"#, #"{"model":"m","a":1.50,"b":{"c":[null]}}"#),
        (#"{"b":1,"model":"m","a":2}"#, #"{"b":{"c":[null]},"model":"m","a":1.50}"#),
        (#"{"a":1,"a":2,"a":3}"#, #"{"a":1.50,"b":{"c":[null]}}"#),
        ("{}", #"{"a":1.50,"b":{"c":[null]}}"#),
    ])
    func `the configuration wins over the client`(sent: String, expected: String) throws {
        let rules = ParameterRules(
            unsupported: ["b"],
            merged: [
                BodyMember(name: "a", value: Array("1.50".utf8)),
                BodyMember(name: "b", value: Array(#"{"c":[null]}"#.utf8)),
            ]
        )
        #expect(try edit(sent, rules).body == expected)
    }

    // MARK: The limit

    @Test(
        arguments: [
            // Chat: the older name unless the provider is OpenAI, and both where both are there.
            (Operation.chatCompletions, "p", "{}", #"{"max_tokens":100}"#),
            (.chatCompletions, "openai", "{}", #"{"max_completion_tokens":100}"#),
            (.chatCompletions, "p", #"{"max_tokens":100}"#, nil),
            (.chatCompletions, "p", #"{"max_tokens":7}"#, nil),
            (.chatCompletions, "p", #"{"max_tokens":0}"#, nil),
            (.chatCompletions, "openai", #"{"max_tokens":101}"#, #"{"max_tokens":100}"#),
            (
                .chatCompletions, "p", #"{"max_completion_tokens":1e9,"max_tokens":5}"#,
                #"{"max_completion_tokens":100,"max_tokens":5}"#
            ),
            (.chatCompletions, "p", #"{"max_tokens":-1}"#, #"{"max_tokens":100}"#),
            (.chatCompletions, "p", #"{"max_tokens":null}"#, #"{"max_tokens":100}"#),
            (.chatCompletions, "p", #"{"max_tokens":"999"}"#, #"{"max_tokens":100}"#),
            (
                .chatCompletions, "p", #"{"max_tokens":99999999999999999999999}"#,
                #"{"max_tokens":100}"#
            ),
            (.responses, "p", #"{"input":"x"}"#, #"{"input":"x","max_output_tokens":100}"#),
            (.responses, "p", #"{"max_output_tokens":200}"#, #"{"max_output_tokens":100}"#),
            (.messages, "p", #"{"max_tokens": 4096}"#, #"{"max_tokens": 100}"#),
            (.completions, "p", "{}", #"{"max_tokens":100}"#),
            // Gemini's is deeper.
            (
                .gemini(.generateContent), "p", "{}",
                #"{"generationConfig":{"maxOutputTokens":100}}"#
            ),
            (
                .gemini(.streamGenerateContent), "p", #"{"generationConfig":{"topK":1}}"#,
                #"{"generationConfig":{"topK":1,"maxOutputTokens":100}}"#
            ),
            (
                .gemini(.generateContent), "p",
                #"{"generation_config":{ "max_output_tokens" : 200 , "topK":1}}"#,
                #"{"generation_config":{ "max_output_tokens" : 100 , "topK":1}}"#
            ),
            (.gemini(.generateContent), "p", #"{"generationConfig":{"maxOutputTokens":50}}"#, nil),
            (
                .gemini(.generateContent), "p", #"{"generationConfig":null}"#,
                #"{"generationConfig":{"maxOutputTokens":100}}"#
            ),
            // What generates nothing has no limit.
            (.embeddings, "p", "{}", nil), (.countTokens, "p", "{}", nil),
            (.gemini(.countTokens), "p", "{}", nil), (.speech, "p", "{}", nil),
        ] as [(Operation, String, String, String?)]
    )
    func `no answer is longer than the limit`(
        operation: Operation,
        provider: String,
        sent: String,
        expected: String?
    ) throws {
        let rules = ParameterRules(maxOutputTokens: 100)
        #expect(try edit(sent, rules, for: operation, at: provider).body == expected)
    }

    @Test(
        arguments: [
            // The name that is taken; with it goes what the client asked for.
            (["max_tokens"], [], #"{"max_tokens":7}"#, #"{"max_completion_tokens":7}"#),
            (["max_tokens"], [], #"{"max_tokens":700}"#, #"{"max_completion_tokens":100}"#),
            (["max_completion_tokens"], [], #"{"max_completion_tokens":7}"#, #"{"max_tokens":7}"#),
            (["max_tokens", "max_completion_tokens"], [], #"{"max_tokens":7}"#, "{}"),
            ([], ["max_completion_tokens"], "{}", #"{"max_completion_tokens":100}"#),
            ([], ["seed"], #"{"seed":1}"#, nil),
        ] as [([String], [String], String, String?)]
    )
    func `the limit is given by a name that is taken`(
        unsupported: [String],
        supported: [String],
        sent: String,
        expected: String?
    ) throws {
        let rules = ParameterRules(
            supported: supported,
            unsupported: unsupported,
            maxOutputTokens: 100
        )
        #expect(try edit(sent, rules).body == expected)
    }

    @Test func `the operator's own limit stands`() throws {
        let rules = ParameterRules(
            merged: [BodyMember(name: "max_tokens", value: Array("500".utf8))],
            maxOutputTokens: 100
        )
        #expect(try edit("{}", rules).body == #"{"max_tokens":500}"#)
        #expect(try edit(#"{"max_tokens":1}"#, rules).body == #"{"max_tokens":500}"#)
    }

    @Test func `a limit that is there twice is refused`() {
        let rules = ParameterRules(maxOutputTokens: 100)
        #expect(throws: ScanError.duplicateMember("max_tokens")) {
            try edit(#"{"max_tokens":1,"max_tokens":9}"#, rules)
        }
    }

    @Test func `what only counts tokens is given no setting`() throws {
        let rules = ParameterRules(
            unsupported: ["seed"],
            merged: [BodyMember(name: "a", value: Array("1".utf8))],
            maxOutputTokens: 100
        )
        let (body, _) = try edit(#"{"model":"m","seed":1}"#, rules, for: .countTokens)
        #expect(body == #"{"model":"m"}"#)
    }
}
