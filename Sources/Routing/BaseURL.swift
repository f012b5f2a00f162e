/// A provider's base URL, taken apart and found to be one that may be called.
package struct BaseURL: Hashable, Sendable {
    /// Scheme, host, port and path, without a slash at the end.
    package let prefix: String
    /// The query that every URL made from it carries, without the question mark; may be empty.
    package let query: String
    /// The host as written.
    package let host: String
    /// The port, the scheme's own where none is written.
    package let port: UInt16
    /// Whether it is called without TLS.
    package let isPlainHTTP: Bool

    /// The URL as it was written.
    package var text: String { query.isEmpty ? prefix : "\(prefix)?\(query)" }

    /// Reads the URL of a provider that the operator wrote down: https, or http where it does not
    /// leave the machine or the private network.
    package init(_ text: String) throws(BaseURLError) {
        guard text.utf8.count <= 2048 else { throw .tooLong }
        guard text.utf8.allSatisfy(isOfAURL) else { throw .badCharacter }
        guard let mark = text.firstRange(of: "://") else { throw .notHTTP }
        switch text[..<mark.lowerBound].lowercased() {
        case "https": isPlainHTTP = false
        case "http": isPlainHTTP = true
        default: throw .notHTTP
        }
        guard !text.contains("#") else { throw .hasFragment }
        let rest = text[mark.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        guard !authority.contains("@") else { throw .hasCredential }
        let (host, port) = try Self.hostAndPort(of: authority)
        self.host = host
        self.port = port ?? (isPlainHTTP ? 80 : 443)
        let kind = HostKind(host: host)
        switch kind {
        case .malformed: throw .badHost(host)
        case .forbidden: throw .forbiddenHost(host)
        case .public: if isPlainHTTP { throw .plainHTTP(host) }
        case .loopback, .private: break
        }
        let path = rest[authority.endIndex...].prefix { $0 != "?" }
        var end = path.endIndex
        while end > path.startIndex, path[path.index(before: end)] == "/" {
            end = path.index(before: end)
        }
        prefix = String(text[..<end])
        query = String(text[path.endIndex...].dropFirst())
    }

    private static func hostAndPort(
        of authority: Substring
    ) throws(BaseURLError) -> (host: String, port: UInt16?) {
        var host = authority
        var written: UInt16?
        // A colon behind the last bracket begins the port.
        let tail = authority.lastIndex(of: "]").map { authority[$0...] } ?? authority
        if let colon = tail.lastIndex(of: ":") {
            let digits = authority[authority.index(after: colon)...]
            guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let port = UInt16(digits), port > 0
            else { throw .badPort(String(digits)) }
            host = authority[..<colon]
            written = port
        }
        guard !host.isEmpty else { throw .badHost("") }
        return (String(host), written)
    }
}

/// Why a base URL is refused.
package enum BaseURLError: Error, Equatable, Sendable, CustomStringConvertible {
    case tooLong, badCharacter, notHTTP, hasFragment, hasCredential
    case badPort(String)
    case badHost(String)
    case forbiddenHost(String)
    case plainHTTP(String)

    /// What is wrong and what to do.
    package var description: String {
        switch self {
        case .tooLong: "is longer than 2048 bytes"
        case .badCharacter: "has a character that a URL can't have"
        case .notHTTP: "must begin with https:// or http://"
        case .hasFragment: "has a fragment: leave out everything from the #"
        case .hasCredential: "has a user name or password: use api_keys or headers"
        case .badPort(let port): "has a port that is none: '\(port)'"
        case .badHost(let host): "has a host that is none: '\(host)'"
        case .forbiddenHost(let host):
            "leads to \(host), a link-local or metadata address, which is never called"
        case .plainHTTP(let host):
            "is http to \(host): use https (http is for loopback, private and .internal hosts)"
        }
    }
}

private func isOfAURL(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x21...0x7E:
        byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "<") && byte != UInt8(ascii: ">")
            && byte != UInt8(ascii: "\\") && byte != UInt8(ascii: "^") && byte != UInt8(ascii: "`")
            && byte != UInt8(ascii: "{") && byte != UInt8(ascii: "|") && byte != UInt8(ascii: "}")
    default: false
    }
}
