/// A value of a JSON text.
///
/// It keeps the whole text alive, so that it can be carried about and written elsewhere later.
package struct JSONCursor: Sendable {
    let text: JSONText
    let place: Int

    /// What the value is.
    package var kind: ValueKind { text.nodes[place].kind }

    /// Where the value stands in its text.
    package var range: Range<Int> { text.nodes[place].start..<text.nodes[place].end }

    /// The text that the value is part of.
    package var source: JSONText { text }

    /// The value's own text.
    package var bytes: [UInt8] { Array(text.bytes[range]) }

    /// The member of this name; nil when there is none, when it is null, and when this is no
    /// object.
    package subscript(_ name: StaticString) -> JSONCursor? {
        guard kind == .object else { return nil }
        let end = text.nodes[place].next
        var key = place + 1
        while key < end {
            if text.nodes[key].spells(name, text.bytes.span) {
                let member = JSONCursor(text: text, place: key + 1)
                return member.kind == .null ? nil : member
            }
            key = text.nodes[key + 1].next
        }
        return nil
    }

    /// The members of an object in the text's order; none for any other value.
    package var members: JSONMembers { JSONMembers(of: self) }

    /// The elements of an array; none for any other value.
    package var elements: JSONElements { JSONElements(of: self) }

    /// The text of a string; nil for any other value and where it is malformed.
    package var string: String? {
        kind == .string ? decodeJSONString(text.bytes.span, range) : nil
    }

    /// The text of a string, what is malformed in it repaired; nil for any other value.
    package var repairedString: String? {
        kind == .string ? repairedJSONString(text.bytes.span, range) : nil
    }

    /// The integer; nil for any other value, and beyond 64 bits.
    package var integer: Int? {
        guard kind == .number else { return nil }
        return Int(numeral)
    }

    /// A number's text; empty for any other value.
    package var numeral: String {
        kind == .number ? String(decoding: bytes, as: UTF8.self) : ""
    }

    /// The truth value; nil for any other value.
    package var bool: Bool? {
        switch kind {
        case .true: true
        case .false: false
        case .string, .number, .object, .array, .null: nil
        }
    }

    /// Whether the value is a string that says this.
    package func spells(_ word: StaticString) -> Bool {
        kind == .string && text.nodes[place].spells(word, text.bytes.span)
    }
}

extension JSONText.Node {
    /// Whether a string, maybe written with escapes, is this word.
    fileprivate func spells(_ word: StaticString, _ bytes: Span<UInt8>) -> Bool {
        let count = word.utf8CodeUnitCount
        if end - start == count + 2 {
            for offset in 0..<count {
                let byte = unsafe word.utf8Start[offset]
                if bytes[start + 1 + offset] != byte { return false }
            }
            return true
        }
        guard end - start > count + 2, !isPlainASCII(bytes, (start + 1)..<(end - 1)) else {
            return false
        }
        return decodeJSONString(bytes, start..<end)?.utf8.elementsEqual(word.description.utf8)
            ?? false
    }
}

/// The elements of an array.
package struct JSONElements: Sequence, IteratorProtocol, Sendable {
    private let text: JSONText
    private var place: Int
    private let end: Int

    init(of array: JSONCursor) {
        text = array.text
        place = array.place + 1
        end = array.kind == .array ? array.text.nodes[array.place].next : place
    }

    /// The next element.
    package mutating func next() -> JSONCursor? {
        guard place < end else { return nil }
        defer { place = text.nodes[place].next }
        return JSONCursor(text: text, place: place)
    }
}

/// The members of an object.
package struct JSONMembers: Sequence, IteratorProtocol, Sendable {
    private let text: JSONText
    private var key: Int
    private let end: Int

    init(of object: JSONCursor) {
        text = object.text
        key = object.place + 1
        end = object.kind == .object ? object.text.nodes[object.place].next : key
    }

    /// The next member; both are values of the text, the name a string.
    package mutating func next() -> (name: JSONCursor, value: JSONCursor)? {
        guard key < end else { return nil }
        defer { key = text.nodes[key + 1].next }
        return (JSONCursor(text: text, place: key), JSONCursor(text: text, place: key + 1))
    }
}
