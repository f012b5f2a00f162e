/// A JSON text and where each of its values stands: one pass over it, its grammar checked, nothing
/// decoded.
///
/// That strings are Unicode is checked where they are decoded.
///
/// For what must be understood and written anew: numbers keep their text, and a schema or a tool's
/// input is written again without a tree of it. It can be used again for the next text with the
/// memory of the one before.
package struct JSONText: Sendable {
    /// How many containers may be open at once.
    package static let depthLimit = 256
    /// How many values and names a text may have: each takes more memory than the few bytes that it
    /// may be written in.
    package static let nodeLimit = 1 << 20
    /// How long a text may be.
    static let byteLimit = Int(Int32.max)

    /// A value, or the name of a member, which stands before the member's value.
    ///
    /// Of 32 bits each: half the memory of a long request's.
    struct Node: Sendable {
        let kind: ValueKind
        private let firstByte: Int32
        private var lastByte: Int32
        private var nextNode: Int32

        init(kind: ValueKind, start: Int, end: Int, next: Int) {
            self.kind = kind
            firstByte = Int32(start)
            lastByte = Int32(end)
            nextNode = Int32(next)
        }

        var start: Int { Int(firstByte) }

        var end: Int {
            get { Int(lastByte) }
            set { lastByte = Int32(newValue) }
        }

        /// The node behind this one and all within it.
        var next: Int {
            get { Int(nextNode) }
            set { nextNode = Int32(newValue) }
        }
    }

    /// The bytes of memory that the text and what is known of it take.
    package var heldBytes: Int {
        bytes.capacity + nodes.capacity * MemoryLayout<Node>.stride
    }

    /// The text.
    package private(set) var bytes: [UInt8] = []
    private(set) var nodes: [Node] = [Self.nothing]

    private static let nothing = Node(kind: .null, start: 0, end: 0, next: 1)

    /// The text of no value, which reads as null.
    package init() {}

    /// Reads a text that is one JSON value.
    package init(_ text: Span<UInt8>) throws(ScanError) {
        try read(text)
    }

    /// Reads another text in the place of this one; when it is none, what is left reads as null.
    package mutating func read(_ text: Span<UInt8>) throws(ScanError) {
        guard text.count <= Self.byteLimit else { throw .malformed(at: Self.byteLimit) }
        bytes.removeAll(keepingCapacity: true)
        bytes.append(text, 0..<text.count)
        // Apart from the bytes that are read meanwhile.
        var nodes: [Node] = []
        swap(&nodes, &self.nodes)
        nodes.removeAll(keepingCapacity: true)
        do throws(ScanError) {
            try Self.readText(bytes.span, &nodes)
            swap(&nodes, &self.nodes)
        } catch {
            bytes = []
            self.nodes = [Self.nothing]
            throw error
        }
    }

    /// The value that the text is.
    package var root: JSONCursor { JSONCursor(text: self, place: 0) }

    private static func readText(
        _ bytes: Span<UInt8>,
        _ nodes: inout [Node]
    ) throws(ScanError) {
        var reader = StructuralReader(0..<bytes.count)
        _ = reader.skipWhiteSpace(bytes)
        try readValue(bytes, &reader, &nodes, depth: 0)
        guard reader.skipWhiteSpace(bytes) == nil else {
            throw .trailingBytes(at: reader.position)
        }
    }

    private static func readValue(
        _ bytes: Span<UInt8>,
        _ reader: inout StructuralReader,
        _ nodes: inout [Node],
        depth: Int
    ) throws(ScanError) {
        guard depth <= depthLimit else { throw .tooDeep(at: reader.position) }
        guard nodes.count < nodeLimit else { throw .tooManyMembers(limit: nodeLimit) }
        let start = reader.position
        let place = nodes.count
        switch reader.peek(bytes) {
        case UInt8(ascii: "{"):
            nodes.append(Node(kind: .object, start: start, end: start, next: place))
            try readMembers(bytes, &reader, &nodes, depth: depth)
            try refuseDuplicates(bytes, nodes, in: place)
        case UInt8(ascii: "["):
            nodes.append(Node(kind: .array, start: start, end: start, next: place))
            try readElements(bytes, &reader, &nodes, depth: depth)
        default:
            let kind = try reader.skipValue(bytes)
            if kind == .string { try refuseControls(bytes, start..<reader.position) }
            nodes.append(Node(kind: kind, start: start, end: start, next: place))
        }
        nodes[place].end = reader.position
        nodes[place].next = nodes.count
    }

    private static func readElements(
        _ bytes: Span<UInt8>,
        _ reader: inout StructuralReader,
        _ nodes: inout [Node],
        depth: Int
    ) throws(ScanError) {
        reader.position += 1
        if reader.skipWhiteSpace(bytes) == UInt8(ascii: "]") {
            reader.position += 1
            return
        }
        while true {
            _ = reader.skipWhiteSpace(bytes)
            try readValue(bytes, &reader, &nodes, depth: depth + 1)
            if try endsContainer(bytes, &reader, UInt8(ascii: "]")) { return }
        }
    }

    private static func readMembers(
        _ bytes: Span<UInt8>,
        _ reader: inout StructuralReader,
        _ nodes: inout [Node],
        depth: Int
    ) throws(ScanError) {
        reader.position += 1
        if reader.skipWhiteSpace(bytes) == UInt8(ascii: "}") {
            reader.position += 1
            return
        }
        while true {
            guard reader.skipWhiteSpace(bytes) == UInt8(ascii: "\"") else {
                throw .malformed(at: reader.position)
            }
            let start = reader.position
            try reader.skipString(bytes)
            try refuseControls(bytes, start..<reader.position)
            nodes.append(
                Node(kind: .string, start: start, end: reader.position, next: nodes.count + 1)
            )
            _ = reader.skipWhiteSpace(bytes)
            try reader.take(UInt8(ascii: ":"), bytes)
            _ = reader.skipWhiteSpace(bytes)
            try readValue(bytes, &reader, &nodes, depth: depth + 1)
            if try endsContainer(bytes, &reader, UInt8(ascii: "}")) { return }
        }
    }

    /// A line break in a string would be one in what is written of it too.
    private static func refuseControls(
        _ bytes: Span<UInt8>,
        _ range: Range<Int>
    ) throws(ScanError) {
        if let place = indexOfControl(bytes, range) { throw .malformed(at: place) }
    }

    /// Takes the comma before another value, or the bracket behind the last.
    private static func endsContainer(
        _ bytes: Span<UInt8>,
        _ reader: inout StructuralReader,
        _ bracket: UInt8
    ) throws(ScanError) -> Bool {
        let next = reader.skipWhiteSpace(bytes)
        guard next == bracket || next == UInt8(ascii: ",") else {
            throw .malformed(at: reader.position)
        }
        reader.position += 1
        return next == bracket
    }
}

