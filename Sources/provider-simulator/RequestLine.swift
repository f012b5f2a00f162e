import FastCGI

/// What a request's parameters say, as far as answers depend on it.
struct RequestLine {
    var method = ""
    var path = ""
    var query = ""
    /// The provider's key, from whichever header brought it.
    var credential = ""
    /// CONTENT_TYPE.
    var contentType = ""
    /// Whether the client says which version of Anthropic's API it speaks.
    var namesAnthropicVersion = false
}

extension RequestLine {
    /// Reads a request's parameters.
    init(_ request: Request) {
        request.forEachParameter { name, value in
            if name.equals("REQUEST_METHOD") {
                method = String(bytes: value)
            } else if name.equals("REQUEST_URI") {
                let mark = value.indices.first { value[$0] == UInt8(ascii: "?") } ?? value.count
                path = String(bytes: value.extracting(..<mark))
                if mark < value.count { query = String(bytes: value.extracting((mark + 1)...)) }
            } else if name.equals("HTTP_AUTHORIZATION") {
                let isBearer = value.count > 7 && value.extracting(..<7).equals("Bearer ")
                credential = String(bytes: isBearer ? value.extracting(7...) : value)
            } else if name.equals("HTTP_X_API_KEY") || name.equals("HTTP_API_KEY")
                || name.equals("HTTP_X_GOOG_API_KEY")
            {
                credential = String(bytes: value)
            } else if name.equals("CONTENT_TYPE") {
                contentType = String(bytes: value)
            } else if name.equals("HTTP_ANTHROPIC_VERSION") {
                namesAnthropicVersion = true
            }
        }
    }
}

extension String {
    /// The text of bytes; what is not UTF-8 becomes U+FFFD.
    init(bytes: Span<UInt8>) {
        self = unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }
}
