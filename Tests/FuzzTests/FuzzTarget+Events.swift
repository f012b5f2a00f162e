import Dialects
import EventStream
import Model

extension FuzzTarget {
    /// The same events, and the same meaning in each dialect, however the stream is split.
    func feedEvents(_ input: Span<UInt8>) {
        let ways = input.asOneAndInPieces
        let told = ways.map { events($0) }
        demand(told.allSatisfy { $0 == told[0] }, "events depend on how they are split")
        for dialect in Dialect.allCases {
            let seen = ways.map { observe($0, dialect) }
            demand(
                seen.allSatisfy { $0 == seen[0] },
                "\(dialect) is read by how it is split: \(seen)"
            )
            var answer = AnswerObserver(dialect)
            answer.observe(input)
            _ = (answer.usage, answer.model, answer.isFailure, answer.failureMessage)
        }
        writeAgain(told[0])
    }

    private struct Event: Equatable {
        let name: [UInt8]
        let data: [UInt8]
        let isWhole: Bool
    }

    /// Small limits, so that short inputs reach them.
    private func events(_ pieces: [[UInt8]]) -> [Event] {
        var parser = EventStreamParser(lineLimit: 48, eventLimit: 64)
        var events: [Event] = []
        let note: EventStreamParser.Emit = { name, data, extent in
            demand(data.count <= 64, "an event beyond its limit")
            events.append(Event(name: name.copy, data: data.copy, isWhole: extent == .whole))
        }
        for piece in pieces { parser.feed(piece.span, note) }
        parser.finish(note)
        return events
    }

    /// What the writer writes is read as it was meant.
    private func writeAgain(_ events: [Event]) {
        var writer = EventStreamWriter()
        for event in events { writer.event(data: event.data.span) }
        var parser = EventStreamParser()
        var read: [[UInt8]] = []
        parser.feed(writer.bytes.span) { _, data, _ in read.append(data.copy) }
        demand(read == events.map(\.data), "the writer's events are read otherwise")
    }

    private func observe(_ pieces: [[UInt8]], _ dialect: Dialect) -> String {
        var observer = StreamObserver(dialect)
        var signs: StreamSigns = []
        for piece in pieces { signs.formUnion(observer.observe(piece.span)) }
        signs.formUnion(observer.finish())
        return "\(signs.rawValue) \(observer.isComplete) \(observer.sawContent) "
            + "\(String(describing: observer.usage)) \(observer.failureMessage ?? "")"
    }
}
