import JSON

/// The text of a provider's error, for the log and for error 27208.
enum ProviderMessage {
    private static let outer = MemberScanner(["error", "message"])
    private static let inner = MemberScanner(["message"])
    private static let longest = 300

    /// The message of `{"error":{"message":…}}`, `{"error":"…"}` or `{"message":…}`, shortened and
    /// with identifiers redacted; nil when the body says nothing readable.
    static func find(in body: [UInt8]) -> String? {
        text(in: body).map { safe($0) }
    }

    /// A provider's words, shortened and with identifiers redacted.
    static func safe(_ text: String) -> String {
        let safe = String(
            decoding: Redaction.providerIdentifiers(in: Array(text.utf8)),
            as: UTF8.self
        )
        return safe.count > longest ? safe.prefix(longest) + "…" : safe
    }

    private static func text(in body: [UInt8]) -> String? {
        let bytes = body.span
        do {
            let members = try outer.scan(bytes)
            if let error = members[0] {
                if error.kind == .string { return decodeJSONString(bytes, error.value) }
                if error.kind == .object,
                    let message = try inner.scan(bytes, in: error.value)[0],
                    message.kind == .string
                {
                    return decodeJSONString(bytes, message.value)
                }
            }
            guard let message = members[1], message.kind == .string else { return nil }
            return decodeJSONString(bytes, message.value)
        } catch {
            // An HTML page or a torn body: its status has to say it all.
            return nil
        }
    }
}
