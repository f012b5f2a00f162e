/// Model lists, token counts, embeddings, and paths answered with a plain object.
enum ListShape {
    /// The models that the simulator says it has.
    private static let models = ["sim", "sim-fast", "sim-small", "sim-large"]

    /// `GET /v1/models`.
    static func models(_ family: Family) -> String {
        let items = models.map { item($0, family) }.joined(separator: ",")
        return switch family {
        case .openAI: "{\"object\":\"list\",\"data\":[\(items)]}"
        case .anthropic:
            """
            {"data":[\(items)],"has_more":false,"first_id":"sim","last_id":"sim-large"}
            """
        case .google: "{\"models\":[\(items)]}"
        }
    }

    /// One model of the list.
    static func item(_ name: String, _ family: Family) -> String {
        switch family {
        case .openAI:
            """
            {"id":\(quoted(name)),"object":"model","created":1715367049,"owned_by":"system"}
            """
        case .anthropic:
            """
            {"type":"model","id":\(quoted(name)),"display_name":\(quoted(name)),\
            "created_at":"2025-02-19T00:00:00Z"}
            """
        case .google:
            """
            {"name":\(quoted("models/" + name)),"version":"001","displayName":\(quoted(name)),\
            "supportedGenerationMethods":["generateContent","countTokens"]}
            """
        }
    }

    /// `POST /v1/messages/count_tokens`.
    static func tokenCount(_ question: Question) -> String {
        "{\"input_tokens\":\(question.inputTokens)}"
    }

    /// `POST /v1/embeddings`: numbers that depend on the text alone, in either encoding.
    static func embeddings(_ question: Question, _ telling: UsageTelling? = nil) -> String {
        var items: [String] = []
        for (index, text) in question.inputs.enumerated() {
            let values = embedding(of: text, dimensions: question.dimensions)
            let value =
                question.isBase64
                ? "\"\(base64(values))\""
                : "[\(values.map { String($0) }.joined(separator: ","))]"
            items.append("{\"object\":\"embedding\",\"index\":\(index),\"embedding\":\(value)}")
        }
        let tokens = telling == .zero ? 0 : question.inputTokens
        let usage = ",\"usage\":{\"prompt_tokens\":\(tokens),\"total_tokens\":\(tokens)}"
        return """
            {"object":"list","data":[\(items.joined(separator: ","))],\
            "model":\(quoted(question.model))\(telling == .never ? "" : usage)}
            """
    }

    /// Any other path that providers have.
    static func plain(id: String, bodyLength: Int) -> String {
        "{\"id\":\"sim-\(id)\",\"object\":\"simulated\",\"received_bytes\":\(bodyLength)}"
    }

    /// Numbers between -1 and 1 in steps that a float holds exactly.
    static func embedding(of text: String, dimensions: Int) -> [Float] {
        var state: UInt32 = 2_166_136_261
        for byte in text.utf8 {
            state = (state ^ UInt32(byte)) &* 16_777_619
        }
        return (0..<dimensions).map { _ in
            state = state &* 1_664_525 &+ 1_013_904_223
            return Float(Int(state >> 21) - 1024) / 1024
        }
    }

    private static func base64(_ values: [Float]) -> String {
        let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        let alphabet = Array((letters + letters.lowercased() + "0123456789+/").utf8)
        let bytes = values.flatMap { value in
            let bits = value.bitPattern
            return (0..<4).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) }
        }
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | UInt32($1) } << (8 * UInt32(3 - group.count))
            for place in 0..<4 {
                let sextet = Int(bits >> (18 - 6 * UInt32(place)) & 63)
                text.append(place <= group.count ? alphabet[sextet] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
