/// What becomes of a member when its object is written again.
package enum MemberChange: Sendable {
    case keep
    case remove
    /// Another value, JSON text.
    case replace([UInt8])
}

/// Writes an object again with some members changed, removed or added, in one pass.
///
/// Unlike ``MemberScanner`` it sees every member, and remembers none, however many there are. What
/// is kept goes out byte for byte, white space included; commas go with what is removed. After an
/// error what was put out is of no use.
///
/// - Parameters:
///   - bytes: The text.
///   - range: The part of it that is one object.
///   - change: Asked about each member: its name, decoded, and its value.
///   - additions: The members to put at the end, as `"name":value` with commas between them; asked
///     for when all others were seen.
///   - emit: Takes the new text piece by piece; not called when nothing changes.
/// - Returns: Whether anything changed.
package func rewriteJSONObject(
    _ bytes: Span<UInt8>,
    in range: Range<Int>,
    change: (_ name: Span<UInt8>, _ kind: ValueKind, _ value: Range<Int>) throws(ScanError) ->
        MemberChange,
    additions: () -> [UInt8],
    emit: (Span<UInt8>) -> Void
) throws(ScanError) -> Bool {
    var reader = StructuralReader(range)
    guard reader.skipWhiteSpace(bytes) == UInt8(ascii: "{") else { throw .notAnObject }
    var copy = PartialCopy(from: range.lowerBound, brace: reader.position)
    reader.position &+= 1
    var isOpen = reader.skipWhiteSpace(bytes) != UInt8(ascii: "}")
    while isOpen {
        let member = try reader.takeMember(bytes)
        switch try asked(about: member, bytes, change) {
        case .keep: copy.keep(member.value.upperBound, bytes, emit)
        case .remove: copy.skip()
        case .replace(let value):
            copy.keep(member.value.upperBound, bytes, emit)
            copy.put(value.span, over: member.value, bytes, emit)
        }
        switch reader.skipWhiteSpace(bytes) {
        case UInt8(ascii: ","):
            copy.separator = reader.position
            reader.position &+= 1
        case UInt8(ascii: "}"): isOpen = false
        default: throw .malformed(at: reader.position)
        }
    }
    copy.close(at: reader.position, adding: additions(), bytes, emit)
    reader.position &+= 1
    guard reader.skipWhiteSpace(bytes) == nil else { throw .trailingBytes(at: reader.position) }
    copy.finish(at: range.upperBound, bytes, emit)
    return copy.hasChanges
}

private typealias PlainMember = (name: Range<Int>, kind: ValueKind, value: Range<Int>)

private func asked(
    about member: PlainMember,
    _ bytes: Span<UInt8>,
    _ change: (Span<UInt8>, ValueKind, Range<Int>) throws(ScanError) -> MemberChange
) throws(ScanError) -> MemberChange {
    if isPlainASCII(bytes, member.name) {
        return try change(bytes.extracting(member.name), member.kind, member.value)
    }
    let quoted = (member.name.lowerBound - 1)..<(member.name.upperBound + 1)
    guard let name = decodeJSONString(bytes, quoted) else {
        throw .malformed(at: quoted.lowerBound)
    }
    return try change(name.utf8Span.span, member.kind, member.value)
}

extension StructuralReader {
    /// Takes a key and its value; the name is told without its quotes.
    fileprivate mutating func takeMember(_ bytes: Span<UInt8>) throws(ScanError) -> PlainMember {
        guard skipWhiteSpace(bytes) == UInt8(ascii: "\"") else { throw .malformed(at: position) }
        let key = position &+ 1
        try skipString(bytes)
        let name = key..<(position &- 1)
        _ = skipWhiteSpace(bytes)
        try take(UInt8(ascii: ":"), bytes)
        _ = skipWhiteSpace(bytes)
        let start = position
        let kind = try skipValue(bytes)
        return (name, kind, start..<position)
    }
}

/// Copies an object but for what is left out; nothing is copied before the first change.
private struct PartialCopy {
    /// Where the brace or comma stands that the next member follows.
    var separator: Int
    private(set) var hasChanges = false
    /// Where that begins which is kept and not out yet.
    private var pending: Int
    /// What is left out: where it begins, and the comma before it where a member was kept.
    private var gap: (start: Int, comma: Int?)?
    /// Where the last member ends that was kept.
    private var end: Int?

    init(from start: Int, brace: Int) {
        separator = brace
        pending = start
    }

    mutating func keep(_ end: Int, _ bytes: Span<UInt8>, _ emit: (Span<UInt8>) -> Void) {
        if let gap {
            send(upTo: gap.start, bytes, emit)
            pending = separator + 1
            self.gap = nil
        }
        self.end = end
    }

    mutating func skip() {
        hasChanges = true
        if gap == nil { gap = (separator + 1, end == nil ? nil : separator) }
    }

    mutating func put(
        _ value: Span<UInt8>,
        over range: Range<Int>,
        _ bytes: Span<UInt8>,
        _ emit: (Span<UInt8>) -> Void
    ) {
        send(upTo: range.lowerBound, bytes, emit)
        emit(value)
        pending = range.upperBound
    }

    mutating func close(
        at brace: Int,
        adding additions: [UInt8],
        _ bytes: Span<UInt8>,
        _ emit: (Span<UInt8>) -> Void
    ) {
        if let gap {
            send(upTo: gap.comma ?? gap.start, bytes, emit)
            pending = brace
        }
        guard !additions.isEmpty else { return }
        if gap == nil { send(upTo: end ?? brace, bytes, emit) }
        if end != nil { emit([UInt8(ascii: ",")].span) }
        emit(additions.span)
    }

    mutating func finish(
        at end: Int,
        _ bytes: Span<UInt8>,
        _ emit: (Span<UInt8>) -> Void
    ) {
        if hasChanges { send(upTo: end, bytes, emit) }
    }

    private mutating func send(
        upTo end: Int,
        _ bytes: Span<UInt8>,
        _ emit: (Span<UInt8>) -> Void
    ) {
        hasChanges = true
        emit(bytes.extracting(pending..<end))
        pending = end
    }
}
