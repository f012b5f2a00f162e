import JSON
import Synchronization

/// What the simulator received, the newest 10,000 requests, shared by its loops.
final class RecordBook: Sendable {
    /// One request.
    struct Record: Sendable {
        var number = 0
        var method = ""
        var path = ""
        var query = ""
        /// Names in lower case; a name that came twice stands twice.
        var headers: [Header] = []
        var bodyHash = ""
        var bodyLength = 0
        var model: String?
        var outcome = Outcome.running
        /// Unix milliseconds.
        var start = 0
        var end: Int?
    }

    /// A header as it came.
    struct Header: Sendable {
        let name: String
        let value: String
    }

    /// How a request ended.
    ///
    /// running -> completed, cut, aborted.
    enum Outcome: String, Sendable {
        case running
        case completed
        /// The simulator broke the answer off, as it was told.
        case cut
        /// The client left first.
        case aborted
    }

    /// The record of a number lies at its distance from the first, round and round.
    private struct State {
        var ring: [Record] = []
        var firstNumber = 1
        var nextNumber = 1

        func place(of number: Int) -> Int {
            (number - firstNumber) % RecordBook.capacity
        }
    }

    private static let capacity = 10_000
    private let state = Mutex(State())

    /// Adds a record: its number.
    func add(_ record: Record) -> Int {
        var record = record
        return state.withLock { state in
            record.number = state.nextNumber
            state.nextNumber += 1
            if state.ring.count < RecordBook.capacity {
                state.ring.append(record)
            } else {
                state.ring[state.place(of: record.number)] = record
            }
            return record.number
        }
    }

    /// Changes a record, if it is still there.
    func update(_ number: Int, _ change: (inout Record) -> Void) {
        state.withLock { state in
            guard number >= state.firstNumber else { return }
            let place = state.place(of: number)
            guard place < state.ring.count, state.ring[place].number == number else { return }
            change(&state.ring[place])
        }
    }

    /// Forgets all records; the numbers go on.
    func clear() {
        state.withLock { state in
            state.ring = []
            state.firstNumber = state.nextNumber
        }
    }

    /// The records above a number as a JSON array, in order.
    func json(since number: Int) -> String {
        let records = state.withLock { state in
            state.ring.filter { $0.number > number }
        }
        var writer = JSONWriter()
        writer.beginArray()
        for record in records.sorted(by: { $0.number < $1.number }) {
            RecordBook.write(record, to: &writer)
        }
        writer.endArray()
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private static func write(_ record: Record, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("number")
        writer.integer(record.number)
        writer.key("method")
        writer.string(record.method)
        writer.key("path")
        writer.string(record.path)
        writer.key("query")
        writer.string(record.query)
        writer.key("headers")
        write(record.headers, to: &writer)
        writer.key("body_sha256")
        writer.string(record.bodyHash)
        writer.key("body_length")
        writer.integer(record.bodyLength)
        writer.key("model")
        if let model = record.model { writer.string(model) } else { writer.null() }
        writer.key("outcome")
        writer.string(record.outcome.rawValue)
        writer.key("aborted")
        writer.bool(record.outcome == .aborted)
        writer.key("time_ms")
        writer.beginObject()
        writer.key("start")
        writer.integer(record.start)
        writer.key("end")
        if let end = record.end { writer.integer(end) } else { writer.null() }
        writer.endObject()
        writer.endObject()
    }

    /// A header that came twice has both values, joined as HTTP joins them.
    private static func write(_ headers: [Header], to writer: inout JSONWriter) {
        var values: [String: String] = [:]
        for header in headers {
            let before = values[header.name].map { "\($0), " } ?? ""
            values[header.name] = before + header.value
        }
        writer.beginObject()
        for (name, value) in values.sorted(by: { $0.key < $1.key }) {
            writer.key(name)
            writer.string(value)
        }
        writer.endObject()
    }
}
