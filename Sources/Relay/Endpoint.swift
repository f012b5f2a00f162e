package import Model
package import Routing

/// A path of the data plane: what is asked, in which dialect its errors are, where it goes upstream.
package struct Endpoint: Equatable, Sendable {
    /// What a path is for.
    package enum Purpose: Equatable, Sendable {
        /// A request that a provider answers, with a body that names the model.
        case operation(Operation)
        /// Gemini's form: the model and the verb stand in the path.
        case geminiVerb(model: String, Operation.GeminiVerb)
        /// The models that a key may use.
        case modelList
        /// One of them.
        case model(String)
        /// The process is alive.
        case health
        /// The process serves.
        case readiness
    }

    /// What is asked.
    package let purpose: Purpose
    /// The wire language of the request, which is that of the answer and of every error.
    package let dialect: Dialect
    /// The name in logs: the path as the documentation spells it.
    package let name: String
}

/// What a method and a path lead to.
package enum EndpointMatch: Equatable, Sendable {
    case endpoint(Endpoint)
    /// The path is served, but with these methods.
    case otherMethod(Endpoint, allowed: String)
    case notServed
    /// Dot segments, empty segments or escaped ones where no path of ours has them.
    case malformedPath
}

extension Endpoint {
    /// The fixed paths that take POST, the one asked for most first.
    ///
    /// The names are literals, which count no references that two loops would share.
    private static let rows: [(path: String, operation: Operation)] = [
        ("/v1/chat/completions", .chatCompletions),
        ("/v1/messages", .messages),
        ("/v1/responses", .responses),
        ("/v1/embeddings", .embeddings),
        ("/v1/messages/count_tokens", .countTokens),
        ("/v1/completions", .completions),
        ("/v1/moderations", .moderations),
        ("/v1/images/generations", .imageGenerations),
        ("/v1/images/edits", .imageEdits),
        ("/v1/images/variations", .imageVariations),
        ("/v1/audio/speech", .speech),
        ("/v1/audio/transcriptions", .transcriptions),
        ("/v1/audio/translations", .translations),
        ("/v1/rerank", .rerank),
    ]

    private static func fixed(_ path: Span<UInt8>) -> Endpoint? {
        for row in rows where path.spell(row.path) {
            return Endpoint(
                purpose: .operation(row.operation),
                dialect: row.operation.dialect,
                name: row.path
            )
        }
        return nil
    }

    /// The operation at a provider, nil for what is answered here.
    package var operation: Operation? {
        switch purpose {
        case .operation(let operation): operation
        case .geminiVerb(_, let verb): .gemini(verb)
        case .modelList, .model, .health, .readiness: nil
        }
    }

    /// Whether anybody may ask, without a key: nginx decides who reaches it.
    var isOpen: Bool {
        purpose == .health || purpose == .readiness
    }

    /// Finds the endpoint of a path (without its query and the location's prefix) and a method.
    package static func match(method: Method, path: Span<UInt8>) -> EndpointMatch {
        if let endpoint = fixed(path) { return posted(method, endpoint) }
        if isMalformed(path) { return .malformedPath }
        if path.starts(with: "/v1beta/") {
            return matchGemini(method, rest: path.bytes(from: 7), version: "/v1beta")
        }
        if path.starts(with: "/v1/") {
            return matchV1(method, rest: path.bytes(from: 3))
        }
        if path.elementsEqual("/healthz") { return local(method, .health, "/healthz") }
        if path.elementsEqual("/readyz") { return local(method, .readiness, "/readyz") }
        return .notServed
    }

    private static func matchV1(_ method: Method, rest: [UInt8]) -> EndpointMatch {
        if rest == Array("/models".utf8) { return local(method, .modelList, "/v1/models") }
        if rest == Array("/realtime".utf8) { return webSocket(method, .realtime, "/v1/realtime") }
        guard rest.starts(with: Array("/models/".utf8)) else { return .notServed }
        let name = percentDecoded(rest.dropFirst("/models/".utf8.count))
        if verb(of: name) != nil {
            return matchGemini(method, rest: rest, version: "/v1")
        }
        return name.isEmpty ? .notServed : local(method, .model(name), "/v1/models/{id}")
    }

