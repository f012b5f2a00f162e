import JSON

@testable import Relay

/// What a client made of the bytes that were sent to it.
struct Answer {
    /// The head's lines, the status among them.
    let lines: [String]
    /// The bytes behind the head.
    let body: [UInt8]

    init(_ bytes: [UInt8]) {
        let mark = bytes.span.firstRange(of: "\r\n\r\n") ?? bytes.count
        let head = String(decoding: bytes[..<mark], as: UTF8.self)
        lines = head.isEmpty ? [] : head.split(separator: "\r\n").map(String.init)
        body = Array(bytes[min(mark + 4, bytes.count)...])
    }

    var status: Int? { self["Status"].flatMap { Int($0.prefix(3)) } }
    var text: String { String(decoding: body, as: UTF8.self) }

    /// The value of a header; nil unless it is there once.
    subscript(_ name: String) -> String? {
        let values = lines.filter { $0.lowercased().hasPrefix(name.lowercased() + ": ") }
        return values.count == 1 ? values.first.map { String($0.dropFirst(name.count + 2)) } : nil
    }

    /// The names of the head's lines, in lower case.
    var names: [String] {
        lines.map { String($0.prefix { $0 != ":" }).lowercased() }
    }

    /// The code of the gateway's own error.
    var code: String? { self["Ngrok-Error-Code"] }

    /// The body as JSON.
    func json() throws -> JSONValue {
        try JSONDocument.parse(body.span).root
    }

    /// The data of the stream's events, in order.
    var events: [String] {
        text.split(separator: "\n\n").compactMap { event in
            let data = event.split(separator: "\n").filter { $0.hasPrefix("data: ") }
            return data.isEmpty ? nil : data.map { $0.dropFirst(6) }.joined(separator: "\n")
        }
    }
}

extension Conversation {
    /// What the client has so far.
    var answer: Answer { Answer(sent) }
}
