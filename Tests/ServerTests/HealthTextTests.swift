import Model
import Routing
import Testing

@testable import Server

@Suite struct `Health on its way to another worker` {
    private func key(_ source: Credential.Source, _ seconds: Double = 4.5) -> HealthReport.Key {
        HealthReport.Key(
            gateway: GatewayID("ep \"main\""),
            provider: ProviderID("openai"),
            source: source,
            remaining: .seconds(seconds),
            next: .seconds(2)
        )
    }

    @Test func `is read as it was written`() {
        var report = HealthReport()
        #expect(HealthReport(text: report.text) == report)
        report.keys = [key(.managed(3)), key(.own(ProviderKeyID("aigpk_1"))), key(.nobody)]
        report.candidates = [
            HealthReport.Candidate(
                gateway: GatewayID("ep"),
                name: "openai:gpt\n4o",
                untilProbe: .milliseconds(12)
            )
        ]
        #expect(HealthReport(text: report.text) == report)
        #expect(!report.text.contains("\n"))
    }

    @Test(arguments: [
        "", "no object", "[]", #"{"keys":[{}],"candidates":[7]}"#,
        #"{"keys":[{"gateway":"a","provider":"b","remaining_ms":-1,"next_ms":0}]}"#,
        #"{"candidates":[{"gateway":"a","name":"b","probe_ms":"soon"}]}"#,
    ])
    func `of another version or broken tells of nothing`(text: String) {
        #expect(HealthReport(text: text).isEmpty)
    }

    @Test func `has no time that overflows`() {
        let most = #"{"candidates":[{"gateway":"a","name":"b","probe_ms":9223372036854775807}]}"#
        let read = HealthReport(text: most)
        #expect(read.candidates.first?.untilProbe == .seconds(365 * 86_400))
        #expect(HealthReport(text: read.text) == read)
    }
}
