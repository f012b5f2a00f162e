import Dialects
import JSON
import Model
import Testing

/// Requests, answers and streams as nobody should send them: a trap ends the test run, and what is
/// written is sound whatever was read.
@Suite struct `Hostile translation` {
    private static let oddBytes: [UInt8] = [
        0x00, 0x0A, 0x22, 0x2C, 0x30, 0x5B, 0x5C, 0x7B, 0x7D, 0x5D, 0xFF,
    ]

    private func changed(_ bytes: [UInt8], _ step: Int) -> [[UInt8]] {
        stride(from: 0, to: bytes.count, by: step).map { index in
            var changed = bytes
            changed[index] = Self.oddBytes[index % Self.oddBytes.count]
            return changed
        }
    }

    private func isJSON(_ bytes: [UInt8]) -> Bool {
        do {
            _ = try JSONText(bytes.span)
            return true
        } catch {
            return false
        }
    }

    @Test(arguments: TranslationCase.all(.requests))
    func `a request with a changed byte is refused or sound`(fixture: TranslationCase) {
        for body in changed(fixture.input, 7) + [Array(fixture.input.dropLast(3))] {
            for other in fixture.others {
                do {
                    let request = try RequestTranslation(body.span, from: fixture.dialect)
                    let translated = try request.translated(for: fixture.target(other))
                    #expect(isJSON(translated.body))
                } catch {
                    #expect(!"\(error)".isEmpty)
                }
            }
        }
    }

    @Test(arguments: TranslationCase.all(.answers) + TranslationCase.all(.failures))
    func `an answer with a changed byte becomes a sound one`(fixture: TranslationCase) throws {
        for other in fixture.others {
            let context = try fixture.context(client: other)
            for body in changed(fixture.input, 11) {
                for status in [200, 500] {
                    let answer = AnswerTranslation(body.span, status: status, context)
                    #expect(isJSON(answer.body))
                    #expect(answer.status == 200 || answer.failure != nil)
                }
            }
        }
    }

    @Test(arguments: TranslationCase.all(.streams))
    func `a stream with a changed byte becomes a sound one`(fixture: TranslationCase) throws {
        for other in fixture.others {
            let context = try fixture.context(client: other)
            for stream in changed(fixture.input, 37) {
                var translation = StreamTranslation(context)
                var output: [UInt8] = []
                _ = translation.receive(stream.span, into: &output)
                _ = translation.finish(into: &output)
                if context.form == .array { continue }
                expectSound(output, other, isComplete: translation.isComplete)
            }
        }
    }

    /// Every event is JSON, and a message's blocks come one after the other.
    private func expectSound(_ output: [UInt8], _ client: Dialect, isComplete: Bool) {
        var order = BlockOrder()
        for line in output.split(separator: 0x0A) where line.starts(with: Array("data: ".utf8)) {
            let data = Array(line.dropFirst(6))
            if data == Array("[DONE]".utf8) { continue }
            let event = TranslationCase.json(data)
            #expect(event.kind == .object)
            if client == .anthropicMessages { order.take(event) }
        }
        #expect(order.faults.isEmpty)
        if client == .anthropicMessages { #expect(order.isOver == isComplete) }
    }

    @Test(
        arguments: [
            (String(repeating: "[", count: 300), "is nested too deeply at byte 257"),
            (
                #"{"messages":[{"role":"user","content":"\ud800"}]}"#,
                "holds text that is no Unicode"
            ),
            (#"{"messages":[],"messages":[]}"#, "has the member messages twice in one object"),
            (#"{"messages":[],"max_tokens":99999999999999999999}"#, "is not a count"),
            (#"{"messages":[],"stop":[1]}"#, "is not a string"),
            (#"{"messages":[],"tools":{}}"#, "is not an array"),
            (#"{"messages":[{"role":"robot"}]}"#, "is not a known role"),
            (#"{"messages":[{"role":"user","content":7}]}"#, "is not an array"),
            (#"{"messages":[7]}"#, "is missing"),
            ("[]", "is not a JSON object"),
        ] as [(String, String)]
    )
    func `a request that can't be read is refused in words`(body: String, reason: String) {
        do throws(TranslationError) {
            _ = try RequestTranslation(Array(body.utf8).span, from: .openAIChat)
            Issue.record("it was read")
        } catch {
            #expect(error.message.hasPrefix(reason))
        }
    }

    @Test func `bytes that are no text are refused`() {
        var body = Array(#"{"messages":[{"role":"user","content":"x"}]}"#.utf8)
        body[39] = 0xFF
        #expect(throws: TranslationError.self) {
            try RequestTranslation(body.span, from: .openAIChat)
        }
    }

    @Test func `references that go round end somewhere`() throws {
        let schema = #"""
            {"$defs":{"a":{"allOf":[{"$ref":"#/$defs/a"},{"$ref":"#/$defs/a"}],"properties":
            {"x":{"$ref":"#/$defs/a"},"y":{"$ref":"#/$defs/a"}}}},"$ref":"#/$defs/a","properties":{"z":{}}}
            """#
        let body = #"{"messages":[],"tools":[{"function":{"name":"f","parameters":\#(schema)}}]}"#
        let request = try RequestTranslation(Array(body.utf8).span, from: .openAIChat)
        let target = TranslationTarget(dialect: .gemini, model: "gemini-3-pro")
        #expect(try request.translated(for: target).body.count < 1 << 20)
    }
}

/// Whether a message's events come in the order that clients rely on.
private struct BlockOrder {
    private(set) var faults: [String] = []
    private(set) var isOver = false
    private var hasBegun = false
    private var open: Int?
    private var next = 0

    mutating func take(_ event: JSONCursor) {
        let type = event["type"]?.string ?? ""
        if isOver { faults.append("\(type) behind the end") }
        switch type {
        case "message_start":
            if hasBegun { faults.append("a second beginning") }
            hasBegun = true
        case "content_block_start":
            if open != nil || event["index"]?.integer != next { faults.append("block \(next)") }
            open = next
            next += 1
        case "content_block_delta":
            if event["index"]?.integer != open { faults.append("a delta of no block") }
        case "content_block_stop":
            if event["index"]?.integer != open { faults.append("the end of no block") }
            open = nil
        case "message_delta":
            if open != nil { faults.append("an end in a block") }
        case "message_stop": isOver = true
        default: break
        }
        if !hasBegun, type != "error" { faults.append("\(type) before the beginning") }
    }
}
