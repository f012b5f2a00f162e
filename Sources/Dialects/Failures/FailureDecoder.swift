import JSON
import Model

/// Reads what a provider says about its failure.
enum FailureDecoder {
    /// The bytes of a message that are passed on.
    private static let longestMessage = 4000

    /// Reads the body of an answer that is an error; whatever it is, something is told.
    static func decode(_ body: Span<UInt8>, status: Int, _ dialect: Dialect) -> ProviderFailure {
        do throws(ScanError) {
            var root = try JSONText(body).root
            // Google may wrap an error in an array.
            if root.kind == .array, let first = root.elements.first(where: { _ in true }) {
                root = first
            }
            return decode(error: root["error"] ?? root, status: status, dialect)
        } catch {
            return ProviderFailure(status: status, message: text(body, status))
        }
    }

    /// Reads an `error`: a text, or an object with a message; the status is that of the answer, or
    /// told by the error's own words where it came in a stream.
    static func decode(error: JSONCursor, status: Int?, _ dialect: Dialect) -> ProviderFailure {
        if let message = error.repairedString {
            return ProviderFailure(status: status ?? 500, message: shortened(message))
        }
        let code = error["code"]
        let words = [code, error["type"], error["status"]].compactMap { $0?.repairedString }
        let told = status ?? code?.integer.flatMap { (400..<600).contains($0) ? $0 : nil }
        let known = words.compactMap { FailureWords.status(of: $0) }
        return ProviderFailure(
            status: told ?? known.first ?? 500,
            message: message(error),
            code: code?.repairedString,
            parameter: error["param"]?.repairedString
        )
    }

    /// The message, or all of an error of another form.
    private static func message(_ error: JSONCursor) -> String {
        if let message = error["message"]?.repairedString { return shortened(message) }
        return shortened(String(decoding: error.compact, as: UTF8.self))
    }

    /// A body that is no JSON is told as far as it is text.
    private static func text(_ body: Span<UInt8>, _ status: Int) -> String {
        let start = body.extracting(first: longestMessage)
        let text = unsafe start.withUnsafeBufferPointer {
            unsafe String(decoding: $0, as: UTF8.self)
        }
        // A page for people tells a program nothing.
        if text.isBlank || text.contains("<") { return "The provider answered with \(status)." }
        return shortened(text)
    }

    private static func shortened(_ message: String) -> String {
        var text = message.prefix(longestMessage)
        while let end = text.last, end.isWhitespace { text.removeLast() }
        return String(text)
    }
}
