import Access
import ControlPlane
import JSON
import Model
import Testing

@Suite struct `Management keys over the API` {
    private let site: ControlPlaneSite

    init() throws {
        site = try ControlPlaneSite()
    }

    @Test func `open the API until they are gone`() throws {
        let made = try site.post("/api-keys", #"{"name":"ci","role":"read"}"#).json()
        let token = try #require(made["token"]?.string)
        let uri = try #require(made["uri"]?.string)
        let credential = try APICredential(authorization: "Bearer \(token)")
        let reply = site.plane.answer(site.request("GET", "/access-keys"), with: credential)
        #expect(reply.caller?.scope == .read(.standard))
        #expect(site.answer(site.request("PATCH", uri, body: #"{"disabled":true}"#)).status == 200)
        let refused = site.plane.answer(site.request("GET", "/access-keys"), with: credential)
        #expect(refused.caller == nil)
        guard case .answer(let answer) = refused.outcome else { return #expect(Bool(false)) }
        #expect(answer.status == 401)
    }

    @Test(arguments: [
        nil, "", " ", "   ", "Bearer", " Bearer ", "Bearer x", "Basic ngm-abc",
        "ngm-7Kq2mVx9TbLc-g1-abc",
        "Bearer ng-7Kq2mVx9TbLc-g1-0000000000000000000000000000000000000000000",
        "Bearer \u{FFFD}\u{0}",
    ])
    func `are known by their shape`(header: String?) {
        let error = #expect(throws: APIError.self) { try APICredential(authorization: header) }
        #expect(error?.kind.status == 401)
    }

    @Test func `make none that may do more than they`() throws {
        let own = APICaller("aigm_own", .account(.standard))
        #expect(site.post("/api-keys", #"{"role":"admin"}"#, from: own).status == 403)
        #expect(site.post("/api-keys", #"{"accountId":"other"}"#, from: own).status == 403)
        let made = try site.post("/api-keys", #"{"role":"read"}"#, from: own).json()
        #expect(made["accountId"]?.string == "default" && made["role"]?.string == "read")
        let uri = try #require(made["uri"]?.string)
        let raised = site.request("PATCH", uri, body: #"{"role":"account"}"#)
        #expect(site.answer(raised, from: own).status == 400)
        let admin = try site.post("/api-keys", #"{"role":"admin"}"#).json()
        #expect(admin["accountId"]?.isNull == true)
        let hidden = try #require(admin["uri"]?.string)
        #expect(site.get(hidden, from: own).status == 404)
        #expect(try !site.get("/api-keys", from: own).ids("aiGatewayApiKeys").contains(hidden))
    }
}
