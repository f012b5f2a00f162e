import Synchronization

/// Where a log's lines go.
package enum LogTarget: Sendable, Equatable {
    /// The standard error stream.
    case standardError
    /// A file that is appended to, and opened again on ``LogThread/reopen()``.
    case file(String)
}

/// One log: whole lines from any thread, written later by the ``LogThread``.
///
/// Appending is a copy under a lock that is never held during I/O. When the lines wait in more
/// than the sink's capacity, new ones are dropped, and the log says how many.
package final class LogSink: Sendable {
    private let waiting: Mutex<Waiting>
    private let capacity: Int
    private let bell: LogBell

    /// What waits to be written.
    private struct Waiting {
        var bytes: [UInt8] = []
        var lineCount = 0
        var droppedCount = 0
        var isClosed = false
    }

    /// A sink without lines.
    init(capacity: Int, bell: LogBell) {
        self.capacity = capacity
        self.bell = bell
        waiting = Mutex(Waiting())
    }

    /// Adds a line, given without its end.
    ///
    /// Never waits for I/O.
    package func append(line: Span<UInt8>) {
        let isHalfFull = waiting.withLock { waiting in
            let before = waiting.bytes.count
            guard !waiting.isClosed, before + line.count < capacity else {
                waiting.droppedCount += 1
                return false
            }
            unsafe line.withUnsafeBufferPointer { unsafe waiting.bytes.append(contentsOf: $0) }
            waiting.bytes.append(UInt8(ascii: "\n"))
            waiting.lineCount += 1
            return before < capacity / 2 && waiting.bytes.count >= capacity / 2
        }
        bell.ring(isUrgent: isHalfFull)
    }

    /// Adds a line of text.
    package func append(line: String) {
        append(line: line.utf8Span.span)
    }

    /// The lines and the drops that no write has seen yet.
    struct Batch {
        var bytes: [UInt8] = []
        var lineCount = 0
        var droppedCount = 0

        var isEmpty: Bool { bytes.isEmpty && droppedCount == 0 }
    }

    /// Exchanges the waiting lines for an empty block of memory.
    func take(into batch: inout Batch) {
        batch.bytes.removeAll(keepingCapacity: true)
        waiting.withLock { waiting in
            swap(&waiting.bytes, &batch.bytes)
            batch.lineCount = waiting.lineCount
            batch.droppedCount = waiting.droppedCount
            waiting.lineCount = 0
            waiting.droppedCount = 0
        }
    }

    /// Whether nothing waits.
    var isEmpty: Bool {
        waiting.withLock { $0.bytes.isEmpty && $0.droppedCount == 0 }
    }

    /// Takes no more lines: nobody will write them.
    func close() {
        waiting.withLock { $0.isClosed = true }
    }
}
