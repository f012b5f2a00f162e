/// What a JSON value is, told by its first byte.
package enum ValueKind: Sendable {
    case string, number, object, array, `true`, `false`, null
}

/// One member of a JSON object: where it lies in the text.
package struct Member: Sendable, Equatable {
    /// From the quote that opens the key to the end of the value.
    package let entry: Range<Int>
    /// The value's own bytes, a string's quotes included.
    package let value: Range<Int>
    /// What the value is.
    package let kind: ValueKind
    /// How many members stand before it.
    package let ordinal: Int
    /// Where the comma before it stands; nil for the first member.
    let comma: Int?
    /// Where the key of the next member begins; nil for the last member.
    var nextKey: Int?
}

/// The wanted members of one JSON object.
package struct Members: Sendable {
    /// Where the object's opening brace stands.
    package let objectStart: Int
    /// How many members the object has, wanted or not.
    package internal(set) var count = 0
    /// Those that were found, in the text's order: few, often none.
    private var found: [(place: Int, member: Member)] = []

    init(objectStart: Int) {
        self.objectStart = objectStart
    }

    /// The member of the name at this place of the scanner's list; nil when the object has none.
    package subscript(_ place: Int) -> Member? {
        for entry in found where entry.place == place { return entry.member }
        return nil
    }

    /// Adds a member; `most` are wanted.
    mutating func record(_ member: Member, at place: Int, of most: Int) {
        if found.isEmpty { found.reserveCapacity(most) }
        found.append((place, member))
    }

    /// Tells the member recorded last where the key after it begins.
    mutating func recordNextKey(_ position: Int) {
        found[found.count - 1].member.nextKey = position
    }
}

/// Why a text was refused by the scanner.
package enum ScanError: Error, Equatable {
    /// The text does not begin with an object.
    case notAnObject
    /// The text does not begin with an array where elements are wanted.
    case notAnArray
    /// A wanted name occurs twice, in whatever spelling.
    case duplicateMember(String)
    /// Not JSON at this byte; at the text's length when it ends too early.
    case malformed(at: Int)
    /// More than white space after the value's end.
    case trailingBytes(at: Int)
    /// Nested deeper than `StructuralReader.depthLimit`.
    case tooDeep(at: Int)
    /// More members than somebody is ready to look at.
    case tooManyMembers(limit: Int)
}
