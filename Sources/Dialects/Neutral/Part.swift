package import Model

/// A piece of a turn or of an answer, as no dialect writes it.
package enum Part: Sendable {
    case text(TextPart)
    /// The model's own words why it won't answer.
    case refusal(String)
    case image(MediaPart)
    case document(MediaPart)
    case audio(MediaPart)
    case reasoning(ReasoningPart)
    case toolCall(ToolCall)
    case toolResult(ToolResult)
}

/// Text.
package struct TextPart: Sendable {
    /// The text.
    package var text: String
    /// Up to here the provider is asked to keep the prompt.
    package var cache: CacheMarker?
}

/// Up to where a provider is asked to keep a prompt.
package struct CacheMarker: Sendable, Equatable {
    /// For how long: `5m`, `1h`; nil for the provider's own choice.
    package var lifetime: String?
}

/// An image, a document or a recording.
package struct MediaPart: Sendable {
    /// Where it is.
    package var source: MediaSource
    /// What the file is called.
    package var name: String?
    /// Up to here the provider is asked to keep the prompt.
    package var cache: CacheMarker?
}

/// Where a part's bytes are.
package enum MediaSource: Sendable, Equatable {
    /// Here, in base64.
    case data(mediaType: String, base64: String)
    /// On the web.
    case url(String)
    /// Here, as text.
    case text(String)
}

extension MediaSource {
    /// The source that an URL names, which may hold the bytes itself.
    init(url: String) {
        let head = url.utf8.prefix(256)
        guard url.hasPrefix("data:"), let comma = head.firstIndex(of: UInt8(ascii: ",")) else {
            self = .url(url)
            return
        }
        let fields = url[..<comma].dropFirst(5).split(separator: ";")
        guard fields.last == "base64" else {
            self = .url(url)
            return
        }
        let named = fields.count > 1 ? String(fields[0]) : "application/octet-stream"
        self = .data(
            mediaType: named == "image/jpg" ? "image/jpeg" : named,
            base64: String(url[url.index(after: comma)...])
        )
    }

    /// The source as an URL; nil for text.
    var url: String? {
        switch self {
        case .data(let mediaType, let base64): "data:\(mediaType);base64,\(base64)"
        case .url(let url): url
        case .text: nil
        }
    }
}

/// What a model thought before it answered.
package struct ReasoningPart: Sendable {
    /// The thoughts, or a summary of them.
    package var text: String
    /// What proves to the provider that the thoughts are its own.
    package var signature: Signature?
    /// Whether the thoughts are in the signature alone.
    package var isRedacted = false
}

extension ReasoningPart {
    /// What marks thoughts of another provider that are in their signature alone.
    private static let redacted = "redacted:"

    /// Thoughts with the signature that a client of another dialect than its maker's carries, and
    /// which tells there whether it is all there is of them.
    init(text: String, carried: String?, in dialect: Dialect) {
        var signature = Signature(carried, carriedIn: dialect)
        let isRedacted = signature?.value.hasPrefix(Self.redacted) ?? false
        if isRedacted { signature?.value.removeFirst(Self.redacted.utf8.count) }
        self.init(text: text, signature: signature, isRedacted: isRedacted)
    }

    /// What a client of a dialect without such thoughts carries.
    func carriedSignature(in dialect: Dialect) -> String? {
        guard var signature else { return nil }
        if isRedacted { signature.value = Self.redacted + signature.value }
        return signature.carried(in: dialect)
    }
}

/// What a provider wants back unchanged; it means nothing to any other.
package struct Signature: Sendable, Equatable {
    /// The dialect of the provider that made it.
    package var origin: Dialect
    /// The bytes, in base64 as a rule.
    package var value: String

    /// A signature of this origin.
    package init(origin: Dialect, value: String) {
        self.origin = origin
        self.value = value
    }

    /// A signature as a client of this dialect carries it; nil when it carries none.
    package init?(_ text: String?, carriedIn dialect: Dialect) {
        guard let text, !text.isEmpty else { return nil }
        let told = dialect == .gemini ? Self.text(ofBase64: text) ?? text : text
        for origin in Dialect.allCases {
            let prefix = origin.rawValue + ":"
            guard told.hasPrefix(prefix) else { continue }
            self.init(origin: origin, value: String(told.dropFirst(prefix.count)))
            return
        }
        self.init(origin: Self.origin(nativeTo: dialect), value: text)
    }

    /// What a client of this dialect carries; the origin is told where it is another.
    package func carried(in dialect: Dialect) -> String {
        if origin == Self.origin(nativeTo: dialect) { return value }
        let told = "\(origin.rawValue):\(value)"
        // Gemini's clients take signatures for bytes in base64.
        return dialect == .gemini ? Base64.text(of: Array(told.utf8)) : told
    }

    /// The text that base64 stands for, if it may hold the name of a dialect.
    private static func text(ofBase64 text: String) -> String? {
        Base64.bytes(of: text).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Chat has no signatures of its own: there they are Anthropic's.
    private static func origin(nativeTo dialect: Dialect) -> Dialect {
        dialect == .openAIChat ? .anthropicMessages : dialect
    }
}

/// A call of one of the client's tools.
package struct ToolCall: Sendable {
    /// What the result is told apart by.
    package var id: String
    /// The tool.
    package var name: String
    /// The text of a JSON object.
    package var arguments: [UInt8]
    /// What the provider wants back with the call.
    package var signature: Signature?
    /// Up to here the provider is asked to keep the prompt.
    package var cache: CacheMarker?
}

/// What a tool gave.
package struct ToolResult: Sendable {
    /// The call's id.
    package var callID: String
    /// The tool, where the client says it.
    package var name: String?
    /// Texts, images and documents.
    package var parts: [Part]
    /// Whether the tool failed.
    package var isError = false
    /// Up to here the provider is asked to keep the prompt.
    package var cache: CacheMarker?
}
