/// The head of an answer as it arrives line by line: which lines count, and when it is complete.
struct HeadState {
    /// What a line led to.
    enum Event: Equatable {
        /// More is to come.
        case nothing
        /// The final head is complete.
        case complete(status: Int)
        /// It is no head, or contradicts itself.
        case invalid(String)
    }

    /// The bytes of all header lines so far, informational heads and trailers included.
    private(set) var byteCount = 0
    /// Whether the final head is complete.
    private(set) var isComplete = false
    /// What the final head says of the body's length.
    private(set) var contentLength = HeaderBlock.Length.unknown
    /// Whether a block was taken for the fields.
    private(set) var isBlockTaken = false
    /// The fields.
    private(set) var block = HeaderBlock()

    private var status = 0
    private var awaitsStatusLine = true

    /// Puts the block in which the fields are to be collected.
    mutating func put(_ block: consuming HeaderBlock) {
        self.block = block
        isBlockTaken = true
    }

    /// Gives the block up.
    mutating func takeBlock() -> HeaderBlock {
        isBlockTaken = false
        return exchangeBlock()
    }

    private mutating func exchangeBlock() -> HeaderBlock {
        let taken = block
        block = HeaderBlock()
        return taken
    }

    /// Takes a line with its end, as libcurl hands it over.
    mutating func take(line: Span<UInt8>) -> Event {
        byteCount += line.count
        // What comes after the final head are trailers.
        if isComplete { return .nothing }
        let line = line.extracting(0..<HeadState.endOfText(line))
        if awaitsStatusLine {
            guard let status = HeadState.status(of: line) else {
                return .invalid("the answer has no valid status line")
            }
            self.status = status
            awaitsStatusLine = false
            return .nothing
        }
        if line.isEmpty { return end() }
        block.add(line: line)
        return .nothing
    }

    private mutating func end() -> Event {
        if status == 101 { return .invalid("the upstream switched protocols") }
        if status < 200 {
            block.removeAll()
            awaitsStatusLine = true
            return .nothing
        }
        contentLength = block.contentLength
        if contentLength == .contradictory {
            return .invalid("the answer contradicts itself about its length")
        }
        isComplete = true
        return .complete(status: status)
    }

    private static func endOfText(_ line: Span<UInt8>) -> Int {
        var end = line.count
        if end > 0, line[end - 1] == 0x0A { end -= 1 }
        if end > 0, line[end - 1] == 0x0D { end -= 1 }
        return end
    }

    /// `HTTP/1.1 200 OK` or `HTTP/2 200`: the three digits after the first space.
    private static func status(of line: Span<UInt8>) -> Int? {
        guard line.count >= 5, line.extracting(0..<5).equalsIgnoringCase("http/"),
            let space = line.indices.first(where: { line[$0] == 0x20 }), space + 3 < line.count,
            space + 4 == line.count || line[space + 4] == 0x20
        else { return nil }
        var status = 0
        for index in space + 1...space + 3 {
            guard line[index] >= UInt8(ascii: "0"), line[index] <= UInt8(ascii: "9") else {
                return nil
            }
            status = status * 10 + Int(line[index] - UInt8(ascii: "0"))
        }
        return status >= 100 ? status : nil
    }
}
