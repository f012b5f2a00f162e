import Access
import ControlPlane
import JSON
import Testing

/// Configurations and provider keys that name what the account has made for itself.
@Suite struct `Records that name an account's own providers` {
    private let site: ControlPlaneSite
    private static let other = APICaller("aigm_other", .account(ControlPlaneSite.other))

    init() throws {
        site = try ControlPlaneSite()
    }

    private func key(_ provider: String, from caller: APICaller) -> APIAnswer {
        site.post(
            "/provider-keys",
            #"{"providerId":"\#(provider)","name":"k","value":"sk-0123456789"}"#,
            from: caller
        )
    }

    private func configuration(
        _ members: String,
        from caller: APICaller = ControlPlaneSite.admin
    ) -> APIAnswer {
        site.post("/access-key-configurations", #"{"name":"c",\#(members)}"#, from: caller)
    }

    @Test(arguments: ["sample", "Sample", "aigp_sample"])
    func `a provider key is for it by name or id`(name: String) throws {
        let made = key(name, from: ControlPlaneSite.admin)
        #expect(made.status == 201)
        #expect(try made.json()["providerId"]?.string == "sample")
        let foreign = key(name, from: Self.other)
        #expect(foreign.status == 400 && foreign.errorCode == "ERR_NGROK_27508")
        let unknown = key("aigp_never", from: Self.other)
        #expect(unknown.errorCode == "ERR_NGROK_27508")
    }

    @Test func `a key makes the provider stay`() throws {
        let made = try key("sample", from: ControlPlaneSite.admin).json()
        let delete = { site.answer(site.request("DELETE", "/providers/aigp_sample")) }
        let refused = delete()
        #expect(refused.status == 409 && refused.errorCode == "ERR_NGROK_27710")
        let id = try #require(made["id"]?.string)
        #expect(try refused.json()["msg"]?.string?.contains(id) == true)
        #expect(site.answer(site.request("DELETE", "/provider-keys/\(id)")).status == 204)
        #expect(delete().status == 204)
    }

    @Test func `a configuration keeps it by its name`() throws {
        let made = configuration(
            #"""
            "access":{"providers":{"allow":["openai","aigp_sample","x*"]},"models":{"allow":["SAMPLE:a","aigp_sample:b:c"]}},
            "router":{"rules":[{"provider":"aigp_sample","steps":[{"type":"user","keys":[
            {"name":"new","value":"sk-0123456789"}]}]},
            {"model":"aigp_sample:a","steps":[{"type":"user","keys":[
            {"name":"next","value":"sk-0123456789"}]}]}]}
            """#
        )
        #expect(made.status == 201)
        let json = try made.json()
        let allowed = json["access"]?["providers"]?["allow"]?.elements.compactMap(\.string)
        #expect(allowed == ["openai", "sample", "x*"])
        let models = json["access"]?["models"]?["allow"]?.elements.compactMap(\.string)
        #expect(models == ["SAMPLE:a", "sample:b:c"])
        #expect(json["router"]?["rules"]?.elements[1]["model"]?.string == "sample:a")
        let rule = try #require(json["router"]?["rules"]?.elements.first)
        #expect(rule["provider"]?.string == "sample")
        let id = try #require(rule["steps"]?.elements[0]["keys"]?.elements[0]["id"]?.string)
        let provider = try site.get("/provider-keys/\(id)").json()["providerId"]?.string
        #expect(provider == "sample")
    }

    @Test(arguments: [
        (#""access":{"providers":{"allow":["sample"]}}"#, "27606", "access.providers.allow[0]"),
        (#""access":{"models":{"allow":["sample:a"]}}"#, "27606", "access.models.allow[0]"),
        (
            #""router":{"rules":[{"provider":"sample","steps":[{"type":"managed"}]}]}"#, "27605",
            "router.rules[0]"
        ),
    ])
    func `another account does not know it`(members: String, code: String, field: String) throws {
        let foreign = configuration(members, from: Self.other)
        #expect(foreign.status == 400 && foreign.errorCode == "ERR_NGROK_\(code)")
        #expect(try foreign.json()["details"]?["field"]?.string == field)
        let words = try #require(try foreign.json()["msg"]?.string)
        let never = configuration(members.replacing("sample", with: "never0"), from: Self.other)
        #expect(try never.json()["msg"]?.string == words.replacing("sample", with: "never0"))
        #expect(try site.auditLines().isEmpty)
    }

    @Test func `a virtual model of the account is no entry of a list`() throws {
        let members = #""access":{"models":{"allow":["gpt-4o","Sample-Model"]}}"#
        let refused = try configuration(members).json()
        #expect(
            refused["errorCode"]?.string
                == "ERR_NGROK_AI_GATEWAY_ACCESS_CONFIG_VIRTUAL_MODEL_NOT_ALLOWED"
        )
        #expect(refused["details"]?["field"]?.string == "access.models.allow[1]")
        #expect(refused["msg"]?.string?.contains("openai:gpt-4o") == true)
        #expect(configuration(members, from: Self.other).status == 201)
    }
}
