import Access
import ControlPlane
import JSON
import Model
import Platform
import Testing

@Suite struct `Provider keys and configurations over the API` {
    private let site: ControlPlaneSite
    private static let value = "sk-test-0123456789abcdefghijklmnop"

    init() throws {
        site = try ControlPlaneSite()
    }

    private func store() throws -> String {
        let bytes = try File("\(site.path)/store.jsonl", for: .reading).readAll(limit: 1 << 20)
        return String(decoding: bytes, as: UTF8.self)
    }

    @Test func `a value is sealed and never shown`() throws {
        let value = Self.value
        let made = site.post(
            "/provider-keys",
            #"{"providerId":"OpenAI","name":"main","value":"\#(value)"}"#
        )
        #expect(made.status == 201)
        let json = try made.json()
        #expect(json["providerId"]?.string == "openai" && json["value"] == nil)
        let uri = try #require(json["uri"]?.string)
        let other = "sk-other-0123456789abcdefghijklmnop"
        let rotated = site.post("\(uri)/rotate", #"{"name":"new","value":"\#(other)"}"#)
        #expect(rotated.status == 200)
        #expect(try rotated.json()["id"]?.string == json["id"]?.string)
        #expect(try rotated.json()["keyRedacted"]?.string == Secret(other).redacted)
        let texts = try [store(), site.auditLines().joined()]
        #expect(texts.allSatisfy { !$0.contains(value) && !$0.contains(other) })
        #expect(try site.auditLines().last?.contains(#""action":"rotate""#) == true)
        let list = try site.get("/provider-keys?provider=openai").ids("aiGatewayProviderKeys")
        #expect(list.count == 2)
        #expect(try site.get("/provider-keys?provider=groq").ids("aiGatewayProviderKeys").isEmpty)
    }

    @Test(arguments: [
        (#"{"name":"a","value":"b"}"#, "27510"), (#"{"providerId":"openai","value":"b"}"#, "27510"),
        (#"{"providerId":"openai","name":"a"}"#, "27510"),
        (#"{"providerId":"openai","name":"a","value":""}"#, "27507"),
        (#"{"providerId":"openai","name":"a","value":"b c"}"#, "27606"),
        (#"{"providerId":"opnai","name":"a","value":"b"}"#, "27508"),
        (#"{"providerId":"openai","name":1,"value":"b"}"#, "27501"),
        (#"{"providerId":"openai","name":"a","value":"b","description":1}"#, "27502"),
        (#"{"providerId":"openai","name":"a","value":"b","metadata":1}"#, "27503"),
        (#"{"providerId":"openai","name":"a","value":"b","colour":1}"#, "27606"),
    ])
    func `what is wrong with a new one has its code`(body: String, code: String) throws {
        let answer = site.post("/provider-keys", body)
        #expect(answer.status == 400 && answer.errorCode == "ERR_NGROK_\(code)")
        #expect(try site.auditLines().isEmpty)
    }

    @Test func `a configuration makes keys, and what it uses stays`() throws {
        let value = Self.value
        let made = site.post(
            "/access-key-configurations",
            #"""
            {"name":"team","access":{"providers":{"allow":["openai"]}},"router":{"rules":[
            {"provider":"openai","steps":[{"type":"user","keys":[{"id":"aigpk_sample"},
            {"name":"new","value":"\#(value)"}]},{"type":"ngrok"}]}]}}
            """#
        )
        #expect(made.status == 201)
        let uri = try #require(made.json()["uri"]?.string)
        let id = try #require(made.json()["id"]?.string)
        #expect(try !store().contains(value))
        let step = try made.json()["router"]?["rules"]?.elements[0]["steps"]?.elements
        let keys = step?[0]["keys"]?.elements.compactMap { $0["name"]?.string }
        #expect(keys == ["sample", "new"] && step?[1]["type"]?.string == "managed")
        let used = site.answer(site.request("DELETE", "/provider-keys/aigpk_sample"))
        #expect(used.status == 409 && used.errorCode == "ERR_NGROK_27511")
        let key = site.post("/access-keys", #"{"accessKeyConfigurationId":"\#(id)"}"#)
        #expect(key.status == 201)
        #expect(try site.get(uri).json()["accessKeyCount"]?.integer == 1)
        let busy = site.answer(site.request("DELETE", uri))
        #expect(busy.status == 409 && busy.errorCode == "ERR_NGROK_27615")
        let listed = try site.get("/access-keys?accessKeyConfigurationId=\(id)")
            .ids("aiGatewayAccessKeys")
        #expect(listed.count == 1)
        let keyURI = try #require(key.json()["uri"]?.string)
        let freed = site.request("PATCH", keyURI, body: #"{"accessKeyConfigurationId":null}"#)
        #expect(site.answer(freed).status == 200)
        #expect(site.answer(site.request("DELETE", uri)).status == 204)
    }

    @Test(arguments: [
        (#"{}"#, "27602"), (#"{"name":""}"#, "27603"), (#"{"name":"a","colour":1}"#, "27606"),
        (#"{"name":5}"#, "27603"), (#"{"name":"a","metadata":[]}"#, "27604"),
        (#"{"name":"a","metadata":12345678901234567890}"#, "27606"),
        (#"{"name":"a","router":{"rules":[{}]}}"#, "27605"),
        (#"{"name":"a","router":{"rules":[{"provider":"openai","steps":[]}]}}"#, "27605"),
        (
            #"{"name":"a","router":{"rules":[{"provider":"openai","steps":[{"type":"user","keys":[{"id":"aigpk_no"}]}]}]}}"#,
            "27605"
        ),
        (#"{"name":"a","access":{"providers":{"allow":["opnai"]}}}"#, "27606"),
    ])
    func `what is wrong with a configuration has its code`(body: String, code: String) {
        let answer = site.post("/access-key-configurations", body)
        #expect(answer.status == 400 && answer.errorCode == "ERR_NGROK_\(code)")
    }

    @Test func `the older form is over the same records`() throws {
        let made = site.post(
            "/ai_gateway_api_keys",
            #"{"endpoint_id":"ep_main","description":"old","metadata":"m"}"#
        )
        #expect(made.status == 201)
        let json = try made.json()
        #expect(json["token"]?.string != nil && json["endpoint"]?["id"]?.string == "ep_main")
        let id = try #require(json["id"]?.string)
        let newer = try site.get("/access-keys/\(id)").json()
        #expect(newer["endpointId"]?.string == "ep_main" && newer["description"]?.string == "old")
        #expect(site.post("/ai_gateway_api_keys").errorCode == "ERR_NGROK_27602")
        let unbound = try #require(site.post("/access-keys").json()["id"]?.string)
        #expect(site.get("/ai_gateway_api_keys/\(unbound)").status == 404)
        let list = try site.get("/ai_gateway_api_keys?limit=1").json()
        #expect(list["ai_gateway_api_keys"]?.elements.count == 1)
        let next = try #require(list["next_page_uri"]?.string)
        let rest = try site.get(next).json()
        #expect(rest["ai_gateway_api_keys"]?.elements[0]["id"]?.string == "aigk_sample")
        #expect(rest["next_page_uri"]?.isNull == true)
        let uri = "/ai_gateway_api_keys/\(id)"
        #expect(
            site.answer(site.request("PATCH", uri, body: #"{"description":"x"}"#)).status == 200
        )
        #expect(site.answer(site.request("DELETE", uri)).status == 204)
        #expect(site.get(uri).status == 404)
    }
}
