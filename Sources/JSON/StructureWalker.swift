/// Walks JSON text in one pass, a step at each bracket, key and plain value, and models nothing.
///
/// It is for looking into text whose grammar somebody else checks: commas and colons are taken as
/// they come, and where the text is no JSON the walk is over. No step costs more than its bytes, and
/// no more than ``StructuralReader/depthLimit`` brackets are open at once.
package struct StructureWalker {
    /// What was come upon.
    package enum Step: Sendable {
        case objectStart, objectEnd, arrayStart, arrayEnd
        case key, string, number
        case `true`, `false`, null
    }

    /// Where the last step's bytes are; a string's and a key's without their quotes.
    package private(set) var range = 0..<0
    private var reader: StructuralReader
    private var brackets = BracketStack()
    private var expectsKey = false

    /// A walk from the beginning of a part of the text.
    package init(_ range: Range<Int>) {
        reader = StructuralReader(range)
    }

    /// The next step; nil at the end, and where the text can't be JSON.
    package mutating func next(_ bytes: Span<UInt8>) -> Step? {
        while let byte = reader.skipWhiteSpace(bytes) {
            switch byte {
            case UInt8(ascii: "\""): return text(bytes)
            case UInt8(ascii: ","):
                expectsKey = brackets.isInObject
                reader.position &+= 1
            case UInt8(ascii: ":"):
                expectsKey = false
                reader.position &+= 1
            case UInt8(ascii: "{"), UInt8(ascii: "["): return open(byte)
            case UInt8(ascii: "}"), UInt8(ascii: "]"): return close(byte)
            default: return plain(bytes)
            }
        }
        return nil
    }

    private mutating func text(_ bytes: Span<UInt8>) -> Step? {
        let start = reader.position &+ 1
        do throws(ScanError) { try reader.skipString(bytes) } catch { return end() }
        range = start..<(reader.position &- 1)
        guard expectsKey else { return .string }
        expectsKey = false
        return .key
    }

    private mutating func open(_ bracket: UInt8) -> Step? {
        guard brackets.push(bracket) else { return end() }
        advance()
        expectsKey = brackets.isInObject
        return expectsKey ? .objectStart : .arrayStart
    }

    private mutating func close(_ bracket: UInt8) -> Step? {
        guard brackets.pop(bracket) else { return end() }
        advance()
        expectsKey = false
        return bracket == UInt8(ascii: "}") ? .objectEnd : .arrayEnd
    }

    private mutating func advance() {
        range = reader.position..<(reader.position &+ 1)
        reader.position &+= 1
    }

    private mutating func plain(_ bytes: Span<UInt8>) -> Step? {
        let start = reader.position
        let kind: ValueKind
        do throws(ScanError) { kind = try reader.skipValue(bytes) } catch { return end() }
        range = start..<reader.position
        switch kind {
        case .number: return .number
        case .true: return .true
        case .false: return .false
        case .null: return .null
        case .string, .object, .array: return end()
        }
    }

    /// Nothing follows any more.
    private mutating func end() -> Step? {
        reader.position = reader.end
        return nil
    }
}
