import Access
import JSON
import Model
import Storage

/// `/audit`: who changed what, when.
extension ControlPlane {
    static let auditRoutes: [APIRoute] = [
        APIRoute(
            "GET",
            "/audit",
            .account,
            parameters: APIRoute.listParameters,
            ControlPlane.listAudit
        )
    ]

    /// How much of the file one request reads at most: a page may end before it is full.
    private static let auditParts = 16

    private func listAudit(_ call: APICall) throws(APIError) -> APIOutcome {
        let page = try APIPage(call)
        var end = try page.beforeID.map { (id) throws(APIError) in try place(of: id) }
        var entries: [AuditView] = []
        for _ in 0..<ControlPlane.auditParts {
            let part = try reading { () throws(StorageError) in try audit.part(before: end) }
            guard let part else {
                throw APIError(.invalid, "beforeId: there is no such entry.")
            }
            for line in part.lines {
                guard let entry = AuditView(line.bytes, at: line.place),
                    call.caller.scope == .admin || entry.account == call.caller.scope.accountID
                else { continue }
                if entries.count == page.limit {
                    return list(entries, call, nextBefore: entries.last?.place)
                }
                entries.append(entry)
            }
            if part.start == 0 { return list(entries, call, nextBefore: nil) }
            end = part.start
        }
        return list(entries, call, nextBefore: end)
    }

    private func list(_ entries: [AuditView], _ call: APICall, nextBefore place: Int?) -> APIOutcome
    {
        let last = place.map { AuditView.id(at: $0) }
        return .answer(APIAnswer("entries", entries, of: call, nextBefore: last))
    }

    private func place(of id: String) throws(APIError) -> Int {
        guard id.hasPrefix(AuditView.prefix), let place = Int(id.dropFirst(AuditView.prefix.count)),
            place >= 0, AuditView.id(at: place) == id
        else { throw APIError(.invalid, "beforeId: there is no such entry.") }
        return place
    }
}
