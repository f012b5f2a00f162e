import Model
import Routing
import Testing

@testable import Storage

@Suite struct `A configuration` {
    @Test func `of one gateway has all defaults`() throws {
        let configuration = try load(gatewayYAML())
        #expect(configuration.listen == .unix(path: "/run/lockkeeper/worker.sock"))
        #expect(configuration.listenMode == 0o660)
        #expect(configuration.listenGroup == "www-data")
        #expect(configuration.loops == nil)
        #expect(configuration.state == "/var/lib/lockkeeper")
        #expect(configuration.catalog == nil)
        #expect(configuration.tokenPrefix == "ng")
        #expect(configuration.maxBodyBytes == 32 << 20)
        #expect(configuration.maxBodyMemory == 512 << 20)
        #expect(configuration.maxStreams == 20_000)
        #expect(configuration.drainTimeout == .seconds(600))
        #expect(configuration.logLevel == .info)
        #expect(configuration.accessLog == .stderr)
        #expect(
            configuration.upstreams
                == .init(
                    allow: [],
                    proxy: nil,
                    caFile: nil,
                    caDigest: [],
                    maxConnections: 4096,
                    dnsCache: .seconds(60)
                )
        )
        let gateway = try #require(configuration.gateways.first)
        #expect(gateway.id == GatewayID("ep_main"))
        #expect(gateway.accounts == [.standard])
        #expect(gateway.connectTimeout == .seconds(5))
        #expect(gateway.firstByteTimeout == .seconds(60))
        #expect(gateway.firstContentTimeout == nil)
        #expect(gateway.perRequestTimeout == .seconds(180))
        #expect(gateway.totalTimeout == .seconds(360))
        #expect(gateway.stallTimeout == .seconds(60))
        #expect(gateway.maxStreamDuration == nil)
        #expect(gateway.earlyHeadAfter == .seconds(10))
        #expect(gateway.rules == RouteTable.Rules())
        #expect(gateway.providers.providers.count == BuiltInProviders.all.count)
        #expect(configuration.warnings.isEmpty)
    }

    @Test func `may be JSON`() throws {
        let configuration = try load(
            #"{"listen": "unix:/tmp/a.sock", "loops": 2, "gateways": [{"id": "ep_a"}]}"#
        )
        #expect(configuration.listen == .unix(path: "/tmp/a.sock"))
        #expect(configuration.loops == 2)
    }

    @Test(arguments: [
        ("unix:/run/a.sock", Configuration.Listen.unix(path: "/run/a.sock")),
        ("unix:worker.sock", .unix(path: "/etc/lockkeeper/worker.sock")),
        ("unix:../run/a.sock", .unix(path: "/etc/run/a.sock")),
        ("fd:0", .inherited), ("systemd", .systemd),
        ("tcp:127.0.0.1:9000", .tcp(address: "127.0.0.1", port: 9000)),
        ("tcp:[::1]:9000", .tcp(address: "::1", port: 9000)),
    ])
    func `listens where it says`(_ text: String, _ listen: Configuration.Listen) throws {
        let configuration = try load("listen: \"\(text)\"\n" + gatewayYAML())
        #expect(configuration.listen == listen)
        #expect(configuration.warnings.isEmpty == !text.hasPrefix("tcp:"))
    }

    @Test(arguments: [
        ("off", Configuration.AccessLog.off), ("stderr", .stderr),
        ("/var/log/a.log", .file(path: "/var/log/a.log")),
        ("a.log", .file(path: "/etc/lockkeeper/a.log")),
    ])
    func `logs requests where it says`(_ text: String, _ log: Configuration.AccessLog) throws {
        #expect(try load("log: { access: \(text) }\n" + gatewayYAML()).accessLog == log)
    }

    @Test func `takes secrets from where it says, without the line's end`() throws {
        let yaml = providerYAML(
            "openai",
            "api_keys:",
            "  - value: ${env:OPENAI}",
            "  - { value: '${file:keys/b}' }",
            "  - value: ${credential:c}",
            "headers: { X-Team: 'team ${env:TEAM}$${x}' }"
        )
        let configuration = try load(
            yaml,
            sources(
                ["OPENAI": "sk-a", "TEAM": "blue", "CREDENTIALS_DIRECTORY": "/run/cred"],
                files: ["/etc/lockkeeper/keys/b": "sk-b\r\n\n", "/run/cred/c": "sk-c"]
            )
        )
        let provider = configuration.gateways[0].providers[0]
        #expect(provider.managedKeys.map(\.exposed) == ["sk-a", "sk-b", "sk-c"])
        #expect(provider.headers.map(\.value.exposed) == ["team blue${x}"])
        #expect(configuration.warnings.isEmpty)
    }

    @Test func `takes a file that can't be read from systemd's credential of its name`() throws {
        let yaml = providerYAML(
            "openai",
            "api_keys: [ { value: '${file:/keys/a}' }, { value: '${file:/keys/b}' } ]"
        )
        let environment = ["CREDENTIALS_DIRECTORY": "/run/cred"]
        let configuration = try load(
            yaml,
            sources(
                environment,
                files: ["/keys/a": "sk-a-file", "/run/cred/a": "not used", "/run/cred/b": "sk-b"]
            )
        )
        let provider = configuration.gateways[0].providers[0]
        #expect(provider.managedKeys.map(\.exposed) == ["sk-a-file", "sk-b"])
        let errors = problems(yaml, sources(environment, files: ["/keys/a": "sk-a"]))
        #expect(errors.count == 1)
        #expect(errors[0].contains("/keys/b: No such file or directory, and /run/cred/b: No such"))
    }

    @Test func `says where a literal secret stands`() throws {
        let configuration = try load(
            "master_key: \(sampleMasterKey)\n"
                + providerYAML("openai", "api_keys: [ { value: sk-secret-secret } ]")
        )
        #expect(configuration.warnings.map(\.line) == [1, 6])
        #expect(configuration.warnings.allSatisfy { $0.text.contains("holds a secret") })
        #expect(!configuration.warnings.contains { $0.text.contains("sk-") })
    }

    @Test(arguments: [
        ("tcp:127.0.0.1:9000", "per_request_timeout: 7m", 2),
        ("fd:0", "first_byte_timeout: 4m", 1), ("fd:0", "connect_timeout: 4m", 1),
        ("fd:0", "first_content_timeout: 4m", 1), ("fd:0", "total_timeout: 1m", 1),
        ("fd:0", "per_request_timeout: 6m", 0), ("fd:0", "stall_timeout: 1h", 0),
    ])
    func `warns of what can't work as meant`(_ listen: String, _ line: String, _ count: Int) throws
    {
        let configuration = try load("listen: \"\(listen)\"\n" + gatewayYAML(line))
        #expect(configuration.warnings.count == count)
    }

    @Test func `warns of a master key beside what it protects`() throws {
        let configuration = try load(
            "state: /srv/state\nmaster_key: ${file:/srv/state/master.key}\n" + gatewayYAML(),
            sources(files: ["/srv/state/master.key": sampleMasterKey])
        )
        #expect(configuration.warnings.map(\.line) == [2])
    }

    @Test func `names what a reload can't take over`() throws {
        let running = try load(gatewayYAML())
        let changed = try load(
            "state: /srv/lk\nmax_streams: 5\nlisten: \"unix:/run/lockkeeper/worker.sock\"\n"
                + "loops: 3\n" + gatewayYAML("total_timeout: 7m")
        )
        #expect(changed.settingsThatNeedRestart(since: running) == ["loops", "state"])
        #expect(running.settingsThatNeedRestart(since: running) == [])
        let inForce = changed.keepingRestartSettings(of: running)
        #expect(inForce.settingsThatNeedRestart(since: running) == [])
        #expect(inForce.state == "/var/lib/lockkeeper")
        #expect(inForce.loops == nil)
        #expect(inForce.maxStreams == 5)
        #expect(inForce.gateways[0].totalTimeout == .seconds(420))
        #expect(inForce.effective.contains("loops: auto\nstate: /var/lib/lockkeeper\n"))
    }

    @Test func `knows the old value of each key that needs a restart`() throws {
        let running = try load(gatewayYAML())
        let changes = [
            "listen": "fd:0", "listen_mode": "\"0600\"", "listen_group": "nobody", "loops": "3",
            "state": "/srv/lk", "token_prefix": "xy",
        ]
        let keys = ConfigurationSchema.root.filter { $0.reload == .restart }.map(\.name)
        #expect(Set(keys) == Set(changes.keys))
        for (key, value) in changes {
            let changed = try load("\(key): \(value)\n" + gatewayYAML())
            #expect(changed.settingsThatNeedRestart(since: running) == [key])
            let inForce = changed.keepingRestartSettings(of: running)
            #expect(inForce.listen == running.listen)
            #expect(inForce.listenMode == running.listenMode)
            #expect(inForce.listenGroup == running.listenGroup)
            #expect(inForce.loops == running.loops)
            #expect(inForce.state == running.state)
            #expect(inForce.tokenPrefix == running.tokenPrefix)
        }
    }
}

