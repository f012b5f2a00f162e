import Access
import ControlPlane
import JSON
import Model
import Storage
import Testing

@Suite struct `Access keys over the API` {
    private let site: ControlPlaneSite

    init() throws {
        site = try ControlPlaneSite()
    }

    @Test func `are shown with their token once`() throws {
        let made = site.post("/access-keys", #"{"name":"ci","metadata":{"b":1,"a":2}}"#)
        #expect(made.status == 201)
        let json = try made.json()
        let token = try #require(json["token"]?.string)
        let uri = try #require(json["uri"]?.string)
        #expect(made.header("Location") == uri)
        let read = site.get(uri)
        #expect(try read.json()["token"] == nil)
        #expect(read.header("ETag") == made.header("ETag"))
        #expect(try site.auditLines().allSatisfy { !$0.contains(token) })
    }

    @Test func `are noted when they change, without what was said`() throws {
        let uri = try #require(site.post("/access-keys").json()["uri"]?.string)
        var change = site.request("PATCH", uri, body: #"{"name":"hidden","disabled":true}"#)
        change.address = "192.0.2.1"
        #expect(site.answer(change).status == 200)
        let lines = try site.auditLines()
        #expect(lines.count == 2)
        let entry = try JSONDocument.parse(Array(lines[1].utf8).span).root
        #expect(entry["author"]?.string == "aigm_admin" && entry["role"]?.string == "admin")
        #expect(entry["action"]?.string == "update" && entry["method"]?.string == "PATCH")
        #expect(entry["resourceType"]?.string == "access-key")
        #expect(uri.hasSuffix(entry["resourceId"]?.string ?? "-"))
        #expect(entry["fields"]?.elements.compactMap(\.string) == ["name", "disabled"])
        #expect(entry["address"]?.string == "192.0.2.1")
        #expect(!lines[1].contains("hidden"))
    }

    @Test func `are changed only as they were seen`() throws {
        let first = try #require(site.get("/access-keys/aigk_sample").header("ETag"))
        for (tag, status) in [
            ("\"0\"", 412), ("W/\(first)", 412), ("", 412), ("\"0\", \(first)", 200),
            (first, 412), ("*", 200),
        ] {
            var change = site.request("PATCH", "/access-keys/aigk_sample", body: "{}")
            change.ifMatch = tag
            #expect(site.answer(change).status == status, "\(tag)")
        }
    }

    @Test(arguments: [1, 3, 7, 100])
    func `are listed in pages, the newest first`(limit: Int) throws {
        var ids = ["aigk_sample"]
        for number in 0..<7 {
            let made = try site.post("/access-keys", #"{"name":"key \#(number)"}"#).json()
            ids.insert(try #require(made["id"]?.string), at: 0)
        }
        var seen: [String] = []
        var uri: String? = "/access-keys?limit=\(limit)"
        while let path = uri {
            let page = site.get(path)
            seen += try page.ids("aiGatewayAccessKeys")
            uri = try page.json()["nextPageUri"]?.string
        }
        #expect(seen == ids)
        let gone = ids[3]
        _ = site.answer(site.request("DELETE", "/access-keys/\(gone)"))
        let rest = try site.get("/access-keys?beforeId=\(gone)").ids("aiGatewayAccessKeys")
        #expect(rest == Array(ids[4...]), "a page goes on behind a key that is gone")
    }

    @Test func `are found by a part of what is shown of them`() throws {
        let made = try site.post(
            "/access-keys",
            #"{"name":"Billing Öst","description":"for the \"night\" run"}"#
        ).json()
        let id = try #require(made["id"]?.string)
        let redacted = try #require(made["keyRedacted"]?.string)
        for text in ["billing", "ÖST", "night", "\"NIGHT\"", String(id.suffix(9)), redacted] {
            var request = site.request("GET", "/access-keys")
            request.query =
                "search="
                + text.utf8.map { "%" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            #expect(try site.answer(request).ids("aiGatewayAccessKeys") == [id], "\(text)")
        }
        #expect(try site.get("/access-keys?search=default").ids("aiGatewayAccessKeys").isEmpty)
        #expect(try site.get("/access-keys?search=").ids("aiGatewayAccessKeys").count == 2)
    }

    @Test func `are as others changed them in the meantime`() throws {
        let store = try KeyStore(try StateDirectory(site.path))
        var changed = try #require(store.contents.accessKeys[AccessKeyID("aigk_sample")])
        changed.name = "renamed"
        let renamed = changed
        _ = try store.commit { _ in .accessKey(renamed) }
        let key = try site.get("/access-keys/aigk_sample").json()
        #expect(key["name"]?.string == "renamed")
    }
}
