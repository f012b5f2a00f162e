/// The events of one streamed answer, as the bytes that go out.
///
/// Opening, sections of content events, closing.
struct StreamScript {
    /// What comes with the head: role, created, message_start, and the first section's opening.
    let opening: [UInt8]
    /// What is said, one thing after the other; each has content events.
    private(set) var sections: [Section]
    /// Stop reason, usage and the end mark.
    let closing: [UInt8]
    /// The dialect's error event.
    let failure: [UInt8]
    /// What is sent while nothing is said.
    let ping: [UInt8]
    /// How many content events there are.
    private(set) var count: Int

    /// Thoughts, text or a call: content events between two that are none.
    struct Section {
        /// What stands before the first content event.
        var opening: [UInt8] = []
        /// A content event up to its text.
        var prefix: [UInt8] = []
        /// A content event after its text.
        var suffix = Suffix.fixed([])
        /// The texts, escaped for JSON, used round and round; none where the event says all.
        var pieces: [[UInt8]] = []
        /// How many content events there are.
        var count = 0
        /// What stands behind the last content event.
        var closing: [UInt8] = []
    }

    /// The end of a content event.
    enum Suffix {
        /// The same each time.
        case fixed([UInt8])
        /// With a number between, which is `first` in the first content event.
        case numbered([UInt8], first: Int, [UInt8])
    }

    /// A script; a section without content events goes out with what stands before it.
    init(
        opening: String,
        sections: [Section] = [],
        closing: String = "",
        failure: String = "",
        ping: String = ""
    ) {
        var opening = Array(opening.utf8)
        var kept: [Section] = []
        for var section in sections {
            if kept.isEmpty {
                opening += section.opening
                section.opening = []
            }
            if section.count > 0 {
                kept.append(section)
            } else if kept.isEmpty {
                opening += section.closing
            } else {
                kept[kept.count - 1].closing += section.opening + section.closing
            }
        }
        self.opening = opening
        self.sections = kept
        self.closing = Array(closing.utf8)
        self.failure = Array(failure.utf8)
        self.ping = Array(ping.utf8)
        count = kept.reduce(0) { $0 + $1.count }
    }

    /// Makes the last section so long that there are that many content events.
    mutating func stretch(to wanted: Int) {
        guard let last = sections.indices.last else { return }
        sections[last].count = max(1, sections[last].count + wanted - count)
        count = sections.reduce(0) { $0 + $1.count }
    }

    /// Appends one content event; with a stamp, its text begins with `~`, 19 digits, `~`.
    func append(_ index: Int, stamp: UInt64?, to bytes: inout [UInt8]) {
        var place = index
        for section in sections {
            if place < section.count {
                return section.append(place, stamp: stamp, to: &bytes)
            }
            place -= section.count
        }
    }
}

extension StreamScript.Section {
    fileprivate func append(_ index: Int, stamp: UInt64?, to bytes: inout [UInt8]) {
        if index == 0 { bytes.append(contentsOf: opening) }
        bytes.append(contentsOf: prefix)
        if !pieces.isEmpty {
            if let stamp { Self.append(stamp: stamp, to: &bytes) }
            bytes.append(contentsOf: pieces[index % pieces.count])
        }
        switch suffix {
        case .fixed(let rest):
            bytes.append(contentsOf: rest)
        case .numbered(let before, let first, let after):
            bytes.append(contentsOf: before)
            bytes.append(contentsOf: String(first + index).utf8)
            bytes.append(contentsOf: after)
        }
        if index == count - 1 { bytes.append(contentsOf: closing) }
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
