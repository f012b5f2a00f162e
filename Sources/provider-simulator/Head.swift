/// The CGI header block of an answer.
struct Head {
    var status = 200
    var contentType = "application/json"
    /// Nil for streams.
    var contentLength: Int?
    var family = Family.openAI
    /// The random-looking part of the request id.
    var id = ""
    var retryAfter: String?
    var isHostile = false
    /// Whether an error stands in an array, as it does where Google was asked for one.
    var isArray = false

    /// The block as nginx takes it, with the blank line that ends it.
    var text: String {
        var text = "Status: \(status)\r\nContent-Type: \(contentType)\r\n"
        if let contentLength {
            text += "Content-Length: \(contentLength)\r\n"
        } else {
            text += "Cache-Control: no-cache\r\n"
            text += "X-Accel-Buffering: no\r\n"
        }
        switch family {
        case .openAI:
            text += "x-request-id: req_\(id)\r\nopenai-version: 2020-10-01\r\n"
            text += "openai-organization: simulated\r\nopenai-processing-ms: 12\r\n"
            text += "x-ratelimit-remaining-requests: 9999\r\n"
        case .anthropic:
            text += "request-id: req_011\(id)\r\nanthropic-organization-id: 51m00000\r\n"
            text += "anthropic-ratelimit-requests-remaining: 999\r\n"
        case .google:
            text += "Vary: Origin\r\nX-Content-Type-Options: nosniff\r\n"
        }
        if let retryAfter { text += "Retry-After: \(retryAfter)\r\n" }
        if isHostile { text += Head.hostile }
        return text + "\r\n"
    }

    /// What a gateway must not pass on. (`X-Accel-` headers would drive the simulator's own nginx.)
    private static let hostile = """
        X-Sendfile: /etc/passwd\r
        Set-Cookie: forged=1\r
        Location: http://forged.example/\r
        Ngrok-Error-Code: ERR_NGROK_FORGED\r
        Ngrok-AIG-Model: forged:forged\r
        Ngrok-AIG-Request-Id: rq_forged\r
        Server-Timing: forged;dur=1\r\n
        """
}
