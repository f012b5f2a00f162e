/// Finds the top-level members of an object by name, without modelling the rest of it.
///
/// The text is read to its end, so that what one parser would take for the first `model` and
/// another for the last can't be used against the gateway: a wanted name that occurs twice is
/// refused, and `"mod\u0065l"` is the same name as `"model"`.
package struct MemberScanner: Sendable {
    private let names: [String]
    private let spellings: [[UInt8]]
    /// The names by what tells most of them apart.
    private let heads: [NameHead]
    /// A bit for each length of a wanted name; most keys are told apart by it alone.
    private let lengths: UInt64

    /// A scanner for these names; `Members` are in the same order.
    package init(_ names: [String]) {
        self.names = names
        spellings = names.map { Array($0.utf8) }
        heads = spellings.map { NameHead($0.span, 0..<$0.count) }
        lengths = spellings.reduce(0) { $0 | MemberScanner.lengthBit($1.count) }
    }

    /// Scans a text that is one JSON object.
    package func scan(_ bytes: Span<UInt8>) throws(ScanError) -> Members {
        try scan(bytes, in: 0..<bytes.count)
    }

    /// Scans a part of a text that is one JSON object; positions are those of the whole text.
    package func scan(_ bytes: Span<UInt8>, in range: Range<Int>) throws(ScanError) -> Members {
        precondition(
            range.lowerBound >= 0 && range.upperBound <= bytes.count,
            "a range beyond the text"
        )
        var reader = StructuralReader(range)
        guard reader.skipWhiteSpace(bytes) == UInt8(ascii: "{") else { throw .notAnObject }
        let members = try scanObject(bytes, &reader)
        guard reader.skipWhiteSpace(bytes) == nil else { throw .trailingBytes(at: reader.position) }
        return members
    }

    /// Scans each object of an array until the body says stop; other elements are skipped.
    ///
    /// The array's own commas and brackets are checked as far as it is walked.
    package func forEachObject(
        _ bytes: Span<UInt8>,
        in range: Range<Int>,
        _ body: (Members) -> ElementStep
    ) throws(ScanError) {
        try walkElements(bytes, range) { (reader: inout StructuralReader) throws(ScanError) in
            guard reader.peek(bytes) == UInt8(ascii: "{") else {
                _ = try reader.skipValue(bytes)
                return .next
            }
            return body(try scanObject(bytes, &reader))
        }
    }

    /// Whether a wanted name may be a key with a value other than null, at any depth.
    ///
    /// It tells apart the many texts that can't hold what is wanted from the few that are worth a
    /// scan: it walks from string to string and checks no grammar. In doubt, as where a key is
    /// written with escapes, the answer is yes.
    package func mayHold(_ bytes: Span<UInt8>) -> Bool {
        var position = 0
        while let quote = indexOfQuote(bytes, from: position) {
            guard let end = endOfString(bytes, from: quote &+ 1) else { return true }
            var reader = StructuralReader((end &+ 1)..<bytes.count)
            position = end &+ 1
            guard reader.skipWhiteSpace(bytes) == UInt8(ascii: ":") else { continue }
            reader.position &+= 1
            if reader.skipWhiteSpace(bytes) == UInt8(ascii: "n") { continue }
            let key = (quote &+ 1)..<end
            if !isPlainASCII(bytes, key) || indexOfPlainName(bytes, key) != nil { return true }
        }
        return false
    }

    /// Scans an object; the position is at its opening brace, and after the closing one then.
    private func scanObject(
        _ bytes: Span<UInt8>,
        _ reader: inout StructuralReader
    ) throws(ScanError) -> Members {
        var members = Members(objectStart: reader.position)
        reader.position &+= 1
        try scanMembers(bytes, &reader, &members)
        return members
    }

    private func scanMembers(
        _ bytes: Span<UInt8>,
        _ reader: inout StructuralReader,
        _ members: inout Members
    ) throws(ScanError) {
        if reader.skipWhiteSpace(bytes) == UInt8(ascii: "}") {
            reader.position &+= 1
            return
        }
        var comma: Int?
        var followsWanted = false
        while true {
            guard reader.skipWhiteSpace(bytes) == UInt8(ascii: "\"") else {
                throw .malformed(at: reader.position)
            }
            let keyStart = reader.position
            if followsWanted { members.recordNextKey(keyStart) }
            try reader.skipString(bytes)
            let index = try indexOfName(bytes, keyStart..<reader.position)
            _ = reader.skipWhiteSpace(bytes)
            try reader.take(UInt8(ascii: ":"), bytes)
            _ = reader.skipWhiteSpace(bytes)
            let valueStart = reader.position
            let kind = try reader.skipValue(bytes)
            if let index {
                guard members[index] == nil else { throw .duplicateMember(names[index]) }
                let member = Member(
                    entry: keyStart..<reader.position,
                    value: valueStart..<reader.position,
                    kind: kind,
                    ordinal: members.count,
                    comma: comma,
                    nextKey: nil
                )
                members.record(member, at: index, of: names.count)
            }
            followsWanted = index != nil
            members.count &+= 1
            let next = reader.skipWhiteSpace(bytes)
            guard next == UInt8(ascii: ",") || next == UInt8(ascii: "}") else {
                throw .malformed(at: reader.position)
            }
            comma = reader.position
            reader.position &+= 1
            if next == UInt8(ascii: "}") { return }
            _ = reader.skipWhiteSpace(bytes)
        }
    }

    /// The place in the list of the name that a key, quotes included, spells; nil when not wanted.
    private func indexOfName(_ bytes: Span<UInt8>, _ key: Range<Int>) throws(ScanError) -> Int? {
        let inner = (key.lowerBound &+ 1)..<(key.upperBound &- 1)
        if isPlainASCII(bytes, inner) { return indexOfPlainName(bytes, inner) }
        guard let name = decodeJSONString(bytes, key) else {
            throw .malformed(at: key.lowerBound)
        }
        return spellings.firstIndex { $0.elementsEqual(name.utf8) }
    }

    private func indexOfPlainName(_ bytes: Span<UInt8>, _ key: Range<Int>) -> Int? {
        if lengths & MemberScanner.lengthBit(key.count) == 0 { return nil }
        let head = NameHead(bytes, key)
        for place in heads.indices where heads[place] == head {
            if key.count <= 8 || isSpelled(place, bytes, key) { return place }
        }
        return nil
    }

    /// The bit of a length; names of 63 bytes and more share one.
    @inline(__always)
    private static func lengthBit(_ length: Int) -> UInt64 {
        1 &<< UInt64(min(length, 63))
    }

    private func isSpelled(_ place: Int, _ bytes: Span<UInt8>, _ key: Range<Int>) -> Bool {
        let spelling = spellings[place]
        // The first eight bytes were compared as a word.
        for index in 8..<key.count where spelling[index] != bytes[key.lowerBound &+ index] {
            return false
        }
        return true
    }
}

/// A name's length and its first eight bytes, which for most names is all of it.
private struct NameHead: Equatable {
    private let length: Int
    private let word: UInt64

    @inline(__always)
    init(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        length = range.count
        word = leadingWord(bytes, range)
    }
}
