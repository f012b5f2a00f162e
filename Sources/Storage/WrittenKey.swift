import Access
import Model

/// An access key's line in the very form in which this program writes it.
///
/// A large store is read by these: no part of the line becomes a value that nobody asks for. What
/// has another form, is deleted, has an escape, an object as metadata or anything else that is rare
/// is read by ``StoreLine`` as any JSON; what is read here reads the same there.
struct WrittenKey {
    let sequence: UInt64
    let id: Range<Int>
    let name: Range<Int>
    private let account: Range<Int>
    private let gateway: Range<Int>?
    private let configuration: Range<Int>?
    private let handle: TokenHandle
    private let hash: TokenHash
    private let expiry: Range<Int>?
    private let isDisabled: Bool

    /// Reads a line without its newline; nil when it has another form.
    init?(_ line: Span<UInt8>) {
        var reader = WrittenReader()
        guard reader.take("{\"v\":1,\"seq\":", line), let sequence = reader.number(line),
            reader.take(",\"type\":\"accessKey\",\"id\":", line), let id = reader.id(line),
            reader.take(",\"accountId\":", line), let account = reader.id(line),
            reader.take(",\"name\":", line), let name = reader.text(line),
            reader.take(",\"description\":", line), reader.text(line) != nil,
            reader.take(",\"metadata\":", line), reader.text(line) != nil,
            reader.take(",\"endpointId\":", line), let gateway = reader.optionalID(line),
            reader.take(",\"accessKeyConfigurationId\":", line),
            let configuration = reader.optionalID(line),
            reader.take(",\"handle\":", line), let handle = reader.text(line),
            let handle = handle.count == TokenHandle.length
                ? TokenHandle(line.extracting(handle)) : nil,
            reader.take(",\"hash\":", line), let hash = reader.text(line),
            let hash = TokenHash(hexadecimal: line.extracting(hash)),
            reader.take(",\"keyRedacted\":", line), reader.text(line) != nil,
            reader.take(",\"createdAt\":", line), reader.moment(line) != nil,
            reader.take(",\"updatedAt\":", line), reader.moment(line) != nil,
            reader.take(",\"createdBy\":", line), reader.text(line) != nil,
            reader.take(",\"lastUpdatedBy\":", line), reader.text(line) != nil,
            reader.take(",\"expiresAt\":", line), let expiry = reader.optionalMoment(line),
            reader.take(",\"disabled\":", line), let isDisabled = reader.bool(line),
            reader.take("}", line), reader.position == line.count
        else { return nil }
        self.sequence = sequence
        self.id = id
        self.name = name
        self.account = account
        self.gateway = gateway.range
        self.configuration = configuration.range
        self.handle = handle
        self.hash = hash
        self.expiry = expiry.range
        self.isDisabled = isDisabled
    }

    /// What a key table keeps of it.
    func facts(_ line: Span<UInt8>) -> KeyFacts {
        KeyFacts(
            handle: handle,
            hash: hash,
            accountID: AccountID(line.text(account)),
            gatewayID: gateway.map { GatewayID(line.text($0)) },
            configurationID: configuration.map { ConfigurationID(line.text($0)) },
            usableUntil: expiry.flatMap { Timestamp(line.text($0)) }?.unixSecond,
            isDisabled: isDisabled
        )
    }
}

/// Takes what this program writes from the front of a line, in the form that it has nearly always.
struct WrittenReader {
    private(set) var position = 0

    /// Nothing, or where something stands.
    struct Choice {
        let range: Range<Int>?
    }

    /// The longest text that fits every limit, whatever its characters.
    private static let longestText = 255

    /// Takes exactly this.
    @inline(__always)
    mutating func take(_ text: StaticString, _ line: Span<UInt8>) -> Bool {
        let count = text.utf8CodeUnitCount
        guard line.count - position >= count else { return false }
        for offset in 0..<count where unsafe line[position + offset] != text.utf8Start[offset] {
            return false
        }
        position += count
        return true
    }

    /// Takes a number of 1 to 18 digits without a leading zero.
    mutating func number(_ line: Span<UInt8>) -> UInt64? {
        let start = position
        var number: UInt64 = 0
        while position < line.count, line[position] &- 0x30 < 10 {
            number = number &* 10 &+ UInt64(line[position] &- 0x30)
            position += 1
        }
        guard (1...18).contains(position - start), line[start] != 0x30 else { return nil }
        return number
    }

    /// Takes text without an escape: where its characters stand.
    @inline(__always)
    mutating func text(_ line: Span<UInt8>) -> Range<Int>? {
        guard position < line.count, line[position] == UInt8(ascii: "\"") else { return nil }
        let start = position + 1
        var index = start
        while index < line.count {
            let byte = line[index]
            if byte == UInt8(ascii: "\"") {
                guard index - start <= WrittenReader.longestText else { return nil }
                position = index + 1
                return start..<index
            }
            guard (0x20..<0x7F).contains(byte), byte != UInt8(ascii: "\\") else { return nil }
            index += 1
        }
        return nil
    }

    /// Takes text that is not empty.
    mutating func id(_ line: Span<UInt8>) -> Range<Int>? {
        text(line).flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Takes text that is not empty, or `null`.
    mutating func optionalID(_ line: Span<UInt8>) -> Choice? {
        take("null", line) ? Choice(range: nil) : id(line).map { Choice(range: $0) }
    }

    /// Takes a moment as `2026-11-21T02:13:05.123Z`, of a day that every month has.
    mutating func moment(_ line: Span<UInt8>) -> Range<Int>? {
        guard let range = text(line) else { return nil }
        let form: StaticString
        switch range.count {
        case 20: form = "0000-00-00T00:00:00Z"
        case 24: form = "0000-00-00T00:00:00.000Z"
        default: return nil
        }
        let start = range.lowerBound
        for offset in 0..<range.count {
            let (byte, mark) = unsafe (line[start + offset], form.utf8Start[offset])
            guard mark == UInt8(ascii: "0") ? byte &- 0x30 < 10 : byte == mark else { return nil }
        }
        func pair(_ offset: Int) -> UInt8 {
            (line[start + offset] &- 0x30) &* 10 &+ (line[start + offset + 1] &- 0x30)
        }
        guard (1...12).contains(pair(5)), (1...28).contains(pair(8)), pair(11) < 24, pair(14) < 60,
            pair(17) < 60
        else { return nil }
        return range
    }

    /// Takes a moment, or `null`.
    mutating func optionalMoment(_ line: Span<UInt8>) -> Choice? {
        take("null", line) ? Choice(range: nil) : moment(line).map { Choice(range: $0) }
    }

    /// Takes `true` or `false`.
    mutating func bool(_ line: Span<UInt8>) -> Bool? {
        if take("false", line) { return false }
        return take("true", line) ? true : nil
    }
}

extension Span<UInt8> {
    /// Bytes that are known to be ASCII, as text.
    func text(_ range: Range<Int>) -> String {
        unsafe extracting(range).withUnsafeBufferPointer {
            unsafe String(decoding: $0, as: UTF8.self)
        }
    }
}