// MARK: Names that occur twice

extension JSONText {
    /// The members up to which every name is held against every other.
    private static let fewMembers = 12

    /// Refuses an object in which a name occurs twice, in whatever spelling.
    private static func refuseDuplicates(
        _ bytes: Span<UInt8>,
        _ nodes: [Node],
        in place: Int
    ) throws(ScanError) {
        var count = 0
        var hasEscapes = false
        var key = place + 1
        while key < nodes.count {
            count += 1
            if !isPlainASCII(bytes, nodes[key].start + 1..<nodes[key].end - 1) { hasEscapes = true }
            key = nodes[key + 1].next
        }
        if count < 2, !hasEscapes { return }
        if hasEscapes || count > fewMembers {
            try refuseDuplicatesAmongMany(bytes, nodes, in: place)
        } else {
            try refuseDuplicatesAmongFew(bytes, nodes, in: place)
        }
    }

    private static func refuseDuplicatesAmongFew(
        _ bytes: Span<UInt8>,
        _ nodes: [Node],
        in place: Int
    ) throws(ScanError) {
        var key = place + 1
        while key < nodes.count {
            var other = nodes[key + 1].next
            while other < nodes.count {
                if isSame(bytes, nodes[key], nodes[other]) {
                    throw .duplicateMember(name(bytes, nodes[key]))
                }
                other = nodes[other + 1].next
            }
            key = nodes[key + 1].next
        }
    }

    private static func refuseDuplicatesAmongMany(
        _ bytes: Span<UInt8>,
        _ nodes: [Node],
        in place: Int
    ) throws(ScanError) {
        var names: Set<[UInt8]> = []
        var key = place + 1
        while key < nodes.count {
            guard let name = decodeJSONString(bytes, nodes[key].start..<nodes[key].end) else {
                throw .malformed(at: nodes[key].start)
            }
            guard names.insert(Array(name.utf8)).inserted else { throw .duplicateMember(name) }
            key = nodes[key + 1].next
        }
    }

    private static func isSame(_ bytes: Span<UInt8>, _ first: Node, _ second: Node) -> Bool {
        let count = first.end - first.start
        guard second.end - second.start == count else { return false }
        for offset in 0..<count where bytes[first.start + offset] != bytes[second.start + offset] {
            return false
        }
        return true
    }

    private static func name(_ bytes: Span<UInt8>, _ node: Node) -> String {
        decodeJSONString(bytes, node.start..<node.end) ?? ""
    }
}
