import Access
import ControlPlane
import JSON
import Model
import Testing

/// Every route by every kind of caller, from the table that is served.
@Suite struct `Who may do what` {
    @Test(arguments: ControlPlane.routes.map { "\($0.method) \($0.path)" })
    func `roles and accounts are held apart`(name: String) throws {
        let route = try #require(ControlPlane.routes.first { "\($0.method) \($0.path)" == name })
        for (kind, caller) in ControlPlaneSite.callers {
            let site = try ControlPlaneSite()
            let hasID = route.path.contains("{")
            let path =
                hasID
                ? route.path.replacing("{id}", with: try #require(sample(route.path)))
                : route.path
            let body = route.method == "GET" || route.method == "DELETE" ? nil : "{}"
            let answer = site.answer(site.request(route.method, path, body: body), from: caller)
            let comment = Comment("\(kind): \(answer.status)")
            if !may(caller, route.role) {
                #expect(answer.status == 403, comment)
            } else if hasID, !caller.scope.covers(.standard) {
                #expect(answer.status == 404, comment)
            } else {
                #expect(![401, 403, 404, 405, 500].contains(answer.status), comment)
            }
            let isChanged = route.method != "GET" && answer.status < 300
            #expect(try site.auditLines().count == (isChanged ? 1 : 0), comment)
        }
    }

    /// The one of the longest path that is the beginning of this one.
    private func sample(_ path: String) -> String? {
        ControlPlaneSite.samples.filter { path.hasPrefix($0.key) }
            .max { $0.key.count < $1.key.count }?.value
    }

    private func may(_ caller: APICaller, _ role: ManagementScope.Role) -> Bool {
        switch role {
        case .read: true
        case .account: caller.scope.role != .read
        case .admin: caller.scope.role == .admin
        }
    }

    @Test func `lists hold the records of the caller's account`() throws {
        let site = try ControlPlaneSite()
        for (kind, caller) in ControlPlaneSite.callers {
            let keys = try site.get("/access-keys", from: caller).ids("accessKeys")
            #expect(keys == (caller.scope.covers(.standard) ? ["aigk_sample"] : []), "\(kind)")
            let gateways = try site.get("/endpoints", from: caller).ids("endpoints")
            let expected = caller.scope.covers(.standard) ? ["ep_main"] : []
            #expect(gateways == expected, "\(kind)")
        }
    }

    @Test func `a new record is of the caller's account`() throws {
        let site = try ControlPlaneSite()
        let other = APICaller("aigm_other", .account(ControlPlaneSite.other))
        let made = try site.post("/access-keys", from: other).json()
        #expect(made["accountId"]?.string == "other")
        let named = site.post("/access-keys", #"{"accountId":"default"}"#, from: other)
        #expect(named.status == 403)
        let foreign = site.post("/access-keys", #"{"endpointId":"ep_main"}"#, from: other)
        #expect(foreign.status == 400)
    }
}
