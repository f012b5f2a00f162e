/// Comparing bytes with text that is known when the program is built.
extension Span where Element == UInt8 {
    /// Whether these are the text's bytes: most are told apart by their number, where it is asked.
    @inline(__always)
    func elementsEqual(_ text: StaticString) -> Bool {
        count == text.utf8CodeUnitCount && starts(with: text)
    }

    /// Whether these are the bytes of a text that is known only when the program runs.
    ///
    /// It has a name of its own so that a literal is not taken for a `String`.
    func spell(_ text: String) -> Bool {
        let other = text.utf8Span.span
        guard count == other.count else { return false }
        for index in 0..<count where self[index] != other[index] { return false }
        return true
    }

    /// Whether these begin with the text's bytes.
    func starts(with text: StaticString) -> Bool {
        holds(text, at: 0)
    }

    /// Whether the text's bytes stand at an offset.
    func holds(_ text: StaticString, at offset: Int) -> Bool {
        let length = text.utf8CodeUnitCount
        guard offset >= 0, offset + length <= count else { return false }
        for index in 0..<length where self[offset + index] != (unsafe text.utf8Start[index]) {
            return false
        }
        return true
    }

    /// Where the text first stands.
    func firstRange(of text: StaticString) -> Int? {
        guard count >= text.utf8CodeUnitCount else { return nil }
        return (0...(count - text.utf8CodeUnitCount)).first { holds(text, at: $0) }
    }

    /// A copy of the bytes from an offset on.
    func bytes(from offset: Int) -> [UInt8] {
        bytes(in: min(offset, count)..<count)
    }

    /// A copy of a range.
    func bytes(in range: Range<Int>) -> [UInt8] {
        unsafe extracting(range).withUnsafeBufferPointer { unsafe Array($0) }
    }

    /// The bytes as text; what is no UTF-8 becomes U+FFFD.
    var text: String {
        unsafe withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }
}

/// Undoes percent-encoding (RFC 3986, 2.1); an escape that is none stays as it is.
func percentDecoded(_ bytes: some Sequence<UInt8>) -> String {
    let source = Array(bytes)
    var decoded: [UInt8] = []
    decoded.reserveCapacity(source.count)
    var index = 0
    while index < source.count {
        if source[index] == UInt8(ascii: "%"), index + 2 < source.count,
            let high = hexDigit(source[index + 1]), let low = hexDigit(source[index + 2])
        {
            decoded.append(high << 4 | low)
            index += 3
        } else {
            decoded.append(source[index])
            index += 1
        }
    }
    return String(decoding: decoded, as: UTF8.self)
}

private func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: nil
    }
}

extension Span where Element == UInt8 {
    /// The number that these digits are; nil when they are none, or too many.
    var decimal: Int? {
        guard (1...18).contains(count) else { return nil }
        var number = 0
        for index in indices {
            guard (0x30...0x39).contains(self[index]) else { return nil }
            number = number * 10 + Int(self[index] - 0x30)
        }
        return number
    }

    /// Whether these begin with the text, which is in lower case, whatever their own case.
    func startsIgnoringCase(_ text: StaticString) -> Bool {
        guard count >= text.utf8CodeUnitCount else { return false }
        for index in 0..<text.utf8CodeUnitCount {
            let byte = self[index]
            let lower = (0x41...0x5a).contains(byte) ? byte | 0x20 : byte
            if lower != (unsafe text.utf8Start[index]) { return false }
        }
        return true
    }
}
