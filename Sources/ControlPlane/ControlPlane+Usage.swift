import Access
import Accounting
import JSON
import Ledger
import Model
import Routing
import Storage

/// `/usage`: attempts, days, and what became of one request.
extension ControlPlane {
    static let usageRoutes: [APIRoute] = [
        APIRoute(
            "GET",
            "/usage",
            .read,
            parameters: [
                "startTime", "endTime", "accessKeyId", "accountId", "includeRetries", "cursor",
                "limit",
            ],
            ControlPlane.listUsage
        ),
        APIRoute(
            "GET",
            "/usage/overview",
            .read,
            parameters: ["startTime", "endTime", "groupBy", "accountId"],
            ControlPlane.readOverview
        ),
        APIRoute("GET", "/usage/requests/{id}", .read, ControlPlane.readRequest),
    ]

    /// The days that one overview may have.
    private static let longestOverview: Int64 = 400

    private func listUsage(_ call: APICall) throws(APIError) -> APIOutcome {
        let page = try APIPage(call, before: "cursor")
        let (start, end) = try call.stretch()
        var query = UsageQuery()
        query.account = try ledgerAccount(call)
        query.accessKey = call.query["accessKeyId"].map { AccessKeyID($0) }
        query.since = start
        query.before = end
        query.includesRetries = try call.flag("includeRetries")
        query.last = try call.cursor { StoredUsageEvent.Cursor(text: $0) }
        query.limit = page.limit + 1
        let found = try asking([]) { (ledger) throws(LedgerError) in try ledger.events(query) }
        let shown = found.prefix(page.limit)
        let names = try usageNames()
        return .answer(
            APIAnswer(200) { writer in
                writer.beginObject()
                writer.key("events")
                writer.beginArray()
                for event in shown { UsageEventView(event, names).write(into: &writer) }
                writer.endArray()
                writer.member("uri", call.request.path)
                writer.key("nextPageUri")
                let last = found.count > page.limit ? shown.last?.cursor.text : nil
                writer.nextPage(of: call, "cursor", last)
                writer.endObject()
            }
        )
    }

    private func readOverview(_ call: APICall) throws(APIError) -> APIOutcome {
        let (start, end) = try call.stretch()
        let grouping: UsageBucket.Grouping
        switch call.query["groupBy"] {
        case nil, "provider": grouping = .provider
        case "accessKey": grouping = .accessKey
        default:
            throw APIError(
                .invalid,
                "groupBy must be provider or accessKey.",
                details: ["parameter": "groupBy"]
            )
        }
        let (length, overflow) = end.milliseconds.subtractingReportingOverflow(start.milliseconds)
        guard !overflow, length <= ControlPlane.longestOverview * 86_400_000 else {
            throw APIError(
                .invalid,
                "An overview is of \(ControlPlane.longestOverview) days at most.",
                details: ["parameter": "startTime"]
            )
        }
        let account = try ledgerAccount(call)
        let buckets = try asking([]) { (ledger) throws(LedgerError) in
            try ledger.overview(from: start, to: end, by: grouping, of: account)
        }
        return .answer(
            APIAnswer(200) { writer in
                writer.beginObject()
                writer.member("uri", call.request.path)
                writer.key("buckets")
                writer.beginArray()
                for bucket in buckets { writer.write(bucket) }
                writer.endArray()
                writer.key("totals")
                writer.writeTotals(of: buckets)
                writer.endObject()
            }
        )
    }

    private func readRequest(_ call: APICall) throws(APIError) -> APIOutcome {
        let account = try ledgerAccount(call)
        let attempts = try asking([]) { (ledger) throws(LedgerError) in
            try ledger.attempts(of: call.id, in: account)
        }
        guard !attempts.isEmpty else { throw .missing("request", call.id) }
        let names = try usageNames()
        return .answer(
            APIAnswer(200) { writer in
                writer.beginObject()
                writer.member("uri", call.request.path)
                writer.member("requestId", call.id)
                writer.key("attempts")
                writer.beginArray()
                for (index, attempt) in attempts.enumerated() {
                    let next = index + 1 < attempts.count ? attempts[index + 1] : nil
                    UsageEventView(attempt, names).writeAttempt(before: next, into: &writer)
                }
                writer.endArray()
                writer.endObject()
            }
        )
    }

    private func usageNames() throws(APIError) -> UsageNames {
        var names = UsageNames()
        for model in try catalog().models {
            guard let name = model.facts.displayName else { continue }
            for offer in model.offers { names.models["\(offer.provider):\(offer.model)"] = name }
        }
        for gateway in configuration.gateways {
            for provider in gateway.providers.providers {
                names.providers[provider.id] = provider.displayName
            }
        }
        names.providerKeys = index.others.providerKeys.mapValues(\.name)
        return names
    }
}

extension JSONWriter {
    fileprivate mutating func write(_ bucket: UsageBucket) {
        beginObject()
        let start = Timestamp(milliseconds: Int64(bucket.day.number) * 86_400_000)
        member("bucketStart", start.description)
        member("groupKey", bucket.name)
        member("cost", bucket.cost.decimal)
        member("requests", bucket.requests)
        member("errors", bucket.errors)
        endObject()
    }

    fileprivate mutating func writeTotals(of buckets: [UsageBucket]) {
        beginObject()
        member("cost", buckets.reduce(NanoDollars.zero) { $0 + $1.cost }.decimal)
        member("requests", buckets.reduce(0) { $0 + $1.requests })
        member("errors", buckets.reduce(0) { $0 + $1.errors })
        endObject()
    }
}
