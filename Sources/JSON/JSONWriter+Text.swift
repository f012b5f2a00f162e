extension [UInt8] {
    /// Appends UTF-8 text in quotes, escaped as far as JSON demands it.
    ///
    /// - Parameter before: what stands before the opening quote.
    /// - Parameter after: what stands behind the closing one.
    mutating func appendQuoted(
        _ text: Span<UInt8>,
        between before: UInt8? = nil,
        and after: UInt8? = nil
    ) {
        guard indexOfEscaped(text, from: 0) != nil else {
            return appendPlain(text, between: before, and: after)
        }
        if let before { append(before) }
        append(UInt8(ascii: "\""))
        var copied = 0
        while let index = indexOfEscaped(text, from: copied) {
            append(text, copied..<index)
            appendEscape(text[index])
            copied = index + 1
        }
        append(text, copied..<text.count)
        append(UInt8(ascii: "\""))
        if let after { append(after) }
    }

    /// The same for text without anything to escape, as nearly all of it is: in one go.
    mutating func appendPlain(
        _ text: Span<UInt8>,
        between before: UInt8? = nil,
        and after: UInt8? = nil
    ) {
        append(addingCapacity: text.count + 4) { (output: inout OutputSpan<UInt8>) in
            if let before { output.append(before) }
            output.append(UInt8(ascii: "\""))
            output.append(copying: text)
            output.append(UInt8(ascii: "\""))
            if let after { output.append(after) }
        }
    }

    /// Appends an integer's decimal digits.
    mutating func appendDecimal(_ value: Int) {
        var digits: [20 of UInt8] = .init(repeating: UInt8(ascii: "-"))
        var start = digits.count
        var rest = value.magnitude
        repeat {
            start -= 1
            digits[start] = UInt8(truncatingIfNeeded: rest % 10) + UInt8(ascii: "0")
            rest /= 10
        } while rest > 0
        if value < 0 { start -= 1 }
        append(digits.span, start..<digits.count)
    }

    private mutating func appendEscape(_ byte: UInt8) {
        append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): append(byte)
        case 0x08: append(UInt8(ascii: "b"))
        case 0x09: append(UInt8(ascii: "t"))
        case 0x0A: append(UInt8(ascii: "n"))
        case 0x0C: append(UInt8(ascii: "f"))
        case 0x0D: append(UInt8(ascii: "r"))
        default:
            append(contentsOf: [0x75, 0x30, 0x30])
            append(hexadecimalDigit(byte >> 4))
            append(hexadecimalDigit(byte & 0x0F))
        }
    }
}

extension OutputSpan<UInt8> {
    /// Appends the bytes of a span; there is room for them.
    @inline(__always)
    mutating func append(copying bytes: Span<UInt8>) {
        unsafe bytes.withUnsafeBytes { source in
            unsafe withUnsafeMutableBufferPointer { target, count in
                let free = UnsafeMutableRawBufferPointer(target)
                unsafe UnsafeMutableRawBufferPointer(rebasing: free[count...])
                    .copyMemory(from: source)
                count += source.count
            }
        }
    }
}

extension Span<UInt8> {
    /// Whether the bytes are valid UTF-8.
    var isUTF8: Bool {
        do {
            _ = try UTF8Span(validating: self)
            return true
        } catch {
            return false
        }
    }
}

/// The index of the first control character, quote or backslash; nil when there is none.
func indexOfEscaped(_ text: Span<UInt8>, from start: Int) -> Int? {
    unsafe text.withUnsafeBytes { bytes in
        var index = start
        while index &+ 8 <= bytes.count {
            let word = unsafe bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            let marks = escapeMarks(UInt64(littleEndian: word))
            if marks != 0 { return index &+ marks.trailingZeroBitCount &>> 3 }
            index &+= 8
        }
        // What is left of a longer text ends its last word.
        if index < bytes.count, bytes.count &- start >= 8 {
            let last = bytes.count &- 8
            let word = unsafe bytes.loadUnaligned(fromByteOffset: last, as: UInt64.self)
            let marks = escapeMarks(UInt64(littleEndian: word))
            return marks == 0 ? nil : last &+ marks.trailingZeroBitCount &>> 3
        }
        while index < bytes.count {
            let byte = unsafe bytes[index]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                return index
            }
            index &+= 1
        }
        return nil
    }
}

/// A word whose lowest set bit is the high bit of the first byte that is a control character, a
/// quote or a backslash; zero when there is none.
///
/// A borrow can mark a byte wrongly only behind one that is marked rightly.
@inline(__always)
private func escapeMarks(_ word: UInt64) -> UInt64 {
    let quotes = word ^ 0x2222_2222_2222_2222
    let backslashes = word ^ 0x5C5C_5C5C_5C5C_5C5C
    let ones: UInt64 = 0x0101_0101_0101_0101
    let marks =
        (quotes &- ones) & ~quotes | (backslashes &- ones) & ~backslashes
        | (word &- ones &* 0x20) & ~word
    return marks & 0x8080_8080_8080_8080
}

private func hexadecimalDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? value + UInt8(ascii: "0") : value - 10 + UInt8(ascii: "a")
}
