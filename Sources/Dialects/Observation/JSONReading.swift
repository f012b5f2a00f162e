import JSON

extension MemberScanner {
    /// The members of an object; nil when the text is none.
    ///
    /// What a provider sends is passed on whatever it is: a malformed event only tells nothing.
    func members(of text: Span<UInt8>) -> Members? {
        do throws(ScanError) {
            return try scan(text)
        } catch {
            return nil
        }
    }

    /// The members of an object within a text; nil when the member is none.
    func members(of member: Member?, in text: Span<UInt8>) -> Members? {
        guard let member, member.kind == .object else { return nil }
        return members(in: member.value, of: text)
    }

    /// The members of the object that a part of a text is.
    func members(in range: Range<Int>, of text: Span<UInt8>) -> Members? {
        do throws(ScanError) {
            return try scan(text, in: range)
        } catch {
            return nil
        }
    }
}

extension Member {
    /// Walks the objects of an array; nothing happens for any other value.
    func forEachObject(
        in text: Span<UInt8>,
        _ scanner: MemberScanner,
        _ body: (Members) -> ElementStep
    ) {
        guard kind == .array else { return }
        do throws(ScanError) {
            try scanner.forEachObject(text, in: value, body)
        } catch {
            // As far as the array was sound, it was read.
            return
        }
    }

    /// Whether the value says anything: text that is not empty, a container that is not, a number.
    func isFilled(in text: Span<UInt8>) -> Bool {
        switch kind {
        case .null, .false: false
        case .true, .number: true
        case .string: value.count > 2
        case .object, .array:
            ((value.lowerBound + 1)..<(value.upperBound - 1)).contains { text[$0] > 0x20 }
        }
    }

    /// A string's bytes without its quotes, as they are written; none for another value.
    var inner: Range<Int> {
        kind == .string
            ? (value.lowerBound + 1)..<(value.upperBound - 1) : value.lowerBound..<value.lowerBound
    }

    /// The text of a string; nil for another value and for a malformed one.
    func string(in text: Span<UInt8>) -> String? {
        kind == .string ? decodeJSONString(text, value) : nil
    }

    /// The word for why a model stopped; nil for what can't be one.
    func stopWord(in text: Span<UInt8>) -> String? {
        (3...66).contains(value.count) ? string(in: text) : nil
    }

    /// Whether the value is a string written just like this.
    func spells(_ word: StaticString, in text: Span<UInt8>) -> Bool {
        kind == .string && text.extracting(inner).spells(word)
    }

    /// A count of tokens: an integer from 0 to 10^12, so that no sum of a text's counts overflows.
    func tokenCount(in text: Span<UInt8>) -> Int? {
        guard kind == .number, value.count <= 12 else { return nil }
        var count = 0
        for index in value {
            let digit = text[index] &- UInt8(ascii: "0")
            guard digit <= 9 else { return nil }
            count = count * 10 + Int(digit)
        }
        return count
    }
}

extension Members {
    /// Whether one of the members at these places of the scanner's list says anything.
    func hasFilled(_ places: Range<Int>, in text: Span<UInt8>) -> Bool {
        places.contains { self[$0]?.isFilled(in: text) == true }
    }
}

extension Span<UInt8> {
    /// Whether the bytes are this word.
    func spells(_ word: StaticString) -> Bool {
        count == word.utf8CodeUnitCount && ends(with: word)
    }

    /// Whether the bytes end in this word.
    func ends(with word: StaticString) -> Bool {
        let start = count - word.utf8CodeUnitCount
        guard start >= 0 else { return false }
        for offset in 0..<word.utf8CodeUnitCount {
            let byte = unsafe word.utf8Start[offset]
            if self[start + offset] != byte { return false }
        }
        return true
    }
}
