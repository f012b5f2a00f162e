/// The header lines of a request, as one block of text that libcurl can point into.
///
/// A line that could break out of its place (a name that is no token, a value with CR, LF or NUL)
/// or that contradicts libcurl's own framing is not kept, and the whole request is refused with
/// ``TransferFailure/invalidRequest(_:)`` when it is started.
package struct HeaderLines: Sendable {
    /// The lines, each ended by NUL.
    private(set) var text: [UInt8] = []
    /// How many lines there are.
    package private(set) var count = 0
    /// The name of the first line that was refused.
    package private(set) var refusedName: String?

    /// The fields that libcurl itself writes as the request needs them.
    private static let framing: [StaticString] = [
        "content-length", "transfer-encoding", "connection", "expect", "upgrade", "te",
        "trailer", "keep-alive", "proxy-connection",
    ]

    /// Which of the fields that libcurl would add by itself were given.
    private var given: DefaultFields = []

    /// The fields that libcurl adds to a request that does not have them.
    private struct DefaultFields: OptionSet {
        let rawValue: UInt8
        static let accept = DefaultFields(rawValue: 1)
        static let contentType = DefaultFields(rawValue: 2)
        static let userAgent = DefaultFields(rawValue: 4)
    }

    /// No lines.
    package init() {
        text.reserveCapacity(512)
    }

    /// Adds a line.
    package mutating func append(name: String, value: String) {
        append(name: name.utf8Span.span, value: value.utf8Span.span)
    }

    /// Adds a line.
    package mutating func append(name: StaticString, value: Span<UInt8>) {
        let name = unsafe UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        append(name: unsafe name.span, value: value)
    }

    /// Adds a line.
    package mutating func append(name: Span<UInt8>, value: Span<UInt8>) {
        guard HeaderLines.isName(name), value.isFieldValue,
            !HeaderLines.framing.contains(where: { name.equalsIgnoringCase($0) })
        else {
            if refusedName == nil { refusedName = name.printable }
            return
        }
        if name.equalsIgnoringCase("accept") { given.insert(.accept) }
        if name.equalsIgnoringCase("content-type") { given.insert(.contentType) }
        if name.equalsIgnoringCase("user-agent") { given.insert(.userAgent) }
        text.append(contentsOf: name)
        // libcurl takes "Name:" without a value for "leave this field out", and "Name;" for empty.
        if HeaderLines.isBlank(value) {
            text.append(UInt8(ascii: ";"))
        } else {
            text.append(UInt8(ascii: ":"))
            text.append(UInt8(ascii: " "))
            text.append(contentsOf: value)
        }
        text.append(0)
        count += 1
    }

    /// Calls `body` for each field that libcurl must be told not to add.
    func forEachSuppressed(_ body: (StaticString) -> Void) {
        body("Expect:")
        if !given.contains(.accept) { body("Accept:") }
        if !given.contains(.contentType) { body("Content-Type:") }
        if !given.contains(.userAgent) { body("User-Agent:") }
    }

    private static func isBlank(_ value: Span<UInt8>) -> Bool {
        for index in value.indices where !value[index].isBlank { return false }
        return true
    }

    private static func isName(_ name: Span<UInt8>) -> Bool {
        for index in name.indices where !name[index].isTokenByte { return false }
        return !name.isEmpty
    }
}
