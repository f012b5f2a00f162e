/// The few things to be known of a URL before libcurl takes it apart.
enum URLParts {
    /// Whether the scheme is `http`.
    static func isPlainHTTP(_ url: String) -> Bool {
        url.utf8.prefix(5).elementsEqual("http:".utf8) { $0.lowercased == $1 }
    }

    /// The host in small letters, without port, brackets and a final dot; empty when there is none.
    static func host(of url: String) -> String {
        var bytes = url.utf8[...]
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else { return "" }
        bytes = bytes[bytes.index(after: colon)...].drop { $0 == UInt8(ascii: "/") }
        bytes = bytes.prefix { !"/?#\\".utf8.contains($0) }
        if let at = bytes.lastIndex(of: UInt8(ascii: "@")) {
            bytes = bytes[bytes.index(after: at)...]
        }
        if bytes.first == UInt8(ascii: "[") {
            bytes = bytes.dropFirst().prefix { $0 != UInt8(ascii: "]") }
        } else {
            bytes = bytes.prefix { $0 != UInt8(ascii: ":") }
        }
        if bytes.last == UInt8(ascii: ".") { bytes = bytes.dropLast() }
        return String(decoding: bytes.map(\.lowercased), as: UTF8.self)
    }

    /// The host when it is an address, or something that libcurl might take for one, else nil.
    static func numericHost(of url: String) -> String? {
        let host = host(of: url)
        if host.utf8.contains(UInt8(ascii: ":")) { return host }
        guard let last = host.split(separator: ".").last, last.utf8.first.map(isDigit) == true
        else { return nil }
        return host
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }

    /// Whether nothing in the text could end or hide a part of it: no control byte, no space.
    static func isPrintable(_ url: String) -> Bool {
        url.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
    }

    /// The text with whatever follows `scheme://host` of each URL in it left out: user and password,
    /// path and query may hold credentials.
    static func scrubbed(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "/")) || text.utf8.contains(UInt8(ascii: "@")) else {
            return text
        }
        return text.split(separator: " ", omittingEmptySubsequences: false)
            .map { word in
                guard let range = word.indices.first(where: { word[$0...].hasPrefix("://") })
                else { return word.contains("@") ? "..." : String(word) }
                let host = host(of: String(word))
                return word[..<range].filter { $0.isLetter } + "://" + host
            }
            .joined(separator: " ")
    }
}
