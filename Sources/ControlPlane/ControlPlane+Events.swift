import Access
import Model

/// `/events`: requests of the data plane as they end.
extension ControlPlane {
    static let eventRoutes: [APIRoute] = [
        APIRoute(
            "GET",
            "/events",
            .read,
            parameters: ["accountId", "key", "model", "status"],
            ControlPlane.watchEvents
        )
    ]

    private func watchEvents(_ call: APICall) throws(APIError) -> APIOutcome {
        var filter = LiveFilter()
        filter.account = try ledgerAccount(call)?.rawValue
        filter.key = call.query["key"]
        filter.model = call.query["model"]
        guard let text = call.query["status"] else { return .events(filter) }
        guard let status = LiveFilter.Status(text) else {
            throw APIError(
                .invalid,
                "status must be one such as 429, a kind of them such as 4xx, or error.",
                details: ["parameter": "status"]
            )
        }
        filter.status = status
        return .events(filter)
    }
}

extension APIError {
    /// What somebody is told who takes one answer and no stream.
    package static let isStream = APIError(
        .invalid,
        "Events are a stream: `lockkeeper tail` shows them, and GET /events over HTTP."
    )
}
