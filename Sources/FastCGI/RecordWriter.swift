import CFastCGI
import Platform

/// Puts records into a byte queue; output that follows output becomes one record.
///
/// A record of output stays open while more output follows, and its length is written when it is
/// sealed: so a whole answer of small writes leaves as one record and one END_REQUEST.
struct RecordWriter: ~Copyable {
    private var queue = ByteQueue()
    /// Where the open record's header stands, from the queue's front; -1 when none is open.
    private var openRecord = -1
    private var openID: UInt16 = 0

    /// The bytes that wait to be sent.
    var count: Int { queue.count }

    /// The bytes of memory held, in use or not.
    var capacity: Int { queue.capacity }

    /// Adds output of a request.
    mutating func appendOutput(_ bytes: Span<UInt8>, requestID: UInt16) {
        var position = 0
        while position < bytes.count {
            if openRecord < 0 || openID != requestID { open(requestID) }
            let room = RecordHeader.longestContent - openContentLength
            let end = min(bytes.count, position + room)
            queue.append(bytes.extracting(position..<end))
            position = end
            if openContentLength == RecordHeader.longestContent { seal() }
        }
    }

    /// Ends a request: the output's end mark, then END_REQUEST.
    mutating func appendEnd(requestID: UInt16, appStatus: UInt32, _ status: ProtocolStatus) {
        seal()
        if status == .complete { append(RecordHeader(.output, requestID: requestID)) }
        append(RecordHeader(.endRequest, requestID: requestID, contentLength: 8))
        let body: [8 of UInt8] = [
            UInt8(truncatingIfNeeded: appStatus >> 24), UInt8(truncatingIfNeeded: appStatus >> 16),
            UInt8(truncatingIfNeeded: appStatus >> 8), UInt8(truncatingIfNeeded: appStatus),
            status.rawValue, 0, 0, 0,
        ]
        queue.append(body.span)
    }

    /// Breaks the output off with a record of version 0, which there is not.
    ///
    /// A connection that ends without END_REQUEST is a clean end to nginx where it does not buffer;
    /// bytes that are no record are an error to every web server.
    mutating func appendBreak() {
        seal()
        let nothing = [8 of UInt8](repeating: 0)
        queue.append(nothing.span)
    }

    /// Answers a management record of a type that is not known.
    mutating func appendUnknownType(_ type: UInt8) {
        seal()
        append(RecordHeader(.unknownType, requestID: 0, contentLength: 8))
        let body: [8 of UInt8] = [type, 0, 0, 0, 0, 0, 0, 0]
        queue.append(body.span)
    }

    /// Says behind a request's end that the connection ends too.
    ///
    /// nginx keeps a connection for its next request when END_REQUEST is the last that it read, and
    /// may have sent that request before it sees the close: a POST would be lost. It never keeps one
    /// on which something follows, so a management record that means nothing follows.
    mutating func appendFarewell() {
        appendUnknownType(0)
    }

    /// Answers GET_VALUES with name-value pairs, already encoded.
    mutating func appendValues(_ pairs: Span<UInt8>) {
        seal()
        let length = UInt16(clamping: pairs.count)
        append(RecordHeader(.getValuesResult, requestID: 0, contentLength: length))
        queue.append(pairs.extracting(0..<Int(length)))
    }

    /// Writes the open record's length: to be called before anything leaves.
    mutating func seal() {
        guard openRecord >= 0 else { return }
        let length = UInt16(truncatingIfNeeded: openContentLength)
        let bytes: [2 of UInt8] = [
            UInt8(truncatingIfNeeded: length >> 8), UInt8(truncatingIfNeeded: length),
        ]
        queue.overwrite(at: openRecord + 4, with: bytes.span)
        openRecord = -1
    }

    /// Sends once what waits: whether all of it has left.
    mutating func flush(to descriptor: CInt) throws(SystemError) -> Bool {
        seal()
        return try queue.write(to: descriptor)
    }

    /// Gives an empty queue's memory back.
    mutating func releaseMemory() {
        queue.releaseMemory()
    }

    /// Drops all that waits.
    mutating func drop() {
        openRecord = -1
        queue.reset()
        queue.releaseMemory()
    }

    /// Lends what waits, sealed.
    mutating func withSealed<R>(_ body: (Span<UInt8>) -> R) -> R {
        seal()
        return queue.withReadable(body)
    }

    private var openContentLength: Int { queue.count - openRecord - RecordHeader.byteCount }

    private mutating func open(_ requestID: UInt16) {
        seal()
        openRecord = queue.count
        openID = requestID
        append(RecordHeader(.output, requestID: requestID))
    }

    private mutating func append(_ header: RecordHeader) {
        let bytes = header.bytes
        queue.append(bytes.span)
    }
}

/// How a request ended, in END_REQUEST.
enum ProtocolStatus: UInt8 {
    case complete = 0
    case cannotMultiplex = 1
    case overloaded = 2
    case unknownRole = 3
}
