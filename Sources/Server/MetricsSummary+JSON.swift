import JSON
import Routing

extension MetricsSummary {
    /// The times under the first part of their names, in milliseconds.
    private static let times:
        [(name: String, path: any WritableKeyPath<MetricsSummary, Timing> & Sendable)] = [
            ("gateway_ms", \.gateway), ("upstream_ms", \.upstream),
            ("time_to_first_token_ms", \.timeToFirstToken),
            ("time_per_output_token_ms", \.timePerOutputToken),
        ]

    private static let errorKinds:
        [(name: String, path: any WritableKeyPath<ErrorRates, Double> & Sendable)] = [
            ("total", \.total), ("timeout", \.timeout), ("rate_limit", \.rateLimit),
            ("client", \.client), ("server", \.server),
        ]

    private static let tokenKinds:
        [(name: String, path: any WritableKeyPath<TokenTotals, Int> & Sendable)] = [
            ("input", \.input), ("output", \.output), ("cache_read", \.cacheRead),
            ("cache_write", \.cacheWrite), ("reasoning", \.reasoning),
        ]

    private static let quotaParts:
        [(name: String, path: any WritableKeyPath<KeyQuota, Int?> & Sendable)] = [
            ("remaining_requests", \.remainingRequests), ("remaining_tokens", \.remainingTokens),
            ("limit_requests", \.limitRequests), ("limit_tokens", \.limitTokens),
        ]

    /// Writes an object; the quota only where something is known of it.
    func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("request_count")
        writer.integer(requestCount)
        writer.key("latency")
        writer.beginObject()
        for (name, path) in Self.times {
            write(name + "_avg", self[keyPath: path].average, into: &writer)
            write(name + "_p95", self[keyPath: path].p95, into: &writer)
        }
        writer.endObject()
        writer.key("error_rate")
        writer.beginObject()
        for (name, path) in Self.errorKinds { write(name, errors[keyPath: path], into: &writer) }
        writer.endObject()
        writer.key("token")
        writer.beginObject()
        for (name, path) in Self.tokenKinds {
            writer.key(name)
            writer.integer(tokens[keyPath: path])
        }
        writer.endObject()
        if !quota.isUnknown {
            writer.key("quota")
            writer.beginObject()
            for (name, path) in Self.quotaParts {
                guard let number = quota[keyPath: path] else { continue }
                writer.key(name)
                writer.integer(number)
            }
            writer.endObject()
        }
        writer.endObject()
    }

    private func write(_ name: String, _ value: Double, into writer: inout JSONWriter) {
        writer.key(name)
        writer.raw(value.description.utf8Span.span)
    }

    /// Reads an object; what is missing is zero.
    init(_ json: JSONValue) {
        self.init()
        requestCount = Int(json["request_count"]?.integer ?? 0)
        for (name, path) in Self.times {
            self[keyPath: path].average = json["latency"]?[name + "_avg"]?.double ?? 0
            self[keyPath: path].p95 = json["latency"]?[name + "_p95"]?.double ?? 0
        }
        for (name, path) in Self.errorKinds {
            errors[keyPath: path] = json["error_rate"]?[name]?.double ?? 0
        }
        for (name, path) in Self.tokenKinds {
            tokens[keyPath: path] = json["token"]?[name]?.integer.map { Int($0) } ?? 0
        }
        for (name, path) in Self.quotaParts {
            quota[keyPath: path] = json["quota"]?[name]?.integer.map { Int($0) }
        }
    }
}
