import JSON

/// The text in a provider's error, for the log.
enum ErrorMessage {
    private static let scanner = MemberScanner(["message"])
    private static let longest = 1000

    /// The message of an `error` member: a text, or an object with a `message`.
    static func text(of error: Member, in text: Span<UInt8>) -> String? {
        if let message = error.string(in: text) { return shortened(message) }
        return scanner.members(of: error, in: text)?[0]?.string(in: text).map(shortened)
    }

    static func shortened(_ message: String) -> String {
        String(message.prefix(longest))
    }
}
