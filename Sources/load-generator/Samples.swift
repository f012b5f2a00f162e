import JSON

/// Durations in nanoseconds, of which percentiles are asked.
struct Samples {
    private var values: [Int] = []

    /// How many there are.
    var count: Int { values.count }

    /// Adds one.
    mutating func add(_ nanoseconds: Int) {
        values.append(nanoseconds)
    }

    /// Writes `{"count", "p50_ns", "p90_ns", "p99_ns", "p999_ns", "max_ns"}`.
    func write(to writer: inout JSONWriter) {
        let sorted = values.sorted()
        func at(_ permille: Int) -> Int {
            sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, sorted.count * permille / 1000)]
        }
        writer.beginObject()
        writer.key("count")
        writer.integer(sorted.count)
        writer.key("p50_ns")
        writer.integer(at(500))
        writer.key("p90_ns")
        writer.integer(at(900))
        writer.key("p99_ns")
        writer.integer(at(990))
        writer.key("p999_ns")
        writer.integer(at(999))
        writer.key("max_ns")
        writer.integer(sorted.last ?? 0)
        writer.endObject()
    }
}
