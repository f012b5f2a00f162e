import JSON
import Model
import Routing
import Testing

@testable import Server

@Suite struct `A report of the metrics` {
    /// A summary in which every number is another one.
    private func summary(_ seed: Int) -> MetricsSummary {
        var summary = MetricsSummary()
        summary.requestCount = seed
        summary.gateway = Timing(average: Double(seed) + 0.125, p95: Double(seed) + 0.25)
        summary.upstream = Timing(average: Double(seed) + 0.5, p95: 1e-5)
        summary.timeToFirstToken = Timing(average: 1e7 / 3, p95: Double(seed) + 1)
        summary.timePerOutputToken = Timing(average: Double(seed) + 2, p95: Double(seed) + 3)
        summary.errors.total = 1 / 3
        summary.errors.timeout = 0.01
        summary.errors.rateLimit = 0.02
        summary.errors.client = 0.03
        summary.errors.server = 0.04
        summary.tokens.input = seed + 1
        summary.tokens.output = seed + 2
        summary.tokens.cacheRead = seed + 3
        summary.tokens.cacheWrite = seed + 4
        summary.tokens.reasoning = seed + 5
        return summary
    }

    private func text(_ report: MetricsReport) -> String {
        var writer = JSONWriter()
        report.write(into: &writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private func read(_ text: String) throws -> MetricsReport {
        MetricsReport(try JSONDocument.parse(text.utf8Span.span).root)
    }

    @Test func `survives the way to another process`() throws {
        var limited = summary(5)
        limited.quota.remainingRequests = 0
        limited.quota.limitTokens = 40_000
        let report = MetricsReport([
            .init(MetricsSubject(model: "a:\"m\"", scope: .global), summary(1)),
            .init(MetricsSubject(model: "a:\"m\"", scope: .account(AccountID("x"))), summary(2)),
            .init(MetricsSubject(model: "a:\"m\"", scope: .gateway(GatewayID("x"))), summary(3)),
            .init(MetricsSubject(model: "a:\"m\"", scope: .key("x")), limited),
            .init(MetricsSubject(model: nil, scope: .key("x")), summary(7)),
        ])
        #expect(try read(text(report)) == report)
        #expect(try read(text(MetricsReport())) == MetricsReport())
    }

    @Test func `is written with the names of selection expressions`() {
        var summary = MetricsSummary()
        summary.requestCount = 2
        summary.timeToFirstToken = Timing(average: 12.5, p95: 20)
        summary.errors.rateLimit = 0.5
        summary.quota.remainingRequests = 3
        let report = MetricsReport([
            .init(MetricsSubject(model: nil, scope: .key("k")), summary)
        ])
        #expect(
            text(report)
                == #"{"window_s":900,"models":{},"api_keys":{"k":{"request_count":2,"latency":{"#
                + #""gateway_ms_avg":0.0,"gateway_ms_p95":0.0,"upstream_ms_avg":0.0,"#
                + #""upstream_ms_p95":0.0,"time_to_first_token_ms_avg":12.5,"#
                + #""time_to_first_token_ms_p95":20.0,"time_per_output_token_ms_avg":0.0,"#
                + #""time_per_output_token_ms_p95":0.0},"error_rate":{"total":0.0,"timeout":0.0,"#
                + #""rate_limit":0.5,"client":0.0,"server":0.0},"token":{"input":0,"output":0,"#
                + #""cache_read":0,"cache_write":0,"reasoning":0},"quota":{"remaining_requests":3}}}}"#
        )
    }

    @Test(arguments: ["[]", "{}", #"{"models":[1],"api_keys":7}"#, #"{"models":{"m":3}}"#])
    func `of another shape is empty`(text: String) throws {
        #expect(try read(text) == MetricsReport())
    }

    @Test(arguments: [
        #"{"models":{"m":{"global":{}}}}"#,
        #"{"models":{"m":{"global":{"request_count":-1,"token":{"input":"7"},"quota":[]}}}}"#,
    ])
    func `of odd numbers is read all the same`(text: String) throws {
        #expect(try read(text).entries.count == 1)
    }
}
