/// Reads one HTTP/1.1 answer as it comes: status, length or chunks, body.
///
/// It is fed what has come and not been consumed, and tells how much it consumed.
struct AnswerParser {
    /// The status, once the head is complete.
    private(set) var status = 0
    /// Whether the server will close the connection after this answer.
    private(set) var endsConnection = false
    /// Where the answer is.
    private(set) var stage = Stage.head

    /// head -> fixed, chunkSize, untilClose, complete; fixed -> complete; chunkSize -> chunk, trailer;
    /// chunk -> chunkEnd; chunkEnd -> chunkSize; trailer -> complete; untilClose stays.
    enum Stage: Equatable {
        case head
        case fixed(Int)
        case chunkSize
        case chunk(Int)
        case chunkEnd
        case trailer
        case untilClose
        case complete
    }

    /// Bytes that are not an answer.
    struct Malformed: Error {}

    /// Reads on; `body` is lent the body's bytes without their framing.
    mutating func parse(
        _ bytes: Span<UInt8>,
        body: (Span<UInt8>) -> Void
    ) throws(Malformed) -> Int {
        var place = 0
        while place < bytes.count {
            switch stage {
            case .head:
                let waiting = bytes.extracting(place...)
                guard let end = waiting.endOfHead else { return place }
                try readHead(waiting.extracting(..<end))
                place += end
            case .fixed(let left):
                let count = min(left, bytes.count - place)
                body(bytes.extracting(place..<(place + count)))
                place += count
                stage = count == left ? .complete : .fixed(left - count)
            case .chunkSize:
                guard let end = bytes.endOfLine(from: place) else { return place }
                let size = try chunkSize(bytes.extracting(place..<end))
                place = end
                stage = size == 0 ? .trailer : .chunk(size)
            case .chunk(let left):
                let count = min(left, bytes.count - place)
                body(bytes.extracting(place..<(place + count)))
                place += count
                stage = count == left ? .chunkEnd : .chunk(left - count)
            case .chunkEnd:
                guard bytes.count - place >= 2 else { return place }
                place += 2
                stage = .chunkSize
            case .trailer:
                guard let end = bytes.endOfLine(from: place) else { return place }
                if end - place <= 2 { stage = .complete }
                place = end
            case .untilClose:
                body(bytes.extracting(place...))
                place = bytes.count
            case .complete:
                throw Malformed()
            }
        }
        return place
    }

    private mutating func readHead(_ head: Span<UInt8>) throws(Malformed) {
        guard head.count >= 12 else { throw Malformed() }
        status = 0
        for index in 9..<12 {
            guard let digit = decimal(head[index]) else { throw Malformed() }
            status = status * 10 + digit
        }
        stage = .untilClose
        var line = head.endOfLine(from: 0) ?? head.count
        while let end = head.endOfLine(from: line) {
            let text = head.extracting(line..<end)
            if let start = text.value(of: "content-length:") {
                let length = try number(text.extracting(start...))
                stage = length == 0 ? .complete : .fixed(length)
            } else if text.value(of: "transfer-encoding:") != nil {
                stage = .chunkSize
            } else if let start = text.value(of: "connection:") {
                endsConnection = text.extracting(start...).value(of: "close") != nil
            }
            line = end
        }
        // 103 and its like come before the answer.
        if status < 200 { stage = .head }
    }

    private func number(_ bytes: Span<UInt8>) throws(Malformed) -> Int {
        var number = 0
        for index in bytes.indices {
            guard let digit = decimal(bytes[index]) else { break }
            guard number < 1 << 48 else { throw Malformed() }
            number = number * 10 + digit
        }
        return number
    }

    private func chunkSize(_ bytes: Span<UInt8>) throws(Malformed) -> Int {
        var size = 0
        for index in bytes.indices {
            let byte = bytes[index]
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): size = size << 4 | Int(byte & 15)
            case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"):
                size = size << 4 | Int((byte & 15) + 9)
            default: return size
            }
            guard size < 1 << 48 else { throw Malformed() }
        }
        return size
    }

    private func decimal(_ byte: UInt8) -> Int? {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? Int(byte & 15) : nil
    }
}

extension Span<UInt8> {
    /// Just behind the blank line that ends a head.
    fileprivate var endOfHead: Int? {
        var place = 3
        while place < count {
            // Only a line feed can end it: look at every fourth byte's neighbourhood by its value.
            switch self[place] {
            case 10:
                if self[place - 1] == 13, self[place - 2] == 10, self[place - 3] == 13 {
                    return place + 1
                }
                place += 2
            case 13: place += 1
            default: place += 4
            }
        }
        return nil
    }

    fileprivate func endOfLine(from start: Int) -> Int? {
        var place = start
        while place < count {
            if self[place] == 10 { return place + 1 }
            place += 1
        }
        return nil
    }

    /// Where the value begins when the line has this name, which is written in lower case.
    fileprivate func value(of name: StaticString) -> Int? {
        let length = name.utf8CodeUnitCount
        guard count >= length else { return nil }
        for index in 0..<length {
            guard unsafe self[index] | 0x20 == name.utf8Start[index] | 0x20 else { return nil }
        }
        var start = length
        while start < count, self[start] == 0x20 { start += 1 }
        return start
    }
}
