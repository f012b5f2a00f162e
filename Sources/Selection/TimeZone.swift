import Model

/// The offsets from UTC that hold somewhere: of a fixed number, or as a zone file tells (RFC 8536).
package struct TimeZone: Sendable {
    private var transitions: [(second: Int64, offset: Int64)] = []
    private var firstOffset: Int64 = 0
    /// What holds after the last transition.
    private var rule: ZoneRule?

    /// The zone of a fixed offset, as `+02:00`, `02:00` or `-02:30`, and `UTC`; nil for a name.
    init?(fixed text: String) {
        if text == "UTC" || text == "Z" { return }
        var reader = TextReader(text)
        let isNegative = reader.take("-")
        if !isNegative { _ = reader.take("+") }
        guard let offset = reader.hoursAndMinutes(), reader.isAtEnd else { return nil }
        firstOffset = isNegative ? -offset : offset
    }

    /// The zone that the bytes of a zone file tell; nil when they are malformed.
    package init?(file bytes: [UInt8]) {
        var reader = ZoneReader(bytes)
        guard let first = reader.header() else { return nil }
        var counts = first
        if first.version >= 2 {
            // The first part is for readers that know 32 bits only.
            guard reader.skip(first.byteCount(timeSize: 4)), let second = reader.header() else {
                return nil
            }
            counts = second
        }
        guard read(&reader, counts, timeSize: first.version >= 2 ? 8 : 4) else { return nil }
        if first.version >= 2 { rule = ZoneRule(reader.footer()) }
    }

    private mutating func read(
        _ reader: inout ZoneReader,
        _ counts: ZoneReader.Header,
        timeSize: Int
    ) -> Bool {
        var seconds: [Int64] = []
        for _ in 0..<counts.times {
            guard let second = reader.integer(timeSize) else { return false }
            seconds.append(second)
        }
        var kinds: [Int] = []
        for _ in 0..<counts.times {
            guard let kind = reader.integer(1) else { return false }
            kinds.append(Int(kind & 0xFF))
        }
        var offsets: [Int64] = []
        for _ in 0..<counts.types {
            guard let offset = reader.integer(4), reader.skip(2) else { return false }
            offsets.append(offset)
        }
        guard kinds.allSatisfy(offsets.indices.contains) else { return false }
        firstOffset = offsets.first ?? 0
        transitions = zip(seconds, kinds).map { ($0, offsets[$1]) }
        return reader.skip(counts.tailByteCount(timeSize: timeSize))
    }

    /// The seconds east of UTC at a moment.
    package func offset(at second: Int64) -> Int64 {
        guard let last = transitions.last else {
            return rule?.offset(at: second) ?? firstOffset
        }
        if second >= last.second { return rule?.offset(at: second) ?? last.offset }
        var low = 0
        var high = transitions.count
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle].second <= second { low = middle + 1 } else { high = middle }
        }
        return low == 0 ? firstOffset : transitions[low - 1].offset
    }
}

/// Reads the numbers of a zone file.
private struct ZoneReader {
    private var rest: ArraySlice<UInt8>

    struct Header {
        let version: Int
        let isUTC, isStandard, leaps, times, types, letters: Int

        func byteCount(timeSize: Int) -> Int {
            times * (timeSize + 1) + types * 6 + tailByteCount(timeSize: timeSize)
        }

        func tailByteCount(timeSize: Int) -> Int {
            letters + leaps * (timeSize + 4) + isStandard + isUTC
        }
    }

    init(_ bytes: [UInt8]) {
        rest = bytes[...]
    }

    mutating func skip(_ count: Int) -> Bool {
        guard count >= 0, count <= rest.count else { return false }
        rest = rest.dropFirst(count)
        return true
    }

    /// A signed number of so many bytes, the highest first.
    mutating func integer(_ count: Int) -> Int64? {
        guard count <= rest.count else { return nil }
        var value: Int64 = rest.first.map { $0 >= 0x80 && count > 1 ? -1 : 0 } ?? 0
        for byte in rest.prefix(count) { value = value << 8 | Int64(byte) }
        rest = rest.dropFirst(count)
        return value
    }

    mutating func header() -> Header? {
        guard rest.starts(with: Array("TZif".utf8)), skip(4), let version = rest.first, skip(16)
        else { return nil }
        var counts: [Int] = []
        for _ in 0..<6 {
            guard let count = integer(4), (0...1_000_000).contains(count) else { return nil }
            counts.append(Int(count))
        }
        return Header(
            version: version == 0 ? 1 : Int(version) - 0x30,
            isUTC: counts[0],
            isStandard: counts[1],
            leaps: counts[2],
            times: counts[3],
            types: counts[4],
            letters: counts[5]
        )
    }

    /// The line at the end, without its newlines.
    func footer() -> String {
        String(decoding: rest.filter { $0 != 0x0A }, as: UTF8.self)
    }
}
