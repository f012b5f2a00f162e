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
        do throws(ScanError) {
            return try text(bytes, in: try object(bytes))
        } catch {
            // An HTML page or a torn body: its status has to say it all.
            return nil
        }
    }

    /// Where the error's object is; Gemini wraps the errors of its streams in an array.
    private static func object(_ bytes: Span<UInt8>) throws(ScanError) -> Range<Int> {
        guard let first = bytes.indices.first(where: { bytes[$0] > 0x20 }),
            bytes[first] == UInt8(ascii: "[")
        else { return 0..<bytes.count }
        var object: Range<Int>?
        try forEachJSONElement(bytes, 0..<bytes.count) { _, element in
            object = element
            return .stop
        }
        return object ?? 0..<0
    }

    private static func text(
        _ bytes: Span<UInt8>,
        in range: Range<Int>
    ) throws(ScanError) -> String? {
        let members = try outer.scan(bytes, in: range)
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
    }
}
