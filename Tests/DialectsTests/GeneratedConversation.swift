import JSON

/// A request for a chat completion, made of a seed: of what every dialect can say.
struct GeneratedConversation {
    private var state: UInt64
    private var writer = JSONWriter()
    private var callCount = 0

    /// The request that a seed stands for.
    static func request(seed: UInt64) -> [UInt8] {
        var conversation = GeneratedConversation(state: seed &* 0x9E37_79B9_7F4A_7C15 &+ 1)
        conversation.writeRequest()
        return conversation.writer.bytes
    }

    private init(state: UInt64) {
        self.state = state
    }

    /// SplitMix64.
    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value &>> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value &>> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value &>> 31
    }

    private mutating func number(below limit: Int) -> Int { Int(next() % UInt64(limit)) }

    private mutating func chance(_ percent: Int) -> Bool { number(below: 100) < percent }

    private static let words = [
        "Oslo", "wéather", "世界", "😀", "\"quoted\"", "back\\slash", "line\nbreak", "tab\tbed",
        "<tag>", "0.7", "\u{1}", "{brace", "data: x", "ЖЖ", "e\u{301}", "é",
    ]

    private mutating func text() -> String {
        (0...number(below: 6)).map { _ in Self.words[number(below: Self.words.count)] }
            .joined(separator: " ")
    }

    // MARK: The request

    private mutating func writeRequest() {
        let hasTools = chance(60)
        writer.beginObject()
        writer.key("messages")
        writer.beginArray()
        if chance(60) { writeMessage("system") }
        writeUser()
        for _ in 0..<number(below: 4) {
            if hasTools, chance(50) { writeToolTurn() } else { writeMessage("assistant") }
            writeUser()
        }
        writer.endArray()
        writer.key("max_tokens")
        writer.integer(1 + number(below: 8000))
        if hasTools {
            writeTools()
            writeChoice()
        } else if chance(30) {
            writer.key("reasoning_effort")
            writer.string(["low", "medium", "high"][number(below: 3)])
        }
        if !hasTools, chance(30) { writeFormat() }
        if chance(40) {
            writer.key("stop")
            writer.beginArray()
            writer.string("END")
            writer.endArray()
        }
        if chance(30) {
            writer.key("stream")
            writer.bool(true)
        }
        writer.endObject()
    }

    private mutating func writeMessage(_ role: String) {
        writer.beginObject()
        writer.key("role")
        writer.string(role)
        writer.key("content")
        writer.string(text())
        writer.endObject()
    }

    private mutating func writeUser() {
        guard chance(40) else { return writeMessage("user") }
        writer.beginObject()
        writer.key("role")
        writer.string("user")
        writer.key("content")
        writer.beginArray()
        writePart("text", "text", .text(text()))
        if chance(60) {
            writePart("image_url", "image_url", .member("url", "data:image/png;base64,iVBO"))
        }
        if chance(30) {
            let data = "data:application/pdf;base64,JVBE"
            writePart("file", "file", .member("file_data", data))
        }
        if chance(30) { writePart("text", "text", .text(text())) }
        writer.endArray()
        writer.endObject()
    }

    private enum PartValue {
        case text(String)
        case member(String, String)
    }

    private mutating func writePart(_ type: String, _ key: String, _ value: PartValue) {
        writer.beginObject()
        writer.key("type")
        writer.string(type)
        writer.key(key)
        switch value {
        case .text(let text): writer.string(text)
        case .member(let name, let text):
            writer.beginObject()
            writer.key(name)
            writer.string(text)
            writer.endObject()
        }
        writer.endObject()
    }

    private static let tools = ["get_weather", "f", "search-files"]

    private mutating func writeToolTurn() {
        let count = 1 + number(below: 3)
        let first = callCount
        writer.beginObject()
        writer.key("role")
        writer.string("assistant")
        writer.key("content")
        if chance(50) { writer.string(text()) } else { writer.null() }
        writer.key("tool_calls")
        writer.beginArray()
        for _ in 0..<count { writeCall() }
        writer.endArray()
        writer.endObject()
        for call in first..<(first + count) {
            writer.beginObject()
            writer.key("role")
            writer.string("tool")
            writer.key("tool_call_id")
            writer.string("call_x\(call)")
            writer.key("content")
            writer.string(chance(80) ? text() + "." : #"{"a":[1,2.50],"b":null}"#)
            writer.endObject()
        }
    }

    private mutating func writeCall() {
        var arguments = JSONWriter()
        arguments.beginObject()
        if chance(70) {
            arguments.key("city")
            arguments.string(text())
            arguments.key("n")
            arguments.raw("1234567890123456789012".utf8Span.span)
        }
        arguments.endObject()
        writer.beginObject()
        writer.key("id")
        writer.string("call_x\(callCount)")
        writer.key("type")
        writer.string("function")
        writer.key("function")
        writer.beginObject()
        writer.key("name")
        writer.string(Self.tools[number(below: Self.tools.count)])
        writer.key("arguments")
        writer.string(arguments.bytes.span)
        writer.endObject()
        writer.endObject()
        callCount += 1
    }

    private mutating func writeTools() {
        writer.key("tools")
        writer.beginArray()
        for name in Self.tools {
            writer.beginObject()
            writer.key("type")
            writer.string("function")
            writer.key("function")
            writer.beginObject()
            writer.key("name")
            writer.string(name)
            if chance(50) {
                writer.key("description")
                writer.string(text())
            }
            if chance(80) {
                writer.key("parameters")
                writeSchema()
            }
            writer.endObject()
            writer.endObject()
        }
        writer.endArray()
    }

    private mutating func writeSchema() {
        writer.beginObject()
        writer.key("type")
        writer.string("object")
        writer.key("properties")
        writer.beginObject()
        writer.key("city")
        writer.raw(#"{"type":"string","description":"A city"}"#.utf8Span.span)
        if chance(50) {
            writer.key("days")
            writer.raw(#"{"type":"array","items":{"type":"integer"}}"#.utf8Span.span)
        }
        writer.endObject()
        writer.key("required")
        writer.beginArray()
        writer.string("city")
        writer.endArray()
        writer.endObject()
    }

    private mutating func writeChoice() {
        switch number(below: 5) {
        case 0: break
        case 1:
            writer.key("tool_choice")
            writer.raw(#"{"type":"function","function":{"name":"f"}}"#.utf8Span.span)
        default:
            writer.key("tool_choice")
            writer.string(["auto", "none", "required"][number(below: 3)])
        }
    }

    private mutating func writeFormat() {
        writer.key("response_format")
        writer.beginObject()
        writer.key("type")
        writer.string("json_schema")
        writer.key("json_schema")
        writer.beginObject()
        writer.key("name")
        writer.string("structured_output")
        writer.key("schema")
        writeSchema()
        writer.endObject()
        writer.endObject()
    }
}
