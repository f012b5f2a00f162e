import Model
import Routing
import Testing

@testable import Storage

private let file =
    "master_key: ${credential:master}\nupstreams: { proxy: \"${env:PROXY}\" }\n"
    + providerYAML(
        "openai",
        "headers: { X-Team: \"${env:TEAM}\" }",
        "api_keys: [ { value: \"${env:ABSENT}\" }, { value: \"${env:THERE}\" } ]"
    )

@Suite struct `A secret that can't be found` {
    @Test func `refuses the configuration where secrets are needed`() {
        let all = problems(file, sources(["THERE": "sk-there"]))
        #expect(all.count == 3)
        #expect(all.contains { $0.hasSuffix("the environment variable ABSENT is not set") })
    }

    @Test func `is left out where secrets are optional`() throws {
        var sources = sources(["THERE": "sk-there"])
        sources.secrets = .optional
        let configuration = try load(file, sources)
        let providers = configuration.gateways[0].providers
        let openai = try #require(providers.index(of: "openai"))
        #expect(providers[openai].managedKeys == [Secret("sk-there")])
        #expect(providers[openai].headers.isEmpty)
        #expect(configuration.upstreams.proxy == nil)
        #expect(configuration.missingSecrets.count == 4)
        #expect(configuration.warnings.isEmpty)
    }

    @Test func `is told by name to who needs the master key`() throws {
        var sources = sources()
        sources.secrets = .optional
        let configuration = try load(file, sources)
        let error = #expect(throws: StorageError.self) {
            _ = try configuration.requireMasterKey()
        }
        #expect(
            error?.description.hasPrefix(
                "/etc/lockkeeper/gateway.yaml: 'master_key': there is no credential 'master'"
            ) == true
        )
    }

    @Test(arguments: [
        (
            "${env:NONE}",
            "1:13: 'master_key': the environment variable NONE is not set; no provider"
        ),
        ("${file:/none}", "1:13: 'master_key': /none: No such file or directory; no provider"),
        ("${credential:a}", "1:13: 'master_key': there is no credential 'a'"),
    ])
    func `is only warned of where it is the master key`(value: String, warning: String) throws {
        let configuration = try load("master_key: \(value)\n" + gatewayYAML(), sources())
        #expect(configuration.warnings.map(\.description).contains { $0.hasPrefix(warning) })
        #expect(throws: StorageError.self) { try configuration.requireMasterKey() }
    }

    @Test func `is no excuse for what is no secret`() {
        var sources = sources()
        sources.secrets = .optional
        let yaml = "state: ${env:ABSENT}\n" + gatewayYAML()
        #expect(problems(yaml, sources).count == 1)
    }
}
