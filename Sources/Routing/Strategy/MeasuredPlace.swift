import Selection

/// The places of what was measured: of each scope the same, one after the other.
enum MeasuredPlace: Int, CaseIterable {
    case requestCount
    case gatewayAverage, gatewayP95, upstreamAverage, upstreamP95
    case firstTokenAverage, firstTokenP95, perTokenAverage, perTokenP95
    case errors, timeouts, rateLimits, clientErrors, serverErrors
    case inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, reasoningTokens
    case remainingRequests, remainingTokens, limitRequests, limitTokens

    /// From the first place of a scope to that of the next.
    static let stride = 32

    /// Whose attempts count, in the order in which a model has them.
    enum Scope: String, CaseIterable {
        case global, account, endpoint, region
        case keys = "api_keys"

        /// Its place among the others.
        var number: Int {
            switch self {
            case .global: 0
            case .account: 1
            case .endpoint: 2
            case .region: 3
            case .keys: 4
            }
        }
    }

    /// What an object has that attempts were measured of, where those places begin.
    static func fields(from start: Int) -> [HostField] {
        [
            HostField("request_count", .int, at: start + requestCount.rawValue),
            HostField(
                "latency",
                .object(StrategyVocabulary.latency),
                at: start + gatewayAverage.rawValue
            ),
            HostField(
                "error_rate",
                .object(StrategyVocabulary.errors),
                at: start + errors.rawValue
            ),
            HostField(
                "token",
                .object(StrategyVocabulary.tokens),
                at: start + inputTokens.rawValue
            ),
            HostField(
                "quota",
                .object(StrategyVocabulary.quota),
                at: start + remainingRequests.rawValue
            ),
        ]
    }

    static let latencyFields = [
        "gateway_ms_avg", "gateway_ms_p95", "upstream_ms_avg", "upstream_ms_p95",
        "time_to_first_token_ms_avg", "time_to_first_token_ms_p95", "time_per_output_token_ms_avg",
        "time_per_output_token_ms_p95",
    ].enumerated().map { HostField($0.element, .double, at: $0.offset) }

    static let errorFields = ["total", "timeout", "rate_limit", "client", "server"]
        .enumerated().map { HostField($0.element, .double, at: $0.offset) }

    static let tokenFields = ["input", "output", "cache_read", "cache_write", "reasoning"]
        .enumerated().map { HostField($0.element, .int, at: $0.offset) }

    static let quotaFields = [
        "remaining_requests", "remaining_tokens", "limit_requests", "limit_tokens",
    ].enumerated().map { HostField($0.element, .int, at: $0.offset) }

    /// What a summary has there; what was never measured or said is zero.
    func value(in summary: borrowing MetricsSummary) -> Value {
        switch self {
        case .requestCount: .int(Int64(summary.requestCount))
        case .gatewayAverage: .double(summary.gateway.average)
        case .gatewayP95: .double(summary.gateway.p95)
        case .upstreamAverage: .double(summary.upstream.average)
        case .upstreamP95: .double(summary.upstream.p95)
        case .firstTokenAverage: .double(summary.timeToFirstToken.average)
        case .firstTokenP95: .double(summary.timeToFirstToken.p95)
        case .perTokenAverage: .double(summary.timePerOutputToken.average)
        case .perTokenP95: .double(summary.timePerOutputToken.p95)
        case .errors: .double(summary.errors.total)
        case .timeouts: .double(summary.errors.timeout)
        case .rateLimits: .double(summary.errors.rateLimit)
        case .clientErrors: .double(summary.errors.client)
        case .serverErrors: .double(summary.errors.server)
        case .inputTokens: .int(Int64(summary.tokens.input))
        case .outputTokens: .int(Int64(summary.tokens.output))
        case .cacheReadTokens: .int(Int64(summary.tokens.cacheRead))
        case .cacheWriteTokens: .int(Int64(summary.tokens.cacheWrite))
        case .reasoningTokens: .int(Int64(summary.tokens.reasoning))
        case .remainingRequests: .int(Int64(summary.quota.remainingRequests ?? 0))
        case .remainingTokens: .int(Int64(summary.quota.remainingTokens ?? 0))
        case .limitRequests: .int(Int64(summary.quota.limitRequests ?? 0))
        case .limitTokens: .int(Int64(summary.quota.limitTokens ?? 0))
        }
    }
}
