/// The events of one streamed answer, as the bytes that go out.
///
/// Opening, content events, closing: a content event is its prefix, one piece of text (escaped for
/// JSON already), and its suffix; dialects that number their events have the number between two
/// halves of the suffix.
struct StreamScript {
    /// What comes with the head: role, created, message_start.
    let opening: [UInt8]
    /// A content event up to its text.
    let prefix: [UInt8]
    /// A content event after its text.
    let suffix: Suffix
    /// The texts, used round and round.
    let pieces: [[UInt8]]
    /// How many content events there are.
    var count: Int
    /// Stop reason, usage and the end mark.
    let closing: [UInt8]
    /// The dialect's error event.
    let failure: [UInt8]
    /// What is sent while nothing is said.
    let ping: [UInt8]

    /// The end of a content event.
    enum Suffix {
        /// The same each time.
        case fixed([UInt8])
        /// With a sequence number between, which is `first` in the first content event.
        case numbered([UInt8], first: Int, [UInt8])
    }

    /// Appends one content event; with a stamp, its text begins with `~`, 19 digits, `~`.
    func append(_ index: Int, stamp: UInt64?, to bytes: inout [UInt8]) {
        bytes.append(contentsOf: prefix)
        if let stamp { StreamScript.append(stamp: stamp, to: &bytes) }
        if !pieces.isEmpty { bytes.append(contentsOf: pieces[index % pieces.count]) }
        switch suffix {
        case .fixed(let rest):
            bytes.append(contentsOf: rest)
        case .numbered(let before, let first, let after):
            bytes.append(contentsOf: before)
            bytes.append(contentsOf: String(first + index).utf8)
            bytes.append(contentsOf: after)
        }
    }

    private static func append(stamp: UInt64, to bytes: inout [UInt8]) {
        let marker = UInt8(ascii: "~")
        bytes.append(marker)
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: 19))
        var rest = stamp
        var place = start + 18
        while rest > 0, place >= start {
            bytes[place] += UInt8(rest % 10)
            rest /= 10
            place -= 1
        }
        bytes.append(marker)
    }
}
