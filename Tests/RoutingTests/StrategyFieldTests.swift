import Model
import Selection
import Testing

@testable import Routing

/// What every field of every object reads as.
@Suite struct `Fields of selection expressions` {
    @Test(arguments: [
        // A model that much is known of.
        ("ai.models[0].id", "'big'"), ("ai.models[1].id", "'big'"),
        ("ai.models[0].id_aliases", "['big-latest']"), ("ai.models[0].provider_id", "'openai'"),
        ("ai.models[0].provider_id_aliases", "[]"), ("ai.models[0].author_id", "'openai'"),
        ("ai.models[0].author_id_aliases", "['open-ai']"),
        ("ai.models[0].display_name", "'Big'"), ("ai.models[0].description", "'The large one.'"),
        ("ai.models[0].known", "true"), ("ai.models[0].custom", "false"),
        ("ai.models[0].metadata.team.size", "3"),
        ("ai.models[0].getMetadata('team.name')", "'search'"),
        ("ai.models[0].getMetadata('team.name.x')", "null"),
        ("ai.models[0].input_modalities", "['text', 'image']"),
        ("ai.models[0].output_modalities", "['text']"),
        ("ai.models[0].supported_features", "['tool-calling', 'reasoning']"),
        ("ai.models[0].max_context_window", "400000"),
        ("ai.models[0].max_output_tokens", "128000"),
        ("ai.models[2].parameter_count", "8000000000"), ("ai.models[2].quantization", "'fp8'"),
        ("ai.models[3].data_training_policy", "'none'"),
        ("ai.models[3].data_retention_days", "30"),
        ("ai.models[3].data_retention_policy", "'30 days'"),
        (
            "ai.models[3].datacenters.map(d, d.country_code + ' ' + d.region)",
            "['DE eu-central', 'US ']"
        ),
        ("ai.models[0].pricing.input", "2.5"), ("ai.models[0].pricing.output", "10.0"),
        ("ai.models[0].pricing.cache_read", "0.1"), ("ai.models[0].pricing.cache_write", "2.5"),
        ("ai.models[0].pricing.cache_write_1h", "2.5"),
        ("ai.models[0].pricing.batch_input", "1.25"),
        ("ai.models[0].pricing.batch_output", "5.0"),
        ("ai.models[0].pricing.tools['web_search']", "10.0"),
        // What nobody knows.
        ("ai.models[2].pricing.input < 1.0 && ai.models[4].pricing.input > 1e300", "true"),
        ("has(ai.models[0].pricing) && !has(ai.models[4].pricing)", "true"),
        ("has(ai.models[0].description) && !has(ai.models[2].description)", "true"),
        ("ai.models[2].parameter_count + ai.models[0].parameter_count", "8000000000"),
        ("ai.models[5].id + ' ' + ai.models[5].provider_id", "'unheard-of openai'"),
        ("ai.models[5].known || ai.models[5].custom", "false"),
        ("ai.models[5].max_context_window + ai.models[5].datacenters.size()", "0"),
        ("ai.models[5].author_id + ai.models[5].quantization", "''"),
        ("ai.models[5].getMetadata('a')", "null"),
        // Live metrics.
        ("ai.models[0].metrics.global.request_count", "100"),
        ("ai.models[0].metrics.region.request_count", "100"),
        ("ai.models[0].metrics.account.request_count", "40"),
        ("ai.models[0].metrics.endpoint.request_count", "60"),
        ("ai.models[0].metrics.api_keys['pk_more'].request_count", "7"),
        ("ai.models[0].metrics.api_keys['pk_none'].request_count", "0"),
        ("ai.models[1].metrics.global.request_count", "0"),
        ("ai.models[0].metrics.global.latency.upstream_ms_p95", "900.0"),
        ("ai.models[0].metrics.global.latency.time_to_first_token_ms_avg", "120.0"),
        ("ai.models[0].metrics.global.error_rate.total", "0.25"),
        ("ai.models[0].metrics.global.error_rate.rate_limit", "0.125"),
        ("ai.models[0].metrics.global.token.output", "5000"),
        ("[ai.models[0].metrics.global][0].error_rate.timeout", "0.0"),
        ("[dyn(ai.models[0].metrics)][0].global.error_rate.total", "0.25"),
        // Providers, authors, keys.
        ("ai.providers.map(p, p.id)", "['openai', 'openrouter', 'deepseek', 'groq']"),
        ("ai.providers.get('groq').display_name", "'Groq'"), ("ai.providers[0].custom", "false"),
        ("ai.providers[0].id_aliases", "[]"),
        ("ai.authors.map(a, a.id)", "['openai', 'anthropic']"),
        ("ai.authors.only(['open-ai']).map(a, a.display_name)", "['OpenAI']"),
        ("ai.authors[0].id_aliases", "['open-ai']"),
        (
            "ai.keys.map(k, k.id)",
            "['pk_openai', 'pk_more', 'pk_openrouter', 'pk_deepseek', 'pk_groq']"
        ),
        ("ai.keys.onlyProviders(['openai']).map(k, k.provider_id)", "['openai', 'openai']"),
        ("ai.keys.get('pk_more').quota.remaining_requests", "12"),
        ("ai.keys[0].quota.limit_tokens", "0"), ("ai.keys[0].managed", "false"),
        ("ai.keys.get('pk_more').error_rate.total", "0.5"),
        // The request and who asks.
        ("req.path", "'/v1/chat/completions'"), ("req.tokens", "1200"), ("req.tools", "2"),
        ("req.images", "1"), ("req.stream", "true"), ("req.headers['x-tier']", "'gold'"),
        ("'authorization' in req.headers", "false"), ("key.id + ' ' + key.name", "'ak_1 ci'"),
        ("key.metadata.tier", "'gold'"), ("now == timestamp(1800000000)", "true"),
    ])
    func `read as`(text: String, same: String) throws {
        let one = try StrategyCase(metrics: MetricsView(Self.report))
        #expect(try one.value(text) == one.value(same), "\(text)")
    }

