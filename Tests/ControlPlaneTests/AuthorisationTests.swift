import Access
import ControlPlane
import JSON
import Model
import Testing

/// Every route that is served by every kind of caller.
@Suite struct `Who may do what` {
    @Test func `each route that is served stands in this table`() {
        let served = Set(ControlPlane.routes.map(\.name))
        #expect(served.subtracting(Expectation.all.keys).sorted() == [])
        #expect(Set(Expectation.all.keys).subtracting(served).sorted() == [])
    }

    @Test(arguments: ControlPlane.routes.map(\.name))
    func `roles and accounts are held apart`(name: String) throws {
        let expected = try #require(Expectation.all[name])
        for (kind, caller) in ControlPlaneSite.callers {
            let site = try ControlPlaneSite()
            let answer = site.answer(try expected.request(name, at: site), from: caller)
            let comment = Comment("\(kind): \(String(decoding: answer.body, as: UTF8.self))")
            let status = expected.status(for: caller, of: name)
            #expect(answer.status == status, comment)
            let isChanged = !name.hasPrefix("GET ") && status == expected.success
            #expect(try site.auditLines().count == (isChanged ? 1 : 0), comment)
        }
    }

    @Test(arguments: ControlPlane.routes.map(\.name).filter { $0.contains("{id}") })
    func `what belongs to others reads as what never was`(name: String) throws {
        let expected = try #require(Expectation.all[name])
        for (kind, caller) in ControlPlaneSite.callers where !caller.scope.covers(.standard) {
            let site = try ControlPlaneSite()
            let sample = try #require(expected.sample)
            let foreign = site.answer(try expected.request(name, at: site), from: caller)
            let never = try expected.request(name, at: site, id: "never_0")
            let missing = site.answer(never, from: caller)
            let words = String(decoding: missing.body, as: UTF8.self)
            #expect(foreign.status == missing.status, "\(kind)")
            #expect(
                String(decoding: foreign.body, as: UTF8.self)
                    == words.replacing("never_0", with: sample),
                "\(kind)"
            )
            #expect(foreign.headers.map(\.name) == missing.headers.map(\.name), "\(kind)")
        }
    }

    @Test(
        arguments: ControlPlane.routes.filter { $0.method == "GET" && !$0.path.contains("{id}") }
            .map(\.name)
    )
    func `what is listed is the caller's own`(name: String) throws {
        let expected = try #require(Expectation.all[name])
        let site = try ControlPlaneSite()
        _ = site.post("/access-keys", from: ControlPlaneSite.admin)
        _ = site.post("/api-keys", #"{"role":"admin"}"#, from: ControlPlaneSite.admin)
        let answers = try ControlPlaneSite.callers.map { (kind, caller) in
            let answer = site.answer(try expected.request(name, at: site), from: caller)
            return (kind, caller, String(decoding: answer.body, as: UTF8.self))
        }
        let foreign = Expectation.samples + ["\"default\"", "aigm_admin"]
        for (kind, caller, text) in answers {
            if name == "GET /api-keys", caller.scope != .admin {
                #expect(!text.contains(#""role":"admin""#), "\(kind)")
            }
            if caller.scope.covers(.standard) { continue }
            for id in foreign { #expect(!text.contains(id), "\(kind): \(id)") }
        }
    }

    @Test(
        arguments: ControlPlane.routes.filter { $0.parameters.contains("accountId") }.map(\.name)
    )
    func `a question names no other account than one's own`(name: String) throws {
        let expected = try #require(Expectation.all[name])
        let site = try ControlPlaneSite()
        let caller = APICaller("aigm_other", .account(ControlPlaneSite.other))
        let words = try ["default", "nobody"].map { account in
            var request = try expected.request(name, at: site)
            request.query += (request.query.isEmpty ? "" : "&") + "accountId=\(account)"
            let answer = site.answer(request, from: caller)
            #expect(answer.status == 403)
            return String(decoding: answer.body, as: UTF8.self)
        }
        #expect(words[0] == words[1])
    }

    @Test(
        arguments: Expectation.all.filter { $0.key.hasPrefix("POST ") && $0.value.takesAccount }
            .map(\.key).sorted()
    )
    func `a new record is of no other account than one's own`(name: String) throws {
        let expected = try #require(Expectation.all[name])
        let site = try ControlPlaneSite()
        let caller = APICaller("aigm_other", .account(ControlPlaneSite.other))
        let words = try ["default", "nobody"].map { account in
            var request = try expected.request(name, at: site)
            let member = #""accountId":"\#(account)""#
            let rest = expected.body.dropFirst()
            request.body = Array("{\(member)\(rest == "}" ? "" : ",")\(rest)".utf8)
            let answer = site.answer(request, from: caller)
            #expect(answer.status == 403)
            return String(decoding: answer.body, as: UTF8.self)
        }
        #expect(words[0] == words[1])
        if expected.success == 201, expected.role != .admin {
            let made = site.answer(try expected.request(name, at: site), from: caller)
            #expect(try made.json()["accountId"]?.string == "other")
        }
    }

    @Test func `an admin's key is there for admins alone`() throws {
        let site = try ControlPlaneSite()
        let made = site.post("/api-keys", #"{"role":"admin"}"#)
        let uri = try #require(try made.json()["uri"]?.string)
        for (kind, caller) in ControlPlaneSite.callers {
            for (method, body) in [("GET", nil), ("PATCH", "{}"), ("DELETE", nil)] {
                let status = site.answer(site.request(method, uri, body: body), from: caller).status
                let isRefused = method != "GET" && caller.scope.role == .read
                let isThere = caller.scope == .admin
                #expect(
                    isThere ? status < 300 : status == (isRefused ? 403 : 404),
                    "\(method) by \(kind)"
                )
                if isThere { break }
            }
        }
        let own = APICaller("aigm_own", .account(.standard))
        let raised = site.post("/api-keys", #"{"role":"admin"}"#, from: own)
        #expect(raised.status == 403)
    }
}

extension APIRoute {
    fileprivate var name: String { "\(method) \(path)" }
}

/// What must become of a route's request, told apart from the table that is served.
private struct Expectation {
    /// The least role.
    let role: ManagementScope.Role
    /// The status for who may.
    var success = 200
    /// The status for who may, and whose account has no gateway.
    var elsewhere: Int?
    /// The status for who may, and whose account there is not.
    var nowhere: Int?
    /// The record of the account `default` in the path.
    var sample: String?
    var query = ""
    var body = "{}"

    /// Whether a body may say for whom it is.
    var takesAccount: Bool { nowhere == 400 && elsewhere == nil }

    func request(_ name: String, at site: ControlPlaneSite, id: String? = nil) throws -> APIRequest
    {
        let parts = name.split(separator: " ")
        let path = String(parts[1]).replacing("{id}", with: id ?? sample ?? "")
        let hasBody = parts[0] == "POST" || parts[0] == "PATCH"
        var request = site.request(String(parts[0]), path, body: hasBody ? body : nil)
        request.query = query
        request.idempotencyKey = "a"
        return request
    }

    func status(for caller: APICaller, of name: String) -> Int {
        let may =
            switch role {
            case .read: true
            case .account: caller.scope.role != .read
            case .admin: caller.scope.role == .admin
            }
        guard may else { return 403 }
        if caller.scope.covers(.standard) { return success }
        if name.contains("{id}") { return 404 }
        let isThere = caller.scope.accountID == ControlPlaneSite.other
        return (isThere ? elsewhere : nowhere) ?? success
    }
}

extension Expectation {
    /// The records of the account `default`.
    static let samples = Set(all.values.compactMap(\.sample)).sorted()

    static let all: [String: Expectation] = {
        var all = others
        for kind in [
            records("/access-keys", "aigk_sample"), records("/api-keys", "aigm_sample"),
            records(
                "/ai_gateway_api_keys",
                "aigk_sample",
                #"{"endpoint_id":"ep_main"}"#,
                elsewhere: 400
            ), records("/access-key-configurations", "aigac_sample", #"{"name":"a"}"#),
            records(
                "/provider-keys",
                "aigpk_sample",
                #"{"providerId":"openai","name":"a","value":"sk-0123456789"}"#
            ),
            records(
                "/providers",
                "aigp_sample",
                #"{"providerId":"p","name":"a","baseUrl":"https://a.example"}"#
            ),
            records("/virtual-models", "aigvm_sample", #"{"name":"v","targets":["openai:a"]}"#),
        ] { all.merge(kind) { $1 } }
        return all
    }()

    private static let others: [String: Expectation] = [
        "GET /endpoints": Expectation(role: .read),
        "GET /endpoints/{id}": Expectation(role: .read, sample: "ep_main"),
        "GET /audit": Expectation(role: .account),
        "GET /credits/balance": Expectation(role: .read),
        "GET /credits/transactions": Expectation(role: .read),
        // Nobody has a ledger here, and says that it was given before.
        "POST /credits/grants": Expectation(
            role: .admin,
            success: 409,
            body: #"{"amount":"5.00","category":"purchase"}"#
        ),
        "GET /usage": Expectation(role: .read, query: "startTime=2026-11-01T00:00:00Z"),
        "GET /usage/overview": Expectation(role: .read, query: "startTime=2026-11-01T00:00:00Z"),
        "GET /usage/requests/{id}": Expectation(role: .read, sample: "rq_sample"),
        "GET /models": Expectation(role: .read, nowhere: 400),
        "GET /events": Expectation(role: .read),
        "GET /accounts": Expectation(role: .admin),
        "POST /accounts": Expectation(role: .admin, success: 201, body: #"{"id":"new"}"#),
        "GET /accounts/{id}": Expectation(role: .admin, sample: "default"),
        "PATCH /accounts/{id}": Expectation(role: .admin, sample: "default"),
        "GET /gateway-config": Expectation(role: .read, nowhere: 400),
        "PATCH /gateway-config": Expectation(role: .account, nowhere: 400),
        "POST /provider-keys/{id}/rotate": Expectation(
            role: .account,
            sample: "aigpk_sample",
            body: #"{"name":"a","value":"sk-0123456789"}"#
        ),
    ]

    /// The five routes of a kind of records.
    private static func records(
        _ path: String,
        _ sample: String,
        _ body: String = "{}",
        elsewhere: Int? = nil
    ) -> [String: Expectation] {
        [
            "GET \(path)": Expectation(role: .read),
            "POST \(path)": Expectation(
                role: .account,
                success: 201,
                elsewhere: elsewhere,
                nowhere: 400,
                body: body
            ),
            "GET \(path)/{id}": Expectation(role: .read, sample: sample),
            "PATCH \(path)/{id}": Expectation(role: .account, sample: sample),
            "DELETE \(path)/{id}": Expectation(role: .account, success: 204, sample: sample),
        ]
    }
}
