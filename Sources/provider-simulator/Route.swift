/// What a path and a method ask for.
enum Route: Equatable {
    case chat, responses, messages, countTokens, embeddings
    /// Google's `models/{model}:verb`.
    case gemini(model: String, GeminiVerb)
    /// Transcriptions and translations.
    case listening
    /// Pictures made, edited and varied.
    case images
    case models
    case model(String)
    /// A path that a real provider has and that is answered with a plain object.
    case plain
    /// The simulator's own: what it received.
    case requests
    /// The simulator's own: what holds answers back.
    case gate
    case unknown

    /// Finds the route of a path; whatever stands before its last `/v1/` or `/v1beta/` is a mount.
    init(method: String, path: String) {
        switch path {
        case "/_simulator/requests":
            self = .requests
            return
        case "/_simulator/gate":
            self = .gate
            return
        default: break
        }
        switch (method, Route.tail(of: path)) {
        case ("POST", "chat/completions"): self = .chat
        case ("POST", "responses"): self = .responses
        case ("POST", "messages"): self = .messages
        case ("POST", "messages/count_tokens"): self = .countTokens
        case ("POST", "embeddings"): self = .embeddings
        case ("GET", "models"): self = .models
        case ("GET", let tail) where tail.hasPrefix("models/"):
            self = .model(String(tail.dropFirst("models/".count)))
        case ("POST", "completions"), ("POST", "moderations"), ("POST", "rerank"): self = .plain
        case ("POST", "audio/transcriptions"), ("POST", "audio/translations"): self = .listening
        case ("POST", let tail) where tail.hasPrefix("images/"): self = .images
        case ("POST", let tail) where tail.hasPrefix("audio/"): self = .plain
        case ("POST", let tail) where tail.hasPrefix("models/"):
            self = Route.gemini(tail.dropFirst("models/".count))
        default: self = .unknown
        }
    }

    private static func gemini(_ segment: Substring) -> Route {
        let name = percentDecoded(segment)
        guard let colon = name.lastIndex(of: ":"),
            let verb = GeminiVerb(rawValue: String(name[name.index(after: colon)...]))
        else { return .unknown }
        return .gemini(model: String(name[..<colon]), verb)
    }

    private static func percentDecoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), let code = UInt8(String(rest.prefix(2)) ?? "", radix: 16)
            {
                bytes.append(code)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Whether it is about the simulator itself.
    var isOwn: Bool { self == .requests || self == .gate }

    /// Whose shapes the answer has, as far as the path tells.
    var family: Family {
        switch self {
        case .messages, .countTokens: .anthropic
        case .gemini: .google
        default: .openAI
        }
    }

    private static func tail(of path: String) -> Substring {
        var rest = path[...]
        while let slash = rest.firstIndex(of: "/") {
            rest = rest[rest.index(after: slash)...]
            if rest.hasPrefix("v1/") { return rest.dropFirst("v1/".count) }
            if rest.hasPrefix("v1beta/") { return rest.dropFirst("v1beta/".count) }
        }
        return ""
    }
}

/// What stands behind the colon of a path of Google's.
enum GeminiVerb: String {
    case generateContent, streamGenerateContent, countTokens
}

/// Whose shapes errors and model lists have.
enum Family {
    case openAI, anthropic, google
}