    private static let report: MetricsReport = {
        func entry(
            _ model: String?,
            _ scope: MetricsSubject.Scope,
            _ count: Int
        ) -> MetricsReport.Entry {
            var summary = MetricsSummary()
            summary.requestCount = count
            summary.upstream = Timing(average: 300, p95: 900)
            summary.timeToFirstToken = Timing(average: 120, p95: 240)
            summary.errors.total = model == nil ? 0.5 : 0.25
            summary.errors.rateLimit = 0.125
            summary.tokens.output = 5000
            if model == nil { summary.quota.remainingRequests = 12 }
            return MetricsReport.Entry(MetricsSubject(model: model, scope: scope), summary)
        }
        return MetricsReport([
            entry("openai:big", .global, 100), entry("openai:big", .account(.standard), 40),
            entry("openai:big", .gateway(GatewayID("ep_main")), 60),
            entry("openai:big", .key("pk_more"), 7), entry(nil, .key("pk_more"), 30),
        ])
    }()

    @Test func `have a value each`() throws {
        let one = try StrategyCase()
        let paths =
            Self.paths(of: StrategyVocabulary.model).map { "ai.models.map(m, m.\($0))" }
            + Self.paths(of: StrategyVocabulary.key).map { "ai.keys.map(k, k.\($0))" }
            + Self.paths(of: StrategyVocabulary.provider).map { "ai.providers.map(p, p.\($0))" }
            + Self.paths(of: StrategyVocabulary.author).map { "ai.authors.map(a, a.\($0))" }
            + Self.paths(of: StrategyVocabulary.root)
        #expect(paths.count > 150)
        for path in paths {
            let program = try Program(path, in: StrategyVocabulary.environment())
            let found = try one.value(path)
            #expect(Self.fits(found, program.type), "\(path): \(found)")
        }
    }

    /// The ways to every field.
    private static func paths(of type: HostType) -> [String] {
        type.fields.values.flatMap { field -> [String] in
            guard case .object(let part) = field.type else { return [field.name] }
            if part == StrategyVocabulary.keyScopes {
                return paths(of: StrategyVocabulary.scope).map { "\(field.name)['x'].\($0)" }
            }
            return paths(of: part).map { "\(field.name).\($0)" }
        }
    }

    private static func fits(_ value: Value, _ type: StaticType) -> Bool {
        switch (value, type) {
        case (_, .any), (.string, .string), (.int, .int), (.double, .double), (.bool, .bool),
            (.map, .map), (.timestamp, .timestamp), (.object, .object):
            true
        case (.list(let elements), .list(let element)): elements.allSatisfy { fits($0, element) }
        default: false
        }
    }

    @Test func `of a thousand models fit into a run`() throws {
        let models = (0..<1000).map { number in
            CatalogModel(id: "m\(number)", offers: [offer("openai", "m\(number)")])
        }
        let routes = RouteTable(
            providers: ProviderTable(configured: [builtIn("openai", keys: ["k"])]),
            catalog: try Catalog(models: models),
            isChosenFrom: true
        )
        var one = try StrategyCase()
        one.facts = ChoiceFacts(
            routes: routes,
            keys: KeyChoice(routes),
            traits: RequestTraits(path: "/v1/chat/completions"),
            caller: ChoiceFacts.Caller(account: .standard),
            gateway: GatewayID("ep_main"),
            moment: Timestamp(unixSecond: 0),
            seed: 1
        )
        let all = routes.everyCandidate(for: .every)
        #expect(all.count == 1000)
        let conditions = (0..<10).map { "m.metrics.global.request_count != -\($0 + 1)" }
        for text in [
            "ai.models.filter(m, \(conditions.joined(separator: " && "))).sortBy('price')",
            "ai.models.filter(m, m.known).sortBy(m, m.metrics.global.error_rate.total)",
        ] {
            let chosen = try ModelSelection([text]).choose(among: all, .asChosen, by: one.facts)
            #expect(chosen.candidates.count == 1000, "\(text)")
        }
        let each = try ModelSelection(["ai.models.filter(m, ai.models.exists(n, n.id == 'x'))"])
        #expect(throws: SelectionFailure.self) {
            try each.choose(among: all, .asChosen, by: one.facts)
        }
    }
}
