import Model
import Routing
import Testing

@testable import Storage

@Suite struct `Virtual models of the configuration` {
    private static func yaml(_ lines: String...) -> String {
        "virtual_models:\n" + lines.map { "  - \($0)\n" }.joined() + gatewayYAML()
    }

    @Test func `have a name, a description and targets`() throws {
        let configuration = try load(
            Self.yaml(
                "{ name: fast, description: Quick, targets: [gpt-5-mini, 'openai:new'] }",
                "{ name: team/best, targets: [gpt-5] }"
            )
        )
        #expect(
            configuration.virtualModels == [
                VirtualModel(
                    name: "fast",
                    description: "Quick",
                    targets: ["gpt-5-mini", "openai:new"]
                ), VirtualModel(name: "team/best", targets: ["gpt-5"]),
            ]
        )
        #expect(try configuration.loadCatalog().models.count > 70)
        #expect(configuration.effective.contains("- name: fast\n"))
        #expect(try load(gatewayYAML()).virtualModels.isEmpty)
    }

    @Test(arguments: [
        (
            "{ name: a, targets: [] }",
            "2:25: 'virtual_models[0].targets' must have 1 to 10 models, not 0"
        ),
        ("{ name: a, targets: [b,c,d,e,f,g,h,i,j,k,l] }", "must have 1 to 10 models, not 11"),
        ("{ name: a }", "2:5: 'virtual_models[0].targets' is missing"),
        ("{ targets: [b] }", "'virtual_models[0].name' is missing"),
        (
            "{ name: a, target: [b] }",
            "unknown key 'target' in 'virtual_models[0]': did you mean 'targets'?"
        ),
        ("{ name: auto, targets: [b] }", "2:13: 'virtual_models[0].name' must not be 'auto'"),
        ("{ name: NGROK/auto, targets: [b] }", "must not be 'NGROK/auto'"),
        ("{ name: 'openai:a', targets: [b] }", "must not have a colon"),
        ("{ name: 'a b', targets: [b] }", "is no model's name: it has a space"),
        (
            "{ name: a, targets: ['b:'] }",
            "2:26: 'virtual_models[0].targets' has 'b:', no model's name"
        ),
        (
            "{ name: a, targets: [b, A] }",
            "2:29: 'virtual_models[0].targets' leads back to itself: a -> a"
        ),
    ])
    func `that are wrong are refused with the place`(_ line: String, _ problem: String) {
        let found = problems(Self.yaml(line))
        #expect(found.contains { $0.contains(problem) }, "\(found)")
    }

    @Test func `are not targets of each other`() {
        let found = problems(
            Self.yaml(
                "{ name: a, targets: [gpt-5, B] }",
                "{ name: b, targets: [c] }",
                "{ name: c, targets: [A] }",
                "{ name: d, targets: [a] }",
                "{ name: D, targets: [gpt-5] }"
            )
        )
        #expect(
            found == [
                "2:33: 'virtual_models[0].targets' leads back to itself: a -> b -> c -> a",
                "3:26: 'virtual_models[1].targets' leads back to itself: b -> c -> a -> b",
                "4:26: 'virtual_models[2].targets' leads back to itself: c -> a -> b -> c",
                "5:26: 'virtual_models[3].targets' has 'a', which is virtual itself: name its targets",
                "6:13: 'virtual_models[4].name' is there twice: 'D'",
            ]
        )
    }

    @Test func `have targets that somebody knows`() throws {
        let yaml = """
            virtual_models:
              - name: fast
                targets: [gtp-4o-mini, "opnai:a", "mine:b", gpt-4o, "second:x", "elsewhere:x"]
            gateways:
              - id: one
                providers: [ { id: mine, base_url: "http://localhost/v1" } ]
              - id: two
                providers: [ { id: second, base_url: "http://localhost/v1" } ]
            """
        let configuration = try load(yaml)
        do throws(ConfigurationErrors) {
            _ = try configuration.loadCatalog()
            Issue.record("it was accepted")
        } catch {
            #expect(error.path == "/etc/lockkeeper/gateway.yaml")
            #expect(
                error.problems.map(\.description) == [
                    "3:15: 'virtual_models[0].targets': model unknown: 'gtp-4o-mini'. "
                        + "Did you mean gpt-4o-mini, gpt-4.1-mini or gpt-5-mini?",
                    "3:28: 'virtual_models[0].targets': provider unknown: 'opnai'. "
                        + "Did you mean openai?",
                    "3:69: 'virtual_models[0].targets': provider unknown: 'elsewhere'",
                ]
            )
        }
    }
}
