/// What goes out, before faults are applied to it.
enum Answer {
    /// Head and body; the head ends at `bodyStart`.
    case whole([UInt8], bodyStart: Int)
    /// The head, then events.
    case stream([UInt8], StreamScript)

    /// A plain answer.
    static func whole(_ head: Head, _ body: String) -> Answer {
        var head = head
        head.contentLength = body.utf8.count
        let start = head.text
        return .whole(Array(start.utf8) + Array(body.utf8), bodyStart: start.utf8.count)
    }

    /// A streamed answer.
    static func stream(
        _ head: Head,
        _ script: StreamScript,
        as contentType: String = "text/event-stream; charset=utf-8"
    ) -> Answer {
        var head = head
        head.contentType = contentType
        return .stream(Array(head.text.utf8), script)
    }
}

/// An answer, and what its model's name asked for besides.
struct Service {
    var answer: Answer
    var cue = Cue()
    /// Nil when the request named none.
    var model: String?
}
