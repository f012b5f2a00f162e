import Relay
import Routing
import Testing

@Suite struct `Traits of a request` {
    private func read(_ body: String) -> RequestTraits {
        RequestTraitsReader.read(Array(body.utf8).span, path: "/v1/x")
    }

    // MARK: Every dialect

    struct Case: CustomTestStringConvertible {
        let name: String
        let body: String
        var turns = 0
        var bytes = 0
        var limit: Int?
        var tools = 0
        var images = 0
        var reasons = false
        var streams = false
        var testDescription: String { name }
    }

    private static let data = String(repeating: "iVBORw0KGgoAAAANSUhEUg", count: 500)

    static let chat: [Case] = [
        Case(
            name: "a plain conversation",
            body: #"{"model":"m","stream":true,"max_tokens":7,"messages":["#
                + #"{"role":"system","content":"Be brief."},{"role":"user","content":"Hi"}]}"#,
            turns: 2,
            bytes: 11,
            limit: 7,
            streams: true
        ),
        Case(
            name: "the newer name of the limit, and effort",
            body: #"{"max_completion_tokens":100,"reasoning_effort":"low","messages":[]}"#,
            limit: 100,
            reasons: true
        ),
        Case(name: "no effort", body: #"{"reasoning_effort":"none","messages":[]}"#),
        Case(
            name: "images as parts: their base64 is no text",
            body: #"{"messages":[{"role":"user","content":[{"type":"text","text":"What?"},"#
                + #"{"type":"image_url","image_url":{"url":"data:image/png;base64,\#(data)"}},"#
                + #"{"type":"image_url","image_url":{"url":"https://a.example/b.png"}}]}]}"#,
            turns: 1,
            bytes: 5,
            images: 2
        ),
        Case(
            name: "an image as a text",
            body: #"{"messages":[{"role":"user","content":"data:image/png;base64,\#(data)"}]}"#,
            turns: 1,
            images: 1
        ),
        Case(
            name: "a recording and a file",
            body: #"{"messages":[{"role":"user","content":[{"type":"input_audio","input_audio":"#
                + #"{"data":"\#(data)","format":"wav"}},{"type":"file","file":"#
                + #"{"filename":"a.pdf","file_data":"data:application/pdf;base64,\#(data)"}}]}]}"#,
            turns: 1
        ),
        Case(
            name: "tools and their use",
            body: #"{"tools":[{"type":"function","function":{"name":"f"}}],"messages":["#
                + #"{"role":"assistant","tool_calls":[{"id":"c1","type":"function","function":"#
                + #"{"name":"f","arguments":"{\"a\":1}"}}]},"#
                + #"{"role":"tool","tool_call_id":"c1","content":"42"}]}"#,
            turns: 2,
            bytes: 86,
            tools: 1
        ),
        Case(
            name: "what an image is in a tool's schema is none in a turn",
            body: #"{"tools":[{"type":"image"}],"functions":[],"messages":[]}"#,
            bytes: 18 + 2,
            tools: 1
        ),
    ]

    static let responses: [Case] = [
        Case(
            name: "a text alone",
            body: #"{"input":"Hello","instructions":"Be kind","max_output_tokens":9}"#,
            turns: 1,
            bytes: 12,
            limit: 9
        ),
        Case(
            name: "items, an image and effort",
            body: #"{"reasoning":{"effort":"high"},"input":[{"role":"user","content":["#
                + #"{"type":"input_text","text":"Hi"},{"type":"input_image","#
                + #""image_url":"data:image/jpeg;base64,\#(data)"}]},"#
                + #"{"type":"reasoning","encrypted_content":"\#(data)","summary":[]}]}"#,
            turns: 2,
            bytes: 2 + 7,
            images: 1,
            reasons: true
        ),
        Case(
            name: "tools of every kind",
            body: #"{"tools":[{"type":"web_search"},{"type":"function","name":"f"}],"input":[]}"#,
            bytes: 54,
            tools: 2
        ),
    ]

    static let messages: [Case] = [
        Case(
            name: "a system prompt in blocks, thinking",
            body: #"{"max_tokens":1024,"system":[{"type":"text","text":"Be brief.","#
                + #""cache_control":{"type":"ephemeral"}}],"thinking":{"type":"enabled","#
                + #""budget_tokens":512},"messages":[{"role":"user","content":"Hi"}]}"#,
            turns: 1,
            bytes: 11,
            limit: 1024,
            reasons: true
        ),
        Case(
            name: "thinking switched off",
            body: #"{"thinking":{"type":"disabled"},"messages":[]}"#
        ),
        Case(
            name: "images, a document and a text as a file",
            body: #"{"messages":[{"role":"user","content":[{"type":"image","source":"#
                + #"{"type":"base64","media_type":"image/png","data":"\#(data)"}},"#
                + #"{"type":"document","source":{"type":"base64","media_type":"application/pdf","#
                + #""data":"\#(data)"}},{"type":"document","source":{"type":"text","#
                + #""media_type":"text/plain","data":"plain"}}]}]}"#,
            turns: 1,
            bytes: 5,
            images: 1
        ),
        Case(
            name: "the use of a tool",
            body: #"{"messages":[{"role":"assistant","content":[{"type":"thinking","thinking":"#
                + #""Hmm","signature":"\#(data)"},{"type":"tool_use","id":"t","name":"f","#
                + #""input":{"city":"Rome","n":42}}]}]}"#,
            turns: 1,
            bytes: 3 + 4 + 1 + 5 + 4 + 4 + 1 + 2
        ),
    ]

    static let gemini: [Case] = [
        Case(
            name: "contents, a limit, thinking",
            body: #"{"contents":[{"role":"user","parts":[{"text":"Hi"},{"inlineData":"#
                + #"{"mimeType":"image/png","data":"\#(data)"}},{"fileData":"#
                + #"{"mimeType":"video/mp4","fileUri":"gs://a"}}]}],"#
                + #""systemInstruction":{"parts":[{"text":"Be brief."}]},"generationConfig":"#
                + #"{"maxOutputTokens":64,"thinkingConfig":{"thinkingBudget":128}}}"#,
            turns: 1,
            bytes: 11,
            limit: 64,
            images: 1,
            reasons: true
        ),
        Case(
            name: "declarations are tools, one by one",
            body: #"{"tools":[{"functionDeclarations":[{"name":"f"},{"name":"g"}]},"#
                + #"{"googleSearch":{}}],"contents":{"parts":{"text":"Hi"}}}"#,
            turns: 1,
            bytes: 2 + 74,
            tools: 3
        ),
        Case(
            name: "a count of tokens",
            body: #"{"generateContentRequest":{"contents":[{"parts":[{"text":"Hi"}]}]}}"#,
            turns: 1,
            bytes: 2
        ),
        Case(
            name: "no thinking",
            body: #"{"generationConfig":{"thinkingConfig":{"thinkingBudget":0}}}"#
        ),
    ]

    static let others: [Case] = [
        Case(name: "embeddings", body: #"{"input":["one","two"]}"#, turns: 2, bytes: 6),
        Case(name: "a completion", body: #"{"prompt":"Say","suffix":"!"}"#, turns: 1, bytes: 4),
        Case(
            name: "an embedding of Gemini's",
            body: #"{"content":{"parts":[{"text":"Hi"}]}}"#,
            turns: 1,
            bytes: 2
        ),
        Case(name: "a form", body: "--x\r\nContent-Disposition: form-data\r\n\r\nm\r\n--x--"),
        Case(name: "nothing", body: ""),
        Case(name: "no object", body: "[1,2]"),
        Case(
            name: "cut off",
            body: #"{"messages":[{"content":"Hi"},{"content":"th"#,
            turns: 2,
            bytes: 2
        ),
    ]

    @Test(arguments: chat + responses + messages + gemini + others)
    func `a body of every dialect is read`(_ row: Case) {
        let traits = read(row.body)
        #expect(traits.path == "/v1/x")
        #expect(traits.turnCount == row.turns)
        #expect(traits.textBytes == row.bytes)
        #expect(traits.maxOutputTokens == row.limit)
        #expect(traits.toolCount == row.tools)
        #expect(traits.imageCount == row.images)
        #expect(traits.asksReasoning == row.reasons)
        #expect(traits.isStream == row.streams)
    }

    // MARK: Text

    @Test(arguments: [
        ("plain", 5), (#"a\nb"#, 3), (#"\"\\\/"#, 3), (#"\u0041"#, 1), (#"\u00e9"#, 2),
        (#"\u4e2d\u6587"#, 6), (#"\ud83d\ude00"#, 4), ("é", 2), ("中文", 6), ("😀", 4),
        (#"12345678\n"#, 9), (#"1234567\n9"#, 9), ("aéaéaéaéaé", 15), (#"\"#, 0), (#"\u12"#, 1),
    ])
    func `escapes count as what they stand for`(text: String, bytes: Int) {
        // What ends in half an escape is no JSON, and then nothing is counted.
        let traits = read(#"{"prompt":"\#(text)"}"#)
        #expect(traits.textBytes == (text.hasSuffix("\\") ? 0 : bytes))
    }

    @Test(arguments: [
        ("", 0...0), ("Hi", 1...1), (#"two\nlines"#, 3...3),
        ("The quick brown fox jumps over the lazy dog.", 10...14),
        ("Широкая электрификация южных губерний", 14...24),
        ("我能吞下玻璃而不伤身体。", 10...14),
    ])
    func `an estimate leans upward`(text: String, tokens: ClosedRange<Int>) {
        let traits = read(#"{"prompt":"\#(text)"}"#)
        let estimate = traits.estimatedInputTokens - TokenEstimate.tokensOfATurn
        #expect(tokens.contains(estimate))
    }

    @Test func `turns and images add to the estimate`() {
        let text = #"{"messages":[{"content":"1234567"},{"content":[{"type":"image_url"}]}]}"#
        let expected =
            3 + 2 * TokenEstimate.tokensOfATurn + TokenEstimate.tokensOfAnImage
        #expect(read(text).estimatedInputTokens == expected)
    }

    @Test func `tokens that the client counted out are taken as they are`() {
        let traits = read(#"{"input":[[1,2,3],[4,5]]}"#)
        #expect(traits.estimatedInputTokens == 5)
        #expect(traits.textBytes == 0)
    }

    // MARK: Code

    @Test(arguments: [
        ("Write a poem about the sea.", false),
        (#"One line.\nAnother line.\nAnd a third one.\nA fourth."#, false),
        (#"Explain ```let x = 1```"#, true),
        (#"```swift\nlet x = 1\n``` and much more text about what it is meant to do"#, true),
        (#"```\nnever closed"#, true),
        ("A `word` and ``two``", false),
        (#"int main() {\n    return 0;\n}\n"#, true),
        (#"def f(x):\n    y = x\n    z = y\n    return z\n"#, true),
        (#"if (a) {\n\tb();\n}\n"#, true),
    ])
    func `source code is told from prose`(text: String, hasCode: Bool) {
        #expect(read(#"{"messages":[{"content":"\#(text)"}]}"#).hasCode == hasCode)
    }

    @Test func `the share of code is a percentage`() {
        let code = String(repeating: "x", count: 50)
        let text = String(repeating: "y", count: 44)
        #expect(read(#"{"prompt":"\#(text)```\#(code)```"}"#).codePercent == 50)
    }

    @Test func `no body takes more than one pass`() {
        let nested = String(repeating: #"{"messages":["#, count: 400)
        #expect(read(nested).turnCount > 0)
        let limit = read(#"{"max_tokens":99999999999999999999999}"#)
        #expect(limit.maxOutputTokens == nil)
    }
}
