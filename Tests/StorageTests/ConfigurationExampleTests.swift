import Glibc
import Platform
import Routing
import Testing

@testable import Storage

@Suite struct `The example configuration` {
    private static let path: String = {
        let folders = #filePath.split(separator: "/").dropLast(3)
        return "/" + folders.joined(separator: "/") + "/examples/gateway.yaml"
    }()

    private func text() throws -> String {
        String(
            decoding: try ConfigurationSources.contents(of: Self.path, limit: 1 << 20),
            as: UTF8.self
        )
    }

    /// Written anew with LOCKKEEPER_RECORD=1.
    @Test func `is what the tables say`() throws {
        let template = ConfigurationTemplate.text(hasSampleProvider: true)
        if unsafe getenv("LOCKKEEPER_RECORD") != nil {
            let file = try File(Self.path, for: .writing)
            try file.truncate(to: 0)
            try file.write(Array(template.utf8).span, at: 0)
        }
        #expect(try text() == template)
    }

    @Test func `is accepted without a warning`() throws {
        #expect(try load(try text()).warnings.isEmpty)
        #expect(try load(ConfigurationTemplate.text(hasSampleProvider: false)).warnings.isEmpty)
    }

    @Test func `holds the default of every key that has one`() throws {
        let example = try load(ConfigurationTemplate.text(hasSampleProvider: false))
        let bare = try load(gatewayYAML())
        #expect(example.root == bare.root)
        let keys = ConfigurationSchema.root.map(\.name)
        #expect(keys.allSatisfy { example.root[$0].place != .none })
    }

    @Test func `documents every key of every table`() throws {
        let lines = try text().split(separator: "\n").map { $0.drop { " #-".contains($0) } }
        #expect(try text().split(separator: "\n").allSatisfy { $0.utf8.count <= 100 })
        let tables = [
            ConfigurationSchema.root, ConfigurationSchema.log, ConfigurationSchema.upstreams,
            ConfigurationSchema.gateway, ConfigurationSchema.provider, ConfigurationSchema.apiKey,
            ConfigurationSchema.dialect, ConfigurationSchema.model, ConfigurationSchema.pricing,
            ConfigurationSchema.virtualModel, ConfigurationSchema.modelSelection,
            ConfigurationSchema.keySelection, ConfigurationSchema.credits,
            ConfigurationSchema.webhook, ConfigurationSchema.smtp, ConfigurationSchema.ledger,
        ]
        for key in tables.joined() {
            #expect(lines.contains { $0.hasPrefix("\(key.name):") }, "\(key.name)")
            #expect(!key.summary.isEmpty, "\(key.name)")
        }
    }
}

@Suite struct `The configuration in force` {
    @Test func `is YAML that says the same again`() throws {
        let yaml = """
            listen: "tcp:127.0.0.1:9000"
            max_body_bytes: 100000
            upstreams: { allow: [], dns_cache: 1m30s }
            gateways:
              - id: ep_main
                per_request_timeout: 1m30s
                providers:
                  - id: mine
                    display_name: 'say "hi": # \\ it'
                    base_url: http://localhost:8000/v1
                    dialects: { openai-chat: { auth: none }, gemini: {} }
                    models: [ { id: "llama3:8b" }, { id: b } ]
              - id: ep_other
            """
        let first = try load(yaml)
        let again = try load(first.effective)
        #expect(again.effective == first.effective)
        #expect(again.gateways[0].providers[0].displayName == "say \"hi\": # \\ it")
        #expect(again.gateways[0].perRequestTimeout == .seconds(90))
        #expect(again.upstreams == first.upstreams)
    }

    @Test func `shows no secret`() throws {
        let yaml = """
            upstreams: { proxy: "http://me:hush-proxy@proxy.internal:3128" }
            credits:
              webhook: { url: "https://example.com/hush-hook", secret: hush-secret-hush-secret }
              smtp:
                { url: smtps://mail, user: me, password: hush-mail, from: a@b.c, to: [d@e.f] }
            gateways:
              - id: ep_main
                headers: { X-Key: hush-header-hush-header }
                query_params: { key: hush-query-hush-query }
                providers:
                  - id: openai
                    headers: { X-Key: "${env:HEADER}" }
                    api_keys: [ { value: "${env:KEY}" } ]
            """
        let configuration = try load(
            yaml,
            sources(["KEY": "hush-key-hush-key-hush", "HEADER": "hush-own-hush-own"])
        )
        let text = configuration.effective
        #expect(text.contains("proxy: \"http://***@proxy.internal:3128\""))
        #expect(text.contains("value: \"${env:KEY}\"  # ***hush"))
        #expect(text.contains("master_key: \"${file:/etc/lockkeeper/master.key}\"  # ***\n"))
        for secret in [
            "hush-proxy", "hush-header", "hush-query", "hush-own", "hush-key", "hush-hook",
            "hush-secret", "hush-mail", sampleMasterKey,
        ] {
            #expect(!text.contains(secret))
        }
        #expect(!"\(configuration)".contains("hush-"))
    }
}
