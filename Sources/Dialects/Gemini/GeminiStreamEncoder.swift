import JSON
import Model

/// Writes the chunks of a streamed answer, as events or as the elements of an array.
///
/// A call is told whole, as its arguments are an object here.
struct GeminiStreamEncoder: StreamEncoding {
    private let context: AnswerContext
    private var writer = JSONWriter()
    private var answer: GeminiAnswer
    private var block = Block.text
    private var arguments = ""
    private var signature: Signature?
    private var stop = StopReason.endOfTurn
    private var usage: Usage?
    private var hasElement = false

    init(_ context: AnswerContext) {
        self.context = context
        answer = GeminiAnswer(context)
    }

    /// Writes a step.
    mutating func encode(_ delta: Delta, into output: inout [UInt8]) {
        switch delta {
        case .begin(let id, let model): answer.note(id: id, model: model)
        case .open(let block):
            self.block = block
            arguments = ""
            signature = nil
        case .more(let text): add(text, &output)
        case .signature(let signature): self.signature = signature
        case .close: close(&output)
        case .ping: break
        case .finish(let stop, let usage):
            self.stop = stop
            self.usage = usage
        case .end:
            begin()
            answer.end(GeminiAnswer.word(stop), usage ?? Usage(), &writer)
            send(&output)
            if context.form == .array { output.append(UInt8(ascii: "]")) }
        case .failure(let failure):
            writer.removeAll(keepingCapacity: true)
            FailureEncoder.write(failure, context, &writer)
            send(&output)
            if context.form == .array { output.append(UInt8(ascii: "]")) }
        }
    }

    private mutating func add(_ text: String, _ output: inout [UInt8]) {
        switch block {
        case .text, .refusal:
            begin()
            GeminiAnswer.writeText(text, &writer)
            end(&output)
        case .reasoning:
            begin()
            GeminiWriting.write(
                ReasoningPart(text: text, signature: nil),
                carried: nil,
                &writer
            )
            end(&output)
        case .call: arguments += text
        case .redactedReasoning: break
        }
    }

    private mutating func close(_ output: inout [UInt8]) {
        switch block {
        case .text, .refusal: break
        case .reasoning:
            guard let signature else { break }
            writeSignature(ReasoningPart(text: "", signature: signature), &output)
        case .redactedReasoning(let signature):
            let thoughts = ReasoningPart(text: "", signature: signature, isRedacted: true)
            writeSignature(thoughts, &output)
        case .call(let id, let name, let signature):
            let call = ToolCall(
                id: id,
                name: name,
                arguments: CallArguments.repaired(arguments)
            )
            begin()
            GeminiWriting.write(
                call,
                id: id,
                context.toolNames.client(name),
                signature?.carried(in: .gemini),
                &writer
            )
            end(&output)
        }
    }

    private mutating func writeSignature(
        _ thoughts: ReasoningPart,
        _ output: inout [UInt8]
    ) {
        begin()
        let carried = thoughts.carriedSignature(in: .gemini)
        GeminiWriting.write(thoughts, carried: carried, &writer)
        end(&output)
    }

    // MARK: Chunks

    private mutating func begin() {
        writer.removeAll(keepingCapacity: true)
        answer.begin(&writer)
    }

    private mutating func end(_ output: inout [UInt8]) {
        answer.end(nil, nil, &writer)
        send(&output)
    }

    private mutating func send(_ output: inout [UInt8]) {
        switch context.form {
        case .events: output.appendEvent(writer.bytes)
        case .array:
            output.append(contentsOf: (hasElement ? ",\r\n" : "[").utf8)
            hasElement = true
            output.append(contentsOf: writer.bytes)
        }
    }
}
