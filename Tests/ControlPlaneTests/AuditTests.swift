import Access
import ControlPlane
import Glibc
import JSON
import Model
import Platform
import Testing

@Suite struct `The audit trail` {
    private let site: ControlPlaneSite

    init() throws {
        site = try ControlPlaneSite()
    }

    private func append(_ text: String) throws {
        let file = try File("\(site.path)/audit.jsonl", for: .writing)
        try file.write(Array(text.utf8).span, at: try file.status().byteCount)
    }

    private func pages(_ limit: Int, from caller: APICaller) throws -> [String] {
        var names: [String] = []
        var uri: String? = "/audit?limit=\(limit)"
        while let path = uri {
            let page = try site.get(path, from: caller).json()
            names += page["entries"]?.elements.compactMap { $0["resourceId"]?.string } ?? []
            uri = page["nextPageUri"]?.string
        }
        return names
    }

    @Test(arguments: [1, 2, 100])
    func `is listed in pages, the newest first`(limit: Int) throws {
        #expect(try pages(limit, from: ControlPlaneSite.admin).isEmpty)
        var ids: [String] = []
        for number in 0..<5 {
            let account = number % 2 == 0 ? "default" : "other"
            let made = site.post("/access-keys", #"{"accountId":"\#(account)"}"#)
            ids.insert(try #require(made.json()["id"]?.string), at: 0)
            if number == 2 { try append("{\"torn\n{\"time\":1}\nnot JSON\n") }
        }
        #expect(try pages(limit, from: ControlPlaneSite.admin) == ids)
        let other = APICaller("aigm_other", .account(ControlPlaneSite.other))
        #expect(try pages(limit, from: other) == [ids[1], ids[3]])
    }

    @Test func `goes on behind a torn line`() throws {
        _ = site.post("/access-keys")
        try append("{\"v\":1,\"tim")
        _ = site.post("/access-keys")
        #expect(try site.auditLines().count == 3)
        #expect(try pages(10, from: ControlPlaneSite.admin).count == 2)
    }

    @Test func `is read in parts, however long it is`() throws {
        _ = site.post("/access-keys")
        let line = try site.auditLines()[0] + "\n"
        let count = 2 * 262_144 / line.utf8.count
        try append(String(repeating: line, count: count))
        #expect(try pages(100, from: ControlPlaneSite.admin).count == count + 1)
    }

    @Test(arguments: [
        "au_", "au_x", "au_-1", "au_1", "au_007", "au_99999999999999999999", "x",
        "au_9223372036854775807",
    ])
    func `has no entry at a place of that name`(id: String) {
        _ = site.post("/access-keys")
        #expect(site.get("/audit?beforeId=\(id)").status == 400)
    }
}
