import Access
import ControlPlane
import JSON
import Model
import Testing

/// Accounts, their settings, providers and virtual models over the API.
@Suite struct `What accounts make for themselves` {
    private let site: ControlPlaneSite

    init() throws {
        site = try ControlPlaneSite()
    }

    private func code(_ answer: APIAnswer) -> String {
        "\(answer.status) \(answer.errorCode?.dropFirst("ERR_NGROK_".count) ?? "")"
    }

    private func patch(
        _ path: String,
        _ body: String,
        from caller: APICaller = ControlPlaneSite.admin
    ) -> APIAnswer {
        site.answer(site.request("PATCH", path, body: body), from: caller)
    }

    @Test(arguments: [
        ("{}", "400 27602"), (#"{"id":"a b"}"#, "400 27606"), (#"{"id":"other"}"#, "409 27607"),
        (#"{"id":"new","name":5}"#, "400 27603"), (#"{"id":"new","metadata":5}"#, "400 27604"),
        (#"{"id":"new","colour":5}"#, "400 27606"), (#"{"id":"new"}"#, "201 "),
        (#"{"id":"default"}"#, "201 "),
    ])
    func `an account is made or refused with its code`(body: String, expected: String) {
        #expect(code(site.post("/accounts", body)) == expected)
    }

    @Test func `accounts are listed with those that gateways name`() throws {
        _ = site.post("/accounts", #"{"id":"new"}"#)
        #expect(try site.get("/accounts").ids("accounts") == ["new", "other", "default"])
        let first = try site.get("/accounts?limit=1").json()
        #expect(first["nextPageUri"]?.string == "/accounts?beforeId=new&limit=1")
        #expect(
            try site.get("/accounts?limit=1&beforeId=new").ids("accounts") == ["other"]
        )
        let shown = try site.get("/accounts/default").json()
        #expect(shown["endpoints"]?.elements.compactMap(\.string) == ["ep_main"])
        #expect(code(site.get("/accounts/nobody")) == "404 27611")
        #expect(code(patch("/accounts/default", #"{"disabled":true}"#)) == "400 27606")
        #expect(
            try patch("/accounts/other", #"{"disabled":true}"#).json()["disabled"]?.bool == true
        )
    }

    @Test func `a stale tag is refused`() throws {
        let tag = try #require(site.get("/accounts/other").header("ETag"))
        var request = site.request("PATCH", "/accounts/other", body: #"{"name":"a"}"#)
        request.ifMatch = tag
        #expect(site.answer(request).status == 200)
        request = site.request("PATCH", "/accounts/other", body: #"{"name":"b"}"#)
        request.ifMatch = tag
        #expect(site.answer(request).status == 412)
    }

    @Test func `settings are those of the caller's account`() throws {
        let other = APICaller("aigm_other", .account(ControlPlaneSite.other))
        let changed = patch(
            "/gateway-config",
            #"{"totalTimeout":"30s","maxInputTokens":5}"#,
            from: other
        )
        #expect(try changed.json()["totalTimeout"]?.string == "30s")
        #expect(try site.get("/gateway-config", from: other).json()["accountId"]?.string == "other")
        #expect(try site.get("/gateway-config").json()["totalTimeout"]?.isNull == true)
        let asked = try site.get("/gateway-config?accountId=other").json()
        #expect(asked["maxInputTokens"]?.integer == 5)
        let uri = try #require(asked["uri"]?.string)
        #expect(try site.get(uri).json()["accountId"]?.string == "other")
        #expect(try site.get(uri, from: other).json()["uri"]?.string == uri)
        #expect(site.get("/gateway-config?accountId=default", from: other).status == 403)
        #expect(code(site.get("/gateway-config?accountId=nobody")) == "400 27606")
        #expect(code(patch("/gateway-config", #"{"maxInputTokens":0}"#)) == "400 27606")
    }

    @Test(arguments: [
        (#""name":"""#, "400 27701"), (#""metadata":5"#, "400 27702"),
        (#""baseUrl":"ftp://a""#, "400 27703"), (#""providerId":null"#, "400 27706"),
        (#""providerId":"openai""#, "400 27705"), (#""providerId":"a:b""#, "400 27706"),
        (#""supportedApiSurfaces":[{"format":"x"}]"#, "400 27707"),
        (#""supportedApiSurfaces":[{"format":"openai","surface":"x"}]"#, "400 27708"),
        (#""models":[{"modelId":""}]"#, "400 27709"),
        (#""models":[{"modelId":"a"},{"modelId":"a"}]"#, "400 27711"),
        (#""providerId":"sample""#, "409 27712"),
        (#""models":[{"modelId":"a","providerModelId":""}]"#, "400 27713"),
        (#""models":[{"modelId":"a","unsupportedParams":["x","x"]}]"#, "400 27715"),
        (#""models":[{"modelId":"a","unsupportedParams":[""]}]"#, "400 27717"),
        (#""baseUrl":"http://127.0.0.1/v1""#, "400 27718"),
        (#""accountId":"nobody""#, "400 27606"), (#""colour":1"#, "400 27606"),
        (#""accountId":"default""#, "201 "),
    ])
    func `a provider is made or refused with its code`(member: String, expected: String) {
        let name = member.prefix { $0 != ":" }
        let members = [
            #""providerId":"mine""#, #""name":"Mine""#, #""baseUrl":"https://a.example/v1""#,
        ]
        let body = members.filter { !$0.hasPrefix(name) } + [member]
        #expect(code(site.post("/providers", "{\(body.joined(separator: ","))}")) == expected)
    }

    @Test func `a provider that lacks a member is refused with its code`() {
        #expect(code(site.post("/providers", "{}")) == "400 27704")
    }

    @Test func `a provider is not deleted while something refers to it`() throws {
        let made = site.post("/virtual-models", #"{"name":"v","targets":["sample:llama"]}"#)
        #expect(made.status == 201)
        let delete = { site.answer(site.request("DELETE", "/providers/aigp_sample")) }
        #expect(code(delete()) == "409 27710")
        let uri = try #require(made.header("Location"))
        #expect(site.answer(site.request("DELETE", uri)).status == 204)
        #expect(delete().status == 204)
        #expect(code(delete()) == "404 27611")
    }

    @Test(arguments: [
        (#"{"targets":["openai:a"]}"#, "NAME_REQUIRED"),
        (#"{"name":null,"targets":["openai:a"]}"#, "NAME_REQUIRED"),
        (#"{"name":5,"targets":["openai:a"]}"#, "NAME_ILLEGAL_CHARACTER"),
        (
            "{\"name\":\"\(String(repeating: "x", count: 300))\",\"targets\":[\"openai:a\"]}",
            "NAME_TOO_LONG"
        ),
        (#"{"name":"a b","targets":["openai:a"]}"#, "NAME_ILLEGAL_CHARACTER"),
        (#"{"name":"v","targets":[]}"#, "TARGETS_OUT_OF_RANGE"),
        (#"{"name":"v","targets":null}"#, "TARGETS_OUT_OF_RANGE"),
        (#"{"name":"v","targets":[5]}"#, "TARGET_NOT_FOUND"),
        (#"{"name":"v","targets":["openai:a","openai:a"]}"#, "TARGET_DUPLICATED"),
        (#"{"name":"v","targets":["nobody:a"]}"#, "TARGET_NOT_FOUND"),
        (#"{"name":"v","targets":["sample-model"]}"#, "TARGET_NESTING_NOT_ALLOWED"),
    ])
    func `a virtual model is refused with its code`(body: String, name: String) {
        #expect(code(site.post("/virtual-models", body)) == "400 AI_GATEWAY_VIRTUAL_MODEL_\(name)")
    }

    @Test(arguments: [
        ("/virtual-models/aigvm_sample", #"{"name":null}"#, "VIRTUAL_MODEL_NAME_REQUIRED"),
        (
            "/virtual-models/aigvm_sample", #"{"targets":null}"#,
            "VIRTUAL_MODEL_TARGETS_OUT_OF_RANGE"
        ),
        (
            "/access-key-configurations/aigac_sample",
            #"{"access":{"models":{"allow":["Sample-Model"]}}}"#,
            "ACCESS_CONFIG_VIRTUAL_MODEL_NOT_ALLOWED"
        ),
    ])
    func `a change is refused with its code`(path: String, body: String, name: String) {
        #expect(code(patch(path, body)) == "400 AI_GATEWAY_\(name)")
    }

    @Test func `null clears what may be empty`() throws {
        let full = #"{"name":"n","description":"d","metadata":{"a":1}}"#
        let empty = #"{"name":null,"description":null,"metadata":null}"#
        _ = patch("/accounts/other", full)
        let account = try patch("/accounts/other", empty).json()
        for name in ["name", "description", "metadata"] {
            #expect(account[name]?.string == "", "\(name)")
        }
        let uri = "/providers/aigp_sample"
        _ = patch(uri, #"{"metadata":"m","models":[{"modelId":"a"}]}"#)
        #expect(try site.get(uri).json()["models"]?.elements.count == 1)
        let provider = try patch(
            uri,
            #"{"metadata":null,"models":null,"supportedApiSurfaces":null}"#
        ).json()
        #expect(provider["metadata"]?.string == "" && provider["models"]?.elements.isEmpty == true)
        _ = patch("/gateway-config", #"{"maxInputTokens":5,"totalTimeout":"5s"}"#)
        let settings = try patch("/gateway-config", #"{"maxInputTokens":null}"#).json()
        #expect(settings["maxInputTokens"]?.isNull == true)
        #expect(settings["totalTimeout"]?.string == "5s")
    }

    @Test func `only a management key is an author with an address`() throws {
        let settings = try site.get("/gateway-config").json()
        #expect(settings["createdBy"]?["id"]?.string == "gateway.yaml")
        #expect(settings["createdBy"]?["uri"]?.isNull == true)
        #expect(try site.get("/accounts/default").json()["createdBy"]?["uri"]?.isNull == true)
        let changed = try patch("/gateway-config", #"{"metadata":"m"}"#).json()
        #expect(changed["lastUpdatedBy"]?["uri"]?.string == "/api-keys/aigm_admin")
    }

    @Test func `each change is noted`() throws {
        _ = patch("/accounts/other", #"{"name":"n"}"#)
        _ = patch("/gateway-config?accountId=other", #"{"maxInputTokens":5}"#)
        _ = patch("/providers/aigp_sample", #"{"name":"n"}"#)
        _ = site.answer(site.request("DELETE", "/virtual-models/aigvm_sample"))
        let entries = try site.get("/audit").json()["entries"]?.elements ?? []
        let told = entries.map { entry in
            ["action", "resourceType", "resourceId", "accountId"]
                .compactMap { entry[$0]?.string }.joined(separator: " ")
        }
        #expect(
            told == [
                "delete virtual-model aigvm_sample default", "update provider aigp_sample default",
                "update gateway-config other other", "update account other other",
            ]
        )
    }

    @Test func `a list of accounts goes on after one that is there`() {
        #expect(code(site.get("/accounts?beforeId=nobody")) == "404 27611")
    }

    @Test(arguments: [
        ("/access-keys", "{"), ("/api-keys", #"{"role":"read","#),
        ("/access-key-configurations", #"{"name":"a","#),
        ("/provider-keys", #"{"providerId":"openai","name":"a","value":"b","#),
        ("/providers", #"{"providerId":"p","name":"a","baseUrl":"https://a.example","#),
        ("/virtual-models", #"{"name":"v","targets":["openai:a"],"#),
        ("/credits/grants", #"{"amount":"5.00","category":"purchase","#),
    ])
    func `a record is of an account that exists`(path: String, start: String) throws {
        var request = site.request("POST", path, body: start + #""accountId":"nobody"}"#)
        request.idempotencyKey = "a"
        let answer = site.answer(request)
        #expect(code(answer) == "400 27606")
        #expect(try answer.json()["details"]?["field"]?.string == "accountId")
        #expect(try site.auditLines().isEmpty)
    }

    @Test(
        arguments: ControlPlane.routes
            .filter { $0.method == "GET" && $0.parameters.contains("accountId") }.map(\.path)
    )
    func `a question is about an account that exists`(path: String) throws {
        let rest = path.hasPrefix("/usage") ? "&startTime=2026-11-01T00:00:00Z" : ""
        let answer = site.get("\(path)?accountId=nobody\(rest)")
        #expect(code(answer) == "400 27606")
        #expect(try answer.json()["details"]?["parameter"]?.string == "accountId")
        #expect(site.get("\(path)?accountId=other\(rest)").status == 200)
    }

    @Test func `a virtual model is changed by what is said`() throws {
        let changed = patch("/virtual-models/aigvm_sample", #"{"targets":["openai:b"]}"#)
        #expect(try changed.json()["targets"]?.elements.compactMap(\.string) == ["openai:b"])
        #expect(try changed.json()["name"]?.string == "sample-model")
        #expect(
            code(site.post("/virtual-models", #"{"name":"Sample-Model","targets":["openai:b"]}"#))
                == "409 27607"
        )
    }
}
