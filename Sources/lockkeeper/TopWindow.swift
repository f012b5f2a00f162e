import JSON
import Model

/// The requests of late, and what they come to.
struct TopWindow {
    /// What requests are put together by.
    enum Grouping: String, CaseIterable {
        case key, model, provider

        func name(of request: LiveRequest) -> String {
            let name =
                switch self {
                case .key: request.key
                case .model: request.shownModel
                case .provider: request.provider
                }
            return name.isEmpty ? "-" : name
        }
    }

    /// The most requests that are kept: those before are as if they had been before the window.
    private static let limit = 200_000

    private struct Sample {
        let moment: ContinuousClock.Instant
        let names: [String]
        let isError: Bool
        let duration: Duration
        let firstToken: Duration?
        let input: Int
        let output: Int
        let cost: Int64
    }

    private let length: Duration
    private let start: ContinuousClock.Instant
    private var samples: [Sample] = []
    private var first = 0
    /// The requests that were not told of.
    private(set) var lostCount = 0

    /// An empty window.
    init(of length: Duration, from start: ContinuousClock.Instant) {
        self.length = length
        self.start = start
    }

    mutating func add(_ request: LiveRequest, at now: ContinuousClock.Instant) {
        samples.append(
            Sample(
                moment: now,
                names: Grouping.allCases.map { $0.name(of: request) },
                isError: request.isError,
                duration: request.duration,
                firstToken: request.firstToken,
                input: request.input,
                output: request.output,
                cost: request.cost?.rawValue ?? 0
            )
        )
        if samples.count - first > Self.limit { first += 1 }
        if first > Self.limit { dropOld() }
    }

    mutating func lose(_ count: Int) { lostCount += count }

    /// What the window has now: all of it, and by groups, the busiest in front.
    mutating func sums(
        by grouping: Grouping,
        at now: ContinuousClock.Instant
    ) -> (all: TopSums, groups: [(name: String, sums: TopSums)]) {
        while first < samples.count, samples[first].moment + length < now { first += 1 }
        dropOld()
        let seconds = max(1, min(length, now - start) / .seconds(1))
        let place = Grouping.allCases.firstIndex(of: grouping) ?? 0
        var all = TopSums(seconds)
        var groups: [String: TopSums] = [:]
        for sample in samples {
            Self.add(sample, to: &all)
            Self.add(sample, to: &groups[sample.names[place], default: TopSums(seconds)])
        }
        all.sort()
        let sorted = groups.sorted { left, right in
            (right.value.count, left.key) < (left.value.count, right.key)
        }
        return (
            all,
            sorted.map { name, sums in
                var sums = sums
                sums.sort()
                return (name, sums)
            }
        )
    }

    private static func add(_ sample: Sample, to sums: inout TopSums) {
        sums.count += 1
        if sample.isError { sums.errorCount += 1 }
        sums.durations.append(sample.duration)
        if let first = sample.firstToken { sums.firstTokens.append(first) }
        sums.input += Double(sample.input)
        sums.output += Double(sample.output)
        sums.cost += Double(sample.cost)
    }

    private mutating func dropOld() {
        samples.removeFirst(first)
        first = 0
    }
}

/// What requests come to: for eyes, not for books.
struct TopSums {
    private let seconds: Double
    fileprivate(set) var count = 0
    fileprivate var errorCount = 0
    fileprivate var durations: [Duration] = []
    fileprivate var firstTokens: [Duration] = []
    fileprivate var input = 0.0
    fileprivate var output = 0.0
    fileprivate var cost = 0.0

    fileprivate init(_ seconds: Double) { self.seconds = seconds }

    fileprivate mutating func sort() {
        durations.sort()
        firstTokens.sort()
    }

    /// Requests a second.
    var rate: String { Self.short(Double(count) / seconds) }
    /// Of a hundred.
    var errors: String {
        count == 0 ? "0%" : Self.short(100 * Double(errorCount) / Double(count)) + "%"
    }
    /// How long half of them took at most, and nearly all.
    var median: String { Self.percentile(50, of: durations) }
    var slow: String { Self.percentile(95, of: durations) }
    /// How long half of the streams took to their first token at most.
    var firstToken: String { Self.percentile(50, of: firstTokens) }
    /// Tokens a second.
    var inputRate: String { Self.short(input / seconds) }
    var outputRate: String { Self.short(output / seconds) }
    /// Dollars an hour, if it goes on like this.
    var costRate: String { "$" + Self.short(cost / 1e9 / seconds * 3600) }

    /// Writes its members.
    func write(into writer: inout JSONWriter) {
        writer.member("requests", count)
        writer.member("errors", errorCount)
        writer.member("seconds", Int(seconds.rounded()))
        Self.write("p50Ms", 50, of: durations, into: &writer)
        Self.write("p95Ms", 95, of: durations, into: &writer)
        Self.write("firstTokenP50Ms", 50, of: firstTokens, into: &writer)
        writer.member("inputTokens", Int(min(input, 1e15)))
        writer.member("outputTokens", Int(min(output, 1e15)))
        writer.member("cost", NanoDollars(Int64(min(cost, 9e18))))
    }

    private static func write(
        _ name: StaticString,
        _ percent: Int,
        of sorted: [Duration],
        into writer: inout JSONWriter
    ) {
        guard let duration = duration(percent, of: sorted) else { return }
        writer.member(name, Int(duration / .milliseconds(1)))
    }

    private static func duration(_ percent: Int, of sorted: [Duration]) -> Duration? {
        sorted.isEmpty ? nil : sorted[min(sorted.count - 1, sorted.count * percent / 100)]
    }

    private static func percentile(_ percent: Int, of sorted: [Duration]) -> String {
        duration(percent, of: sorted)?.short ?? "-"
    }

    /// A number in four digits or so.
    private static func short(_ number: Double) -> String {
        switch number {
        case 0: return "0"
        case ..<0.01: return "<0.01"
        case ..<100:
            let hundredths = Int((number * 100).rounded())
            return "\(hundredths / 100).\(String(hundredths % 100 + 100).dropFirst())"
        case ..<100_000: return String(Int(number.rounded()))
        case ..<1e8: return "\(Int((number / 1000).rounded()))k"
        default: return "\(Int((min(number, 1e15) / 1e6).rounded()))M"
        }
    }
}
