import Model
import Testing

@testable import Routing

@Suite struct `A view of the metrics` {
    private typealias Scope = MetricsSubject.Scope

    private func summary(_ count: Int) -> MetricsSummary {
        var summary = MetricsSummary()
        summary.requestCount = count
        return summary
    }

    private func view(_ entries: [(String?, Scope, Int)]) -> MetricsView {
        MetricsView(
            MetricsReport(
                entries.map { .init(MetricsSubject(model: $0.0, scope: $0.1), summary($0.2)) }
            )
        )
    }

    @Test func `tells zeros of what was never used`() {
        let model = MeasuredModel("openai:gpt-4o")
        #expect(MetricsView.none.summary(of: model) == .none)
        #expect(!MetricsView.none.knows(model, in: .global))
        #expect(view([("openai:gpt-5", .global, 3)]).summary(of: model) == .none)
    }

    @Test func `keeps models, scopes and keys apart`() {
        let same = "x"
        let view = view([
            ("a:m", .global, 1), ("a:m", .account(AccountID(same)), 2),
            ("a:m", .gateway(GatewayID(same)), 3), ("a:m", .key(same), 4), (nil, .key(same), 5),
            ("b:m", .global, 6),
        ])
        let model = MeasuredModel("a:m")
        let key = MeasuredScope(.key(same))
        #expect(view.summary(of: model).requestCount == 1)
        #expect(view.summary(of: model, in: .init(.account(AccountID(same)))).requestCount == 2)
        #expect(view.summary(of: model, in: .init(.gateway(GatewayID(same)))).requestCount == 3)
        #expect(view.summary(ofKey: key, with: model).requestCount == 4)
        #expect(view.summary(ofKey: key).requestCount == 5)
        #expect(view.summary(of: MeasuredModel("b:m")).requestCount == 6)
        #expect(!view.knows(MeasuredModel("b:m"), in: key))
    }

    @Test func `finds each of thousands`() {
        let view = view((0..<5000).map { ("p:\($0)", .global, $0 + 1) })
        for number in 0..<5000 {
            #expect(view.summary(of: MeasuredModel("p:\(number)")).requestCount == number + 1)
        }
    }

    @Test func `is asked by what offers and credentials carry`() throws {
        let table = RouteTable(
            providers: ProviderTable(),
            catalog: try smallCatalog(),
            ownKeys: [ownKey("aigpk_1", "openai")]
        )
        let new = try table.resolve(model: "openai:new", for: .only(.openAIChat)).candidates[0]
        #expect(new.measured == MeasuredModel("openai:new"))
        let candidate = try table.resolve(model: "gpt-4o", for: .only(.openAIChat)).candidates[0]
        #expect(table.offer(of: candidate)?.measured == candidate.measured)
        let credential = table.credentials(at: candidate.providerIndex)[0]
        #expect(credential.measured == MeasuredScope(.key("aigpk_1")))
        #expect(Credential.Source.managed(2).name(at: ProviderID("groq")) == "managed:groq:2")
        #expect(Credential.Source.nobody.name(at: ProviderID("groq")) == nil)
    }
}
