/// The last bytes of a stream that went out: whether an event stands open there.
///
/// An event of ours behind half a line would be read as part of it.
struct EventTail {
    /// The last four bytes, the very last one lowest; as if an empty line stood before the first.
    private var bytes: UInt32 = 0x0A0A

    /// Takes bytes that go out.
    mutating func note(_ sent: Span<UInt8>) {
        for index in max(0, sent.count - 4)..<sent.count {
            bytes = bytes << 8 | UInt32(sent[index])
        }
    }

    /// Whether the last line was an empty one: LF, CR or CRLF behind any of the three.
    var isBetweenEvents: Bool {
        switch bytes & 0xFFFF {
        case 0x0A0A, 0x0D0D, 0x0A0D: true
        case 0x0D0A: bytes >> 16 & 0xFF == 0x0A || bytes >> 16 & 0xFF == 0x0D
        default: false
        }
    }
}
