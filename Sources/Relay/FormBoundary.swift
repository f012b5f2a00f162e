/// What the parts of a form are told apart by (RFC 2046, 5.1.1).
struct FormBoundary: Equatable {
    /// The boundary, without the two hyphens before it.
    let bytes: [UInt8]

    private static let longest = 70

    /// Whether a Content-Type is that of a form with parts.
    static func isForm(_ contentType: Span<UInt8>) -> Bool {
        contentType.startsIgnoringCase("multipart/form-data")
    }

    /// The boundary that a Content-Type names; nil when it names none, or two readers could
    /// understand another one.
    init?(contentType: Span<UInt8>) {
        guard let parameters = HeaderParameters(contentType),
            parameters.head == "multipart/form-data"
        else { return nil }
        // `boundary*` and `boundary*0` are other ways to say it (RFC 2231), for who knows them.
        let named = parameters.list.filter { $0.name.hasPrefix("boundary") }
        guard named.count == 1, let found = named.first, found.name == "boundary",
            found.written == found.value, (1...FormBoundary.longest).contains(found.value.count),
            found.value.allSatisfy({ FormBoundary.isAllowed($0, isQuoted: found.isQuoted) }),
            found.value.last != UInt8(ascii: " ")
        else { return nil }
        bytes = found.value
    }

    /// A comma or a space without quotes would end the boundary for some.
    private static func isAllowed(_ byte: UInt8, isQuoted: Bool) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "'"), UInt8(ascii: "("),
            UInt8(ascii: ")"), UInt8(ascii: "+"), UInt8(ascii: "_"), UInt8(ascii: "-"),
            UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: ":"), UInt8(ascii: "="),
            UInt8(ascii: "?"):
            true
        case UInt8(ascii: ","), UInt8(ascii: " "): isQuoted
        default: false
        }
    }
}
