import Dialects
import JSON
import Model
import Testing

/// A folder of a fixture of the translation: what comes in, and what each dialect makes of it.
///
/// `Fixtures/translation/<kind>/<dialect>/<case>` holds one file that comes in, in that dialect, and
/// one for each other dialect, with what goes out. LOCKKEEPER_RECORD=1 writes the latter anew.
struct TranslationCase: CustomTestStringConvertible, Sendable {
    /// What is translated.
    enum Kind: String, CaseIterable {
        case requests, answers, streams, failures

        /// The file that comes in.
        var input: String {
            switch self {
            case .requests: "request.json"
            case .answers: "answer.json"
            case .streams: "stream.sse"
            case .failures: "failure.json"
            }
        }

        /// How the files end that go out.
        var ending: String { self == .streams ? "sse" : "json" }
    }

    let kind: Kind
    /// The dialect of what comes in.
    let dialect: Dialect
    let name: String

    var testDescription: String { "\(dialect.rawValue)/\(name)" }

    /// All cases of a kind.
    static func all(_ kind: Kind) -> [TranslationCase] {
        Dialect.allCases.flatMap { dialect in
            Fixture.names("translation/\(kind.rawValue)/\(dialect.rawValue)").map {
                TranslationCase(kind: kind, dialect: dialect, name: $0)
            }
        }
    }

    var folder: String { "translation/\(kind.rawValue)/\(dialect.rawValue)/\(name)" }

    /// What comes in.
    var input: [UInt8] { Fixture.bytes("\(folder)/\(kind.input)") ?? [] }

    /// The dialects that it is translated to.
    var others: [Dialect] { Dialect.allCases.filter { $0 != dialect } }

    /// What is set apart from the usual.
    var options: JSONCursor { Self.json(Fixture.bytes("\(folder)/options.json") ?? []) }

    /// The files that the case may have.
    var usedFiles: [String] {
        let files = [kind.input] + others.map { "\($0.rawValue).\(kind.ending)" }
        let requests = kind == .requests ? [] : others.map { "request-of-\($0.rawValue).json" }
        return files + requests + ["options.json"]
    }

    /// Holds what goes out against what is expected.
    func expect(_ output: [UInt8], to other: Dialect) {
        let path = "\(folder)/\(other.rawValue).\(kind.ending)"
        if Fixture.isRecording { Fixture.record(path, output) }
        let expected = Fixture.bytes(path) ?? []
        #expect(
            String(decoding: output, as: UTF8.self) == String(decoding: expected, as: UTF8.self)
        )
    }

    /// The target of a request: a model of each dialect, as new as they come.
    func target(_ dialect: Dialect) -> TranslationTarget {
        let model: String
        switch dialect {
        case .openAIChat, .openAIResponses: model = "gpt-5.1"
        case .anthropicMessages: model = "claude-opus-4-6"
        case .gemini: model = "gemini-3-pro-preview"
        }
        var target = TranslationTarget(
            dialect: dialect,
            model: options["models"]?.members.first { $0.name.string == dialect.rawValue }?
                .value.string ?? model
        )
        target.maxOutputTokens = options["max_output_tokens"]?.integer
        target.takesReasoningContent = options["takes_reasoning_content"]?.bool ?? false
        if options["drops_provider_tools"]?.bool == true { target.providerTools = .dropped }
        if options["is_openai"]?.bool == true { target.tokenLimitName = .openAI }
        return target
    }

    /// What an answer to a client is translated with.
    func context(client: Dialect) throws -> AnswerContext {
        let path = "\(folder)/request-of-\(client.rawValue).json"
        let plain: String
        switch client {
        case .openAIChat:
            plain = #"{"messages":[],"stream":true,"stream_options":{"include_usage":true}}"#
        case .openAIResponses: plain = #"{"input":[],"stream":true}"#
        case .anthropicMessages: plain = #"{"max_tokens":1000,"messages":[]}"#
        case .gemini: plain = #"{"contents":[]}"#
        }
        let body = Fixture.bytes(path) ?? Array(plain.utf8)
        let request = try RequestTranslation(body.span, from: client, isStream: true)
        var context = try request.translated(for: target(dialect))
            .answerContext(requestID: "rq_1", created: 1_763_000_000)
        context.estimatedInput = 25
        if options["form"]?.string == "array" { context.form = .array }
        return context
    }

    static func json(_ bytes: [UInt8]) -> JSONCursor {
        do {
            return try JSONText(bytes.span).root
        } catch {
            return JSONText().root
        }
    }

    /// A JSON text with a line for each value, for people.
    static func pretty(_ bytes: [UInt8]) -> [UInt8] {
        var lines = ""
        write(json(bytes), indent: "", &lines)
        return Array((lines + "\n").utf8)
    }

    private static func write(_ value: JSONCursor, indent: String, _ text: inout String) {
        let inner = indent + "  "
        let plain = String(decoding: value.compact, as: UTF8.self)
        if plain.count + indent.count < 90 {
            text += plain
        } else if value.kind == .object {
            text += "{"
            for (number, member) in value.members.enumerated() {
                text += (number == 0 ? "\n" : ",\n") + inner
                text += String(decoding: member.name.compact, as: UTF8.self) + ": "
                write(member.value, indent: inner, &text)
            }
            text += "\n\(indent)}"
        } else if value.kind == .array {
            text += "["
            for (number, element) in value.elements.enumerated() {
                text += (number == 0 ? "\n" : ",\n") + inner
                write(element, indent: inner, &text)
            }
            text += "\n\(indent)]"
        } else {
            text += plain
        }
    }
}
