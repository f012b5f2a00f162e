import Model

/// What some attempts come to together.
struct MetricsTally<Buckets: BucketCounts>: Equatable, Sendable {
    private(set) var requests = 0
    private var timeouts = 0
    private var rateLimits = 0
    private var clientErrors = 0
    private var serverErrors = 0
    private var tokens = TokenTotals()
    private var gateway = TimingHistogram<Buckets>()
    private var upstream = TimingHistogram<Buckets>()
    private var timeToFirstToken = TimingHistogram<Buckets>()
    private var timePerOutputToken = TimingHistogram<Buckets>()

    /// Whether nothing was counted.
    var isEmpty: Bool { requests == 0 }

    /// Counts an attempt.
    mutating func add(_ measure: AttemptMeasure) {
        requests += 1
        switch measure.verdict {
        case .served, .cancelled: break
        case .timeout: timeouts += 1
        case .rateLimit: rateLimits += 1
        case .client: clientErrors += 1
        case .server: serverErrors += 1
        }
        gateway.add(microseconds: measure.gateway)
        upstream.add(microseconds: measure.upstream)
        timeToFirstToken.add(microseconds: measure.timeToFirstToken)
        timePerOutputToken.add(microseconds: measure.timePerOutputToken)
        if let usage = measure.usage { tokens.add(usage) }
    }
}

extension MetricsTally<DenseBuckets> {
    mutating func add(_ other: Self) {
        requests += other.requests
        timeouts += other.timeouts
        rateLimits += other.rateLimits
        clientErrors += other.clientErrors
        serverErrors += other.serverErrors
        tokens.add(other.tokens, 1)
        gateway.add(other.gateway)
        upstream.add(other.upstream)
        timeToFirstToken.add(other.timeToFirstToken)
        timePerOutputToken.add(other.timePerOutputToken)
    }

    /// Takes away what was added before.
    mutating func subtract(_ other: MetricsTally<some BucketCounts>) {
        requests -= other.requests
        timeouts -= other.timeouts
        rateLimits -= other.rateLimits
        clientErrors -= other.clientErrors
        serverErrors -= other.serverErrors
        tokens.add(other.tokens, -1)
        gateway.subtract(other.gateway)
        upstream.subtract(other.upstream)
        timeToFirstToken.subtract(other.timeToFirstToken)
        timePerOutputToken.subtract(other.timePerOutputToken)
    }

    var summary: MetricsSummary {
        var summary = MetricsSummary()
        guard requests > 0 else { return summary }
        summary.requestCount = requests
        summary.gateway = gateway.timing
        summary.upstream = upstream.timing
        summary.timeToFirstToken = timeToFirstToken.timing
        summary.timePerOutputToken = timePerOutputToken.timing
        summary.errors.timeout = share(timeouts)
        summary.errors.rateLimit = share(rateLimits)
        summary.errors.client = share(clientErrors)
        summary.errors.server = share(serverErrors)
        summary.errors.total = share(timeouts + rateLimits + clientErrors + serverErrors)
        summary.tokens = tokens
        return summary
    }

    private func share(_ count: Int) -> Double { Double(count) / Double(requests) }
}

extension TokenTotals {
    /// What a provider says is clamped: sums over a window can't overflow.
    fileprivate mutating func add(_ usage: Usage) {
        let clamped = { (count: Int) in min(max(0, count), 1 << 32) }
        input += clamped(usage.input)
        output += clamped(usage.output)
        cacheRead += clamped(usage.cacheRead)
        cacheWrite += clamped(usage.cacheWrite)
        reasoning += clamped(usage.reasoning)
    }

    fileprivate mutating func add(_ other: TokenTotals, _ sign: Int) {
        input += sign * other.input
        output += sign * other.output
        cacheRead += sign * other.cacheRead
        cacheWrite += sign * other.cacheWrite
        reasoning += sign * other.reasoning
    }
}
