/// One change of a text: the bytes of a range give way to others.
package struct Edit: Sendable, Equatable {
    /// The bytes that go; empty where something is only put in.
    package let range: Range<Int>
    /// The bytes that come.
    package let replacement: [UInt8]

    /// An edit of a text.
    package init(range: Range<Int>, replacement: [UInt8]) {
        self.range = range
        self.replacement = replacement
    }
}

extension [Edit] {
    /// The text with the edits made, which stand in its order and apart from each other.
    package func applied(to bytes: Span<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        var copied = 0
        for edit in self {
            text.append(bytes, copied..<edit.range.lowerBound)
            text += edit.replacement
            copied = edit.range.upperBound
        }
        text.append(bytes, copied..<bytes.count)
        return text
    }
}

/// Changes of one object's members that leave every other byte of the text as it was.
///
/// The commas go with the members: whatever is removed and added, the object stays well-formed.
package struct Splice: Sendable {
    private let members: Members
    private var changes: [Change] = []
    private var additions: [UInt8] = []

    private struct Change {
        let member: Member
        /// The new value; nil when the member is removed.
        var value: [UInt8]?
    }

    /// No change yet of the object that was scanned.
    package init(_ members: Members) {
        self.members = members
    }

    /// Puts another value, JSON text, in the place of a member's.
    ///
    /// The last change of a member is the one that counts.
    package mutating func replace(_ member: Member, with value: [UInt8]) {
        set(Change(member: member, value: value))
    }

    /// Removes a member with its comma.
    package mutating func remove(_ member: Member) {
        set(Change(member: member, value: nil))
    }

    /// Adds a member with this value, JSON text, at the object's beginning.
    ///
    /// The name must not be a member's already.
    package mutating func add(_ name: String, _ value: [UInt8]) {
        if !additions.isEmpty { additions.append(UInt8(ascii: ",")) }
        var writer = JSONWriter()
        writer.key(name)
        additions += writer.bytes + value
    }

    /// The changes, in the order of the text and apart from each other.
    ///
    /// Applied from the last to the first, no range moves before its turn.
    package var edits: [Edit] {
        var edits: [Edit] = []
        let removed = changes.filter { $0.value == nil }.map(\.member)
        if !additions.isEmpty {
            let start = members.objectStart + 1
            let comma = removed.count < members.count ? [UInt8(ascii: ",")] : []
            edits.append(Edit(range: start..<start, replacement: additions + comma))
        }
        for change in changes {
            guard let value = change.value else { continue }
            edits.append(Edit(range: change.member.value, replacement: value))
        }
        edits += removals(removed)
        return edits.sorted { $0.range.lowerBound < $1.range.lowerBound }
    }

    /// The text with the changes made.
    package func applied(to bytes: Span<UInt8>) -> [UInt8] {
        edits.applied(to: bytes)
    }

    private mutating func set(_ change: Change) {
        if let index = changes.firstIndex(where: { $0.member.ordinal == change.member.ordinal }) {
            changes[index] = change
        } else {
            let later = changes.firstIndex { $0.member.ordinal > change.member.ordinal }
            changes.insert(change, at: later ?? changes.endIndex)
        }
    }

    /// An edit for each run of neighbours that are removed; the members are in the text's order.
    private func removals(_ removed: [Member]) -> [Edit] {
        var edits: [Edit] = []
        var run: (first: Member, last: Member)?
        for member in removed {
            if let open = run, member.ordinal == open.last.ordinal + 1 {
                run = (open.first, member)
                continue
            }
            if let run { edits.append(removal(of: run)) }
            run = (member, member)
        }
        if let run { edits.append(removal(of: run)) }
        return edits
    }

    /// A run goes up to the next key; the last one goes with the comma before it.
    private func removal(of run: (first: Member, last: Member)) -> Edit {
        let range: Range<Int>
        if let nextKey = run.last.nextKey {
            range = run.first.entry.lowerBound..<nextKey
        } else {
            range = (run.first.comma ?? run.first.entry.lowerBound)..<run.last.entry.upperBound
        }
        return Edit(range: range, replacement: [])
    }
}

extension [UInt8] {
    /// Appends a part of a span.
    mutating func append(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        unsafe bytes.extracting(range).withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
    }
}
