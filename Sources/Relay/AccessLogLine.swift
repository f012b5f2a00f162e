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
        writer.member("time", time.description)
        writer.member("request_id", exchange.requestID)
        writeCaller(exchange, into: &writer)
        writer.member("gateway", record.gateway)
        writer.member("endpoint", record.endpoint)
        writeOptional("model_asked", record.modelAsked, into: &writer)
        writeOptional("model", record.modelServed, into: &writer)
        writer.member("status", record.status)
        writer.member("outcome", record.outcome?.rawValue ?? "unknown")
        writeOptional("error", record.errorCode, into: &writer)
        writer.plainKey("stream")
        writer.bool(record.isStream)
        writer.plainKey("attempts")
        writer.beginArray()
        for attempt in record.attempts { write(attempt, into: &writer) }
        writer.endArray()
        if let usage = record.usage { write(usage, into: &writer) }
        writeOptional("cost", record.cost?.description, into: &writer)
        if record.isUnpriced {
            writer.plainKey("unpriced")
            writer.bool(true)
        }
        if let first = record.timeToFirstToken {
            writer.member("first_token_us", microseconds(first))
        }
        writer.member("bytes", byteCount)
        writer.member("duration_us", microseconds(now - exchange.start))
        writer.endObject()
    }

    private static func writeCaller(
        _ exchange: borrowing Exchange,
        into writer: inout JSONWriter
    ) {
        guard let key = exchange.record.key, let keys = exchange.snapshot.keys else { return }
        writer.member("key_id", keys.id(of: key))
        writer.member("key_name", keys.name(of: key))
        writer.member("account", keys.account(of: key).rawValue)
    }

    private static func write(_ attempt: AttemptRecord, into writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("model", attempt.candidate)
        writer.member("key_source", attempt.keySource)
        if case .own(let id) = attempt.credential {
            writer.member("provider_key_id", id.rawValue)
        }
        writeOptional("dialect", attempt.dialect?.rawValue, into: &writer)
        if attempt.skippedEvents > 0 {
            writer.member("skipped_events", attempt.skippedEvents)
        }
        writer.member("result", attempt.outcome?.label ?? "cancelled")
        writer.member("duration_us", microseconds(attempt.duration))
        writeOptional("message", attempt.message, into: &writer)
        writer.endObject()
    }

    private static func write(_ usage: Usage, into writer: inout JSONWriter) {
        writer.plainKey("tokens")
        writer.beginObject()
        writer.member("input", usage.input)
        writer.member("output", usage.output)
        writer.member("cache_read", usage.cacheRead)
        writer.member("cache_write", usage.cacheWrite)
        writer.member("reasoning", usage.reasoning)
        writer.endObject()
    }

    private static func writeOptional(
        _ name: StaticString,
        _ text: String?,
        into writer: inout JSONWriter
    ) {
        guard let text else { return }
        writer.member(name, text)
    }

    private static func microseconds(_ duration: Duration) -> Int {
        let (seconds, attoseconds) = duration.components
        return Int(clamping: seconds * 1_000_000) + Int(attoseconds / 1_000_000_000_000)
    }
}
