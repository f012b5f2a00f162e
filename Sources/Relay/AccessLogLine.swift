import Access
package import JSON
package import Model
import Routing

/// One JSON line a request (chapter 10): never a body, never a secret.
package enum AccessLogLine {
    /// Writes the line of an exchange that has ended, without a newline.
    ///
    /// - Parameter byteCount: the bytes of the answer as they went to the web server.
    package static func write(
        _ exchange: borrowing Exchange,
        byteCount: Int,
        at now: ContinuousClock.Instant,
        time: Timestamp,
        into writer: inout JSONWriter
    ) {
        let record = exchange.record
        writer.beginObject()
        writer.key("time")
        writer.string(time.description)
        writer.key("request_id")
        writer.string(exchange.requestID)
        writeCaller(exchange, into: &writer)
        writer.key("gateway")
        writer.string(record.gateway)
        writer.key("endpoint")
        writer.string(record.endpoint)
        writeOptional("model_asked", record.modelAsked, into: &writer)
        writeOptional("model", record.modelServed, into: &writer)
        writer.key("status")
        writer.integer(record.status)
        writer.key("outcome")
        writer.string(record.outcome?.rawValue ?? "unknown")
        writeOptional("error", record.errorCode, into: &writer)
        writer.key("stream")
        writer.bool(record.isStream)
        writer.key("attempts")
        writer.beginArray()
        for attempt in record.attempts { write(attempt, into: &writer) }
        writer.endArray()
        if let usage = record.usage { write(usage, into: &writer) }
        if let first = record.timeToFirstToken {
            writer.key("first_token_us")
            writer.integer(microseconds(first))
        }
        writer.key("bytes")
        writer.integer(byteCount)
        writer.key("duration_us")
        writer.integer(microseconds(now - exchange.start))
        writer.endObject()
    }

    private static func writeCaller(
        _ exchange: borrowing Exchange,
        into writer: inout JSONWriter
    ) {
        guard let key = exchange.record.key, let keys = exchange.snapshot.keys else { return }
        writer.key("key_id")
        writer.string(keys.id(of: key))
        writer.key("key_name")
        writer.string(keys.name(of: key))
        writer.key("account")
        writer.string(keys.account(of: key).rawValue)
    }

    private static func write(_ attempt: AttemptRecord, into writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("model")
        writer.string(attempt.candidate)
        writer.key("key_source")
        writer.string(attempt.keySource)
        if case .own(let id) = attempt.credential {
            writer.key("provider_key_id")
            writer.string(id.rawValue)
        }
        writeOptional("dialect", attempt.dialect?.rawValue, into: &writer)
        if attempt.skippedEvents > 0 {
            writer.key("skipped_events")
            writer.integer(attempt.skippedEvents)
        }
        writer.key("result")
        writer.string(attempt.outcome?.label ?? "cancelled")
        writer.key("duration_us")
        writer.integer(microseconds(attempt.duration))
        writeOptional("message", attempt.message, into: &writer)
        writer.endObject()
    }

    private static func write(_ usage: Usage, into writer: inout JSONWriter) {
        writer.key("tokens")
        writer.beginObject()
        writer.key("input")
        writer.integer(usage.input)
        writer.key("output")
        writer.integer(usage.output)
        writer.key("cache_read")
        writer.integer(usage.cacheRead)
        writer.key("cache_write")
        writer.integer(usage.cacheWrite)
        writer.key("reasoning")
        writer.integer(usage.reasoning)
        writer.endObject()
    }

    private static func writeOptional(
        _ name: StaticString,
        _ text: String?,
        into writer: inout JSONWriter
    ) {
        guard let text else { return }
        writer.key(name)
        writer.string(text)
    }

    private static func microseconds(_ duration: Duration) -> Int {
        Int(clamping: duration.components.seconds * 1_000_000)
            + Int(duration.components.attoseconds / 1_000_000_000_000)
    }
}
