import Access
import ControlPlane
import JSON
import Model
import Testing

@Suite struct `Usage over the API` {
    private let since = "startTime=2026-11-20T00:00:00Z"

    @Test func `events are listed page by page with all that is known of them`() throws {
        let site = try ControlPlaneSite()
        let first = try site.get("/usage?\(since)&limit=1").json()
        #expect(first["events"]?.elements.count == 1)
        let event = try #require(first["events"]?.elements.first)
        #expect(event["requestId"]?.string == "rq_sample")
        #expect(event["attemptNumber"]?.integer == 2)
        #expect(event["isFinalAttempt"]?.bool == true)
        #expect(event["stopReason"]?.string == "stop")
        #expect(event["inputTokens"]?.integer == 100)
        #expect(event["inputTokensEstimate"]?.integer == 98)
        #expect(event["totalCost"]?.string == "0.000000145")
        #expect(event["inputTokenCost"]?.string == "0.000000100000")
        #expect(event["keySource"]?.string == "managed")
        #expect(event["providerDisplayName"]?.string == "OpenAI")
        #expect(first["nextPageUri"]?.isNull == true)
        let all = try site.get("/usage?\(since)&includeRetries=true&limit=1").json()
        let next = try #require(all["nextPageUri"]?.string)
        #expect(all["events"]?.elements.first?["attemptNumber"]?.integer == 2)
        let rest = try site.get(next).json()
        #expect(rest["events"]?.elements.first?["attemptNumber"]?.integer == 1)
        #expect(rest["events"]?.elements.first?["inputTokens"]?.isNull == true)
        #expect(rest["nextPageUri"]?.isNull == true)
    }

    @Test(arguments: [
        "", "startTime=yesterday", "startTime=2026-11-21T00:00:00Z&endTime=2026-11-20T00:00:00Z",
        "startTime=2026-11-20T00:00:00Z&includeRetries=1",
        "startTime=2026-11-20T00:00:00Z&cursor=x", "startTime=2026-11-20T00:00:00Z&limit=101",
    ])
    func `what makes no sense is refused`(query: String) throws {
        #expect(try ControlPlaneSite().get("/usage?\(query)").status == 400)
    }

    @Test func `days are summed up by provider or key`() throws {
        let site = try ControlPlaneSite()
        for (grouping, names) in [
            ("provider", ["anthropic", "openai"]), ("accessKey", ["aigk_sample"]),
        ] {
            let answer = try site.get("/usage/overview?\(since)&groupBy=\(grouping)").json()
            let buckets = answer["buckets"]?.elements ?? []
            #expect(buckets.compactMap { $0["groupKey"]?.string } == names)
            let starts = Set(buckets.compactMap { $0["bucketStart"]?.string?.prefix(13) })
            #expect(starts == ["2026-11-21T00"])
            #expect(answer["totals"]?["requests"]?.integer == 1)
            #expect(answer["totals"]?["errors"]?.integer == 0)
            #expect(answer["totals"]?["cost"]?.string == "0.000000145")
        }
        #expect(site.get("/usage/overview?startTime=2020-01-01T00:00:00Z").status == 400)
        #expect(site.get("/usage/overview?\(since)&groupBy=model").status == 400)
    }

    @Test func `a request is told with its attempts`() throws {
        let site = try ControlPlaneSite()
        let answer = try site.get("/usage/requests/rq_sample").json()
        let attempts = answer["attempts"]?.elements ?? []
        #expect(attempts.compactMap { $0["served"]?.bool } == [false, true])
        #expect(attempts.map { $0["retryAction"]?.string } == ["nextCandidate", nil])
        #expect(attempts.compactMap { $0["completion"]?.string } == ["failed", "complete"])
        #expect(attempts.last?["requestDurationMs"]?.integer == 30)
        #expect(attempts.last?["event"]?["requestDurationMs"]?.integer == 30)
        #expect(site.get("/usage/requests/rq_other").status == 404)
    }

    @Test func `an account sees its own alone`() throws {
        let site = try ControlPlaneSite()
        let other = APICaller("aigm_other", .read(ControlPlaneSite.other))
        #expect(
            try site.get("/usage?\(since)", from: other).json()["events"]?.elements.isEmpty == true
        )
        #expect(site.get("/usage?\(since)&accountId=default", from: other).status == 403)
        let days = try site.get("/usage/overview?\(since)", from: other).json()
        #expect(days["buckets"]?.elements.isEmpty == true)
        #expect(site.get("/credits/balance?accountId=default", from: other).status == 403)
        let balance = try site.get("/credits/balance", from: other).json()
        #expect(balance["accountId"]?.string == "other")
        #expect(balance["balance"]?.string == "0.000000000")
    }
}

@Suite struct `Credits over the API` {
    @Test func `a balance tells its grants`() throws {
        let balance = try ControlPlaneSite().get("/credits/balance").json()
        #expect(balance["balance"]?.string == "7.500000000")
        #expect(balance["available"]?.string == "7.500000000")
        #expect(balance["balanceCents"]?.integer == 750)
        #expect(balance["grants"]?.elements.first?["category"]?.string == "purchase")
    }

    @Test func `transactions are listed`() throws {
        let answer = try ControlPlaneSite().get("/credits/transactions").json()
        let line = try #require(answer["items"]?.elements.first)
        #expect(line["type"]?.string == "credits")
        #expect(line["credits"]?["amountCents"]?.integer == 750)
        #expect(answer["nextPageUri"]?.isNull == true)
    }
}
