/// Writes JSON into a buffer that can be used again.
///
/// Commas come by themselves. That brackets match and keys stand in objects is the caller's part.
package struct JSONWriter: Sendable {
    /// What was written so far.
    package private(set) var bytes: [UInt8] = []
    /// Whether a value stands before, so that the next one needs a comma.
    private var followsValue = false

    /// A writer with nothing written.
    package init() {}

    /// Begins anew; with the memory of before when so asked.
    package mutating func removeAll(keepingCapacity: Bool = false) {
        bytes.removeAll(keepingCapacity: keepingCapacity)
        followsValue = false
    }

    /// Hands over what was written so far; what follows goes on behind it.
    package mutating func takeBytes() -> [UInt8] {
        defer { bytes.removeAll(keepingCapacity: true) }
        return bytes
    }

    /// Opens an object.
    package mutating func beginObject() { open("{") }
    /// Closes an object.
    package mutating func endObject() { close("}") }
    /// Opens an array.
    package mutating func beginArray() { open("[") }
    /// Closes an array.
    package mutating func endArray() { close("]") }

    /// Writes a key.
    package mutating func key(_ name: StaticString) {
        let text = unsafe UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        key(unsafe text.span)
    }

    /// Writes a key.
    package mutating func key(_ name: String) {
        key(name.utf8Span.span)
    }

    private mutating func key(_ name: Span<UInt8>) {
        bytes.appendQuoted(name, between: comma, and: UInt8(ascii: ":"))
        followsValue = false
    }

    /// Writes a member whose value is text.
    package mutating func member(_ name: StaticString, _ value: String) {
        let text = value.utf8Span.span
        guard indexOfEscaped(text, from: 0) == nil else {
            plainKey(name)
            return quoted(text)
        }
        let key = unsafe UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        let comma = comma
        bytes.append(addingCapacity: key.count + text.count + 6) {
            (output: inout OutputSpan<UInt8>) in
            if let comma { output.append(comma) }
            output.append(UInt8(ascii: "\""))
            output.append(copying: unsafe key.span)
            output.append(UInt8(ascii: "\""))
            output.append(UInt8(ascii: ":"))
            output.append(UInt8(ascii: "\""))
            output.append(copying: text)
            output.append(UInt8(ascii: "\""))
        }
        followsValue = true
    }

    /// Writes a member whose value is an integer.
    package mutating func member(_ name: StaticString, _ value: Int) {
        plainKey(name)
        integer(value)
    }

    /// Writes a key of the program's own, in which there is nothing to escape.
    package mutating func plainKey(_ name: StaticString) {
        let text = unsafe UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        assert(unsafe indexOfEscaped(text.span, from: 0) == nil, "a key with something to escape")
        bytes.appendPlain(unsafe text.span, between: comma, and: UInt8(ascii: ":"))
        followsValue = false
    }

    /// Writes a key that is JSON already, quotes included.
    mutating func rawKey(_ json: Span<UInt8>) {
        raw(json)
        bytes.append(UInt8(ascii: ":"))
        followsValue = false
    }

    /// Writes text.
    package mutating func string(_ text: String) {
        quoted(text.utf8Span.span)
    }

    /// Writes text; what is not UTF-8 in it becomes U+FFFD.
    package mutating func string(_ text: Span<UInt8>) {
        if text.isUTF8 {
            quoted(text)
        } else {
            let repaired = unsafe text.withUnsafeBufferPointer {
                unsafe String(decoding: $0, as: UTF8.self)
            }
            quoted(repaired.utf8Span.span)
        }
    }

    private mutating func quoted(_ text: Span<UInt8>) {
        bytes.appendQuoted(text, between: comma)
        followsValue = true
    }

    /// Writes an integer.
    package mutating func integer(_ value: Int) {
        separate()
        bytes.appendDecimal(value)
    }

    /// Writes `true` or `false`.
    package mutating func bool(_ value: Bool) {
        separate()
        bytes.append(
            contentsOf: value ? [0x74, 0x72, 0x75, 0x65] : [0x66, 0x61, 0x6C, 0x73, 0x65]
        )
    }

    /// Writes `null`.
    package mutating func null() {
        separate()
        bytes.append(contentsOf: [0x6E, 0x75, 0x6C, 0x6C])
    }

    /// Writes a value that is JSON already.
    package mutating func raw(_ json: Span<UInt8>) {
        separate()
        bytes.append(json, 0..<json.count)
    }

    /// Ends a line of a JSON Lines text; what follows is a new value.
    package mutating func newline() {
        bytes.append(0x0A)
        followsValue = false
    }

    /// The comma that the value to come needs.
    private var comma: UInt8? { followsValue ? UInt8(ascii: ",") : nil }

    /// Writes the comma that the value to come needs.
    private mutating func separate() {
        if followsValue { bytes.append(UInt8(ascii: ",")) }
        followsValue = true
    }

    private mutating func open(_ bracket: Unicode.Scalar) {
        separate()
        bytes.append(UInt8(ascii: bracket))
        followsValue = false
    }

    private mutating func close(_ bracket: Unicode.Scalar) {
        bytes.append(UInt8(ascii: bracket))
        followsValue = true
    }
}