    private static func matchGemini(
        _ method: Method,
        rest: [UInt8],
        version: String
    ) -> EndpointMatch {
        if rest == Array("/models".utf8) {
            return local(method, .modelList, "/v1beta/models", dialect: .gemini)
        }
        guard rest.starts(with: Array("/models/".utf8)) else { return .notServed }
        let name = percentDecoded(rest.dropFirst("/models/".utf8.count))
        guard let (model, verb) = verb(of: name) else { return .notServed }
        return posted(
            method,
            Endpoint(
                purpose: .geminiVerb(model: model, verb),
                dialect: .gemini,
                name: "\(version)/models/{model}:\(verb.rawValue)"
            )
        )
    }

    /// Splits at the last colon before a known verb: the model may hold colons of its own.
    private static func verb(of name: String) -> (model: String, verb: Operation.GeminiVerb)? {
        guard let colon = name.lastIndex(of: ":"),
            let verb = Operation.GeminiVerb(rawValue: String(name[name.index(after: colon)...])),
            colon > name.startIndex
        else { return nil }
        return (String(name[..<colon]), verb)
    }

    private static func posted(_ method: Method, _ endpoint: Endpoint) -> EndpointMatch {
        method == .post ? .endpoint(endpoint) : .otherMethod(endpoint, allowed: "POST")
    }

    private static func webSocket(
        _ method: Method,
        _ operation: Operation,
        _ name: String
    ) -> EndpointMatch {
        let endpoint = Endpoint(
            purpose: .operation(operation),
            dialect: operation.dialect,
            name: name
        )
        return method == .get ? .endpoint(endpoint) : .otherMethod(endpoint, allowed: "GET")
    }

    private static func local(
        _ method: Method,
        _ purpose: Purpose,
        _ name: String,
        dialect: Dialect = .openAIChat
    ) -> EndpointMatch {
        let endpoint = Endpoint(purpose: purpose, dialect: dialect, name: name)
        guard method == .get || method == .head else {
            return .otherMethod(endpoint, allowed: "GET, HEAD")
        }
        return .endpoint(endpoint)
    }

    /// Whether a path has dot segments, empty segments, or escapes of `.` and `/` before the
    /// segment of a model (which may hold `%2F`).
    private static func isMalformed(_ path: Span<UInt8>) -> Bool {
        guard !path.isEmpty, path[0] == UInt8(ascii: "/") else { return true }
        let model = path.firstRange(of: "/models/").map { $0 + "/models/".utf8.count }
        var index = 0
        while index < path.count {
            if path[index] == UInt8(ascii: "/"), isOddSegment(path, from: index + 1) {
                return true
            }
            if path[index] == UInt8(ascii: "%"), index < model ?? path.count,
                isEscapedDotOrSlash(path, at: index)
            {
                return true
            }
            index += 1
        }
        return false
    }

    private static func isOddSegment(_ path: Span<UInt8>, from start: Int) -> Bool {
        var end = start
        while end < path.count, path[end] != UInt8(ascii: "/") { end += 1 }
        if end == start { return end < path.count }
        let dots = (start..<end).allSatisfy { path[$0] == UInt8(ascii: ".") }
        return dots && end - start <= 2
    }

    private static func isEscapedDotOrSlash(_ path: Span<UInt8>, at index: Int) -> Bool {
        guard index + 2 < path.count, path[index + 1] == UInt8(ascii: "2") else { return false }
        return path[index + 2] | 0x20 == UInt8(ascii: "e")
            || path[index + 2] | 0x20 == UInt8(ascii: "f")
    }
}