@Suite struct `A wrong configuration` {
    @Test func `tells all errors at once, in order, each with its place`() {
        let yaml = """
            lisen: fd:0
            loops: many
            max_body_bytes: 32MB
            upstreams:
              alow: []
              allow: [ 10.0.0.1/8 ]
            gateways:
              - id: ep main
                first_bite_timeout: 5s
                providers:
                  - id: opnai
                    hedge_after: 2s
              - total_timeout: 0s
            """
        #expect(
            problems(yaml) == [
                "1:1: unknown key 'lisen': did you mean 'listen'?",
                "2:8: 'loops' must be a whole number from 1 to 1024, not 'many'",
                "3:17: 'max_body_bytes' must be a size, such as 512KiB, 32MiB or a number of bytes, not '32MB'",
                "5:3: unknown key 'alow' in 'upstreams': did you mean 'allow'?",
                "6:12: 'upstreams.allow' must hold address ranges, such as 10.0.0.0/8, not '10.0.0.1/8'",
                "8:9: 'gateways[0].id' must be letters, digits, '.', '_' and '-', not 'ep main'",
                "9:5: unknown key 'first_bite_timeout' in 'gateways[0]': did you mean 'first_byte_timeout'?",
                "11:13: 'gateways[0].providers[0].base_url' is missing: 'opnai' is no built-in provider (did you mean the built-in 'openai'?)",
                "12:9: unknown key 'hedge_after' in 'gateways[0].providers[0]': valid are id, display_name, base_url, dialects, http2, disabled, api_keys, forward_headers, supported_params, headers, body, models",
                "13:5: 'gateways[1].id' is missing",
                "13:20: 'gateways[1].total_timeout' must be a duration, such as 300ms, 30s, 5m or 1h30m, not '0s'",
            ]
        )
    }

    @Test func `is named with its file in every line`() {
        #expect {
            try load("a: 1\nb: 2\n" + gatewayYAML())
        } throws: { error in
            "\(error)".split(separator: "\n").allSatisfy {
                $0.hasPrefix("/etc/lockkeeper/gateway.yaml:")
            } && "\(error)".split(separator: "\n").count == 2
        }
    }

    @Test(arguments: [
        "cache", "telemetry", "virtual_models", "limits",
    ])
    func `has keys of what is not there`(_ key: String) {
        #expect(problems("\(key): {}\n" + gatewayYAML()).count == 1)
    }

    @Test(arguments: [
        "on_disconnect",
        "model_selection", "api_key_selection",
    ])
    func `has gateway keys of what is not there`(_ key: String) {
        #expect(problems(gatewayYAML("\(key): null")).count == 1)
    }

    @Test(arguments: [
        ("", "'gateways' must hold at least one gateway"),
        ("# nothing\n", "'gateways' must hold at least one gateway"),
        ("gateways: []", "'gateways' must hold at least one gateway"),
        ("- a", "1:1: the file must hold keys"),
        ("gateways: {}", "1:11: 'gateways' must be a list"),
        ("gateways: [ a ]", "1:13: 'gateways[0]' must hold keys"),
        ("gateways: [", "no YAML: "),
        ("a: 1\na: 2", "1:1: a key is there twice: 'a'"),
        ("a: 1\n---\nb: 2", "2:1: no YAML: "),
        ("gateways: [ { id: a }, { id: a } ]", "1:30: 'gateways[1].id' is there twice: 'a'"),
        ("log: { level: loud }", "1:15: 'log.level' must be debug, info, notice, warning or error"),
        ("log: { format: text }", "1:16: 'log.format' must be json"),
        ("listen: tcp:0.0.0.0:9000", "1:9: 'listen' must not be open to other machines"),
        ("listen: tcp:localhost:9000", "1:9: 'listen' must be unix:PATH"),
        ("listen: tcp:127.0.0.1:0", "1:9: 'listen' must be unix:PATH"),
        ("listen: /run/a.sock", "1:9: 'listen' must be unix:PATH"),
        ("listen: 'unix:'", "1:9: 'listen' must have a path"),
        ("listen: unix:/\(String(repeating: "a", count: 107))", "1:9: 'listen' must have a path"),
        ("listen: [ a ]", "1:9: 'listen' must be one value"),
        ("listen: null", "1:9: 'listen' must be unix:PATH"),
        ("state: ''", "1:8: 'state' must not be empty"),
        ("listen_mode: rw", "1:14: 'listen_mode' must be a file mode"),
        ("token_prefix: NG", "1:15: 'token_prefix' must be 1 to 16 small letters and digits"),
        ("token_prefix: ngm", "1:15: 'token_prefix' can't be 'ngm': management keys begin so"),
        ("master_key: short", "1:13: 'master_key' must be 32 bytes in base64"),
        ("master_key: ${vault:a}", "1:13: 'master_key': unknown source 'vault'"),
        ("master_key: ${env}", "1:13: 'master_key': '${env}' names no source"),
        ("master_key: '${env:A'", "1:13: 'master_key': '${' without '}'"),
        ("max_body_bytes: 1GiB", "1:17: 'max_body_memory' must be at least 'max_body_bytes'"),
        ("upstreams: { proxy: 'ftp://a' }", "1:21: 'upstreams.proxy' must begin with"),
        ("upstreams: { ca_file: none.pem }", "/etc/lockkeeper/none.pem: No such file"),
        ("upstreams: { ca_file: master.key }", "holds no certificate in PEM"),
        ("loops: 0", "1:8: 'loops' must be a whole number from 1 to 1024, not '0'"),
        ("loops: 1.5", "1:8: 'loops' must be a whole number"),
        ("loops: 010", "1:8: 'loops' must be a whole number"),
    ])
    func `is refused with the reason`(_ yaml: String, _ problem: String) {
        #expect(problems(yaml).contains { $0.contains(problem) }, "\(problems(yaml))")
    }

    @Test(arguments: [
        ("accounts: [default, 'acct b']", "accounts"),
        ("accounts: ['']", "accounts"),
        ("accounts: [a, b, a]", "names 'a' twice"),
        ("accounts: []", "must name an account"),
        ("headers: { 'a b': c }", "'gateways[0].headers.a b' is no header's name"),
        ("headers: { Content-Length: 1 }", "is set by the gateway itself"),
        ("headers: { a: 1, A: 2 }", "'gateways[0].headers.A' is there twice"),
        ("headers: { a: \"b\\r\\nc: d\" }", "has a character that a header can't have"),
        ("headers: { a: [ b ] }", "'gateways[0].headers.a' must be one value"),
        ("headers: [ a ]", "must hold names and values"),
        ("query_params: { '': b }", "has a parameter without a name"),
        ("providers: { openai: {} }", "'gateways[0].providers' must be a list"),
        ("only_allow_configured_models: maybe", "must be true or false, not 'maybe'"),
    ])
    func `has a wrong gateway`(_ line: String, _ problem: String) {
        let found = problems(gatewayYAML(line))
        #expect(found.count == 1)
        #expect(found.first?.contains(problem) == true, "\(found)")
    }

    @Test func `never shows what a reference stands for`() {
        let yaml = "loops: ${env:SECRET}\n" + gatewayYAML()
        let found = problems(yaml, sources(["SECRET": "sk-very-secret"]))
        #expect(
            found == ["1:8: 'loops' must be a whole number from 1 to 1024, not '${env:SECRET}'"]
        )
    }
}
