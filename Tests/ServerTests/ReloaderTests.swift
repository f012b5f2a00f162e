import Access
import Accounting
import Curl
import Model
import Platform
import Relay
import Storage
import Testing

@testable import Server

@Suite struct ReloaderTests {
    private let site: ReloadSite

    init() throws {
        site = try ReloadSite()
    }

    /// A setting and what is in force of it after a reload.
    struct Taken: CustomTestStringConvertible, Sendable {
        let yaml: String
        let expected: String
        let inForce: @Sendable (Reloader) -> String

        var testDescription: String { yaml }

        init(
            _ yaml: String,
            _ expected: String,
            _ inForce: @escaping @Sendable (Reloader) -> String
        ) {
            self.yaml = yaml
            self.expected = expected
            self.inForce = inForce
        }
    }

    @Test(arguments: [
        Taken("drain_timeout: 7s", "7.0 seconds") { "\($0.drainTimeout)" },
        Taken("max_body_bytes: 5KiB", "5120") { "\($0.makeSettings().snapshot.maxBodyBytes)" },
        Taken("max_body_memory: 64MiB", "33554432") {
            "\($0.makeSettings().snapshot.maxBodyMemory)"
        },
        Taken("max_streams: 500", "250") { "\($0.makeSettings().snapshot.maxStreams)" },
        Taken("upstreams: { dns_cache: 5s }", "5.0 seconds") {
            "\($0.makeSettings().transfers.dnsCache)"
        },
        Taken("upstreams: { max_connections: 12 }", "12") {
            "\($0.makeSettings().transfers.maxConnections)"
        },
        Taken("upstreams: { proxy: \"http://proxy.internal:3128\" }", "http://proxy.internal:3128")
        {
            $0.makeSettings().transfers.proxy ?? "none"
        },
        Taken("credits: { mode: prepaid }", "prepaid") {
            "\($0.makeSettings().snapshot.credits.mode)"
        },
        Taken("log: { access: off }", "false") { "\($0.makeSettings().accessLog.isOn)" },
        Taken("log: { level: error }", "false true") {
            "\($0.log.takes(.warning)) \($0.log.takes(.error))"
        },
    ])
    func `a reload takes over`(taken: Taken) throws {
        let reloader = try site.start()
        #expect(taken.inForce(reloader) != taken.expected)
        try site.write(taken.yaml)
        #expect(reloader.reload() == .done(generation: 0, notes: []))
        #expect(taken.inForce(reloader) == taken.expected)
    }

    @Test func `a rule about a key that is not there is refused, and the old store serves on`()
        throws
    {
        try site.addProviderKey("aigpk_1", at: 1)
        try site.addConfiguration("aigac_1", naming: "aigpk_1")
        let reloader = try site.start()
        #expect(reloader.generation == 2)
        try site.addConfiguration("aigac_2", naming: "aigpk_2")
        let reason = """
            \(site.path)/store.jsonl:3: the configuration aigac_2 (team): \
            router.rules[0].steps[0].keys[0]: there is no provider key "aigpk_2"; for openai there \
            are aigpk_1 (); correct it with `lockkeeper configurations update`
            """
        #expect(reloader.readStore() == .refused(reason))
        #expect(reloader.generation == 2)
        try site.addProviderKey("aigpk_2", at: 2)
        #expect(reloader.readStore() == .done(generation: 4, notes: []))
    }

    @Test(arguments: [
        ("listen: tcp:127.0.0.1:9000", "listen"), ("listen_mode: \"0600\"", "listen_mode"),
        ("listen_group: nobody", "listen_group"), ("loops: 5", "loops"),
        ("state: /tmp", "state"), ("token_prefix: xy", "token_prefix"),
    ])
    func `a reload keeps, and says that it needs a restart`(yaml: String, key: String) throws {
        let reloader = try site.start()
        let before = reloader.restartSettings.map { "\($0)" }
        try site.write(yaml)
        let note = "'\(key)' has changed and needs a restart: its old value stays in force"
        #expect(reloader.reload() == .done(generation: 0, notes: [note]))
        #expect(reloader.restartSettings.map { "\($0)" } == before)
        #expect(reloader.loopCount == 2)
        #expect(reloader.controlPath == "\(site.path)/control.sock")
        // It is said again until it is true or taken back.
        #expect(reloader.reload() == .done(generation: 0, notes: [note]))
        try site.write("")
        #expect(reloader.reload() == .done(generation: 0, notes: []))
    }

    @Test func `certificates that were replaced in place are another setting`() throws {
        try site.write("-----BEGIN CERTIFICATE-----\nold\n", to: "ca.pem")
        try site.write("upstreams: { ca_file: \(site.path)/ca.pem }")
        let reloader = try site.start()
        let before = reloader.makeSettings().transfers
        #expect(reloader.reload() == .done(generation: 0, notes: []))
        #expect(reloader.makeSettings().transfers == before)
        try site.write("-----BEGIN CERTIFICATE-----\nnew\n", to: "ca.pem")
        #expect(reloader.reload() == .done(generation: 0, notes: []))
        #expect(reloader.makeSettings().transfers != before)
    }

    @Test func `the access log moves to another file, and the old one is written out`() throws {
        try site.write("log: { access: \(site.path)/one.log }")
        let reloader = try site.start()
        let old = reloader.accessLog
        #expect(reloader.reload() == .done(generation: 0, notes: []))
        #expect(reloader.accessLog === old)
        try site.write("log: { access: \(site.path)/two.log }")
        #expect(reloader.reload() == .done(generation: 0, notes: []))
        // A loop that has not heard of it yet.
        old.append("late".utf8Span.span)
        reloader.accessLog.append("new".utf8Span.span)
        reloader.closeRetiredLogs()
        reloader.accessLog.close()
        #expect(try site.text("one.log") == "late\n")
        #expect(try site.text("two.log") == "new\n")
    }

    @Test(arguments: [
        "log: { access: /nowhere/access.log }\nmax_body_bytes: 5KiB",
        "max_body_bytes: 5KiB\nno_such_key: 1",
        "max_body_bytes: 5KiB\ncatalog: /nowhere/catalog.json",
        "max_body_bytes: 5KiB\nupstreams: { ca_file: /nowhere/ca.pem }",
    ])
    func `what can't be taken over as a whole is refused as a whole`(yaml: String) throws {
        let reloader = try site.start()
        let log = reloader.accessLog
        try site.write(yaml)
        guard case .refused = reloader.reload() else {
            Issue.record("taken over: \(yaml)")
            return
        }
        #expect(reloader.accessLog === log)
        #expect(reloader.makeSettings().snapshot.maxBodyBytes == 32 << 20)
    }

    @Test func `uses of provider keys are written, those noted before a reload too`() throws {
        try site.addProviderKey("aigpk_1", at: 100)
        let reloader = try site.start()
        let before = reloader.makeSettings().snapshot.providerKeyUses
        before.touch(0, atUnixSecond: 1000)
        try site.addProviderKey("aigpk_0", at: 50)
        #expect(reloader.reload() == .done(generation: 2, notes: []))
        // A request that began before the reload; the older key comes first now.
        before.touch(0, atUnixSecond: 1001)
        reloader.makeSettings().snapshot.providerKeyUses.touch(0, atUnixSecond: 2000)
        reloader.writeLastUsed()
        #expect(
            try site.uses() == [
                "aigpk_0": Timestamp(unixSecond: 2000), "aigpk_1": Timestamp(unixSecond: 1001),
            ]
        )
    }

    @Test func `uses of access keys outlive compactions and whole reloads`() throws {
        var tokens: [AccessToken] = []
        for number in 1...3 { tokens.append(try site.addAccessKey("aigk_\(number)")) }
        let reloader = try site.start()
        var snapshots: [Snapshot] = []
        for second in 1...5 {
            let snapshot = reloader.makeSettings().snapshot
            try snapshot.touch(tokens[second % 3], at: Int64(second))
            snapshots.append(snapshot)
            // The same lines in another file, as after a compaction.
            try site.write(try site.text("store.jsonl"), to: "store.jsonl")
            #expect(reloader.reload() == .done(generation: 3, notes: []))
        }
        // A request that began before all of that.
        try snapshots[0].touch(tokens[0], at: 9)
        reloader.writeLastUsed()
        #expect(
            try site.uses() == [
                "aigk_1": Timestamp(unixSecond: 9), "aigk_2": Timestamp(unixSecond: 4),
                "aigk_3": Timestamp(unixSecond: 5),
            ]
        )
    }

    @Test func `uses of access keys outlive a table that is numbered anew`() throws {
        let token = try site.addAccessKey("aigk_last")
        let line = try site.text("store.jsonl")
        let others = (1...1100).map { number in
            line.replacing("aigk_last", with: "aigk_\(number)")
                .replacing(token.hash.hexadecimal, with: String(repeating: "0", count: 64))
                .replacing("\"seq\":1,", with: "\"seq\":\(number),")
        }
        let last = line.replacing("\"seq\":1,", with: "\"seq\":5000,")
        try site.write(others.joined() + last, to: "store.jsonl")
        let reloader = try site.start()
        let first = reloader.makeSettings().snapshot
        // The next whole reading finds most keys dead, the one after it most rows.
        for _ in 0..<2 {
            try site.write(last, to: "store.jsonl")
            #expect(reloader.reload() == .done(generation: 5000, notes: []))
        }
        let keys = try #require(first.keys)
        #expect(reloader.makeSettings().snapshot.keys?.sharesUses(with: keys) == false)
        // A request that began before all of that, and is told of in the end.
        try first.touch(token, at: 7)
        reloader.writeLastUsed()
        #expect(try site.uses() == ["aigk_last": Timestamp(unixSecond: 7)])
    }

    @Test func `tables of before are kept as long as a request holds them`() throws {
        _ = try site.addAccessKey("aigk_1")
        let reloader = try site.start()
        var held: Snapshot? = reloader.makeSettings().snapshot
        for number in 2...5 {
            _ = try site.addAccessKey("aigk_\(number)")
            #expect(reloader.reload() == .done(generation: UInt64(number), notes: []))
        }
        #expect(held?.keys?.count == 1)
        #expect(reloader.uses?.retiredCount == 1)
        held = nil
        reloader.writeLastUsed()
        #expect(reloader.uses?.retiredCount == 0)
    }

    @Test func `uses are noted as long as the keys are the same`() throws {
        try site.addProviderKey("aigpk_1", at: 100)
        let reloader = try site.start()
        let before = reloader.makeSettings().snapshot.providerKeyUses
        #expect(reloader.reload() == .done(generation: 1, notes: []))
        #expect(reloader.makeSettings().snapshot.providerKeyUses === before)
    }

    @Test func `a broken store refuses the configuration too`() throws {
        let reloader = try site.start()
        let log = reloader.accessLog
        try site.write("broken\n", to: "store.jsonl")
        try site.write("max_body_bytes: 5KiB\nlog: { access: \(site.path)/two.log }")
        guard case .refused(let reason) = reloader.reload() else {
            Issue.record("a broken store was taken over")
            return
        }
        #expect(reason.contains("store.jsonl:1"))
        #expect(reloader.accessLog === log)
        #expect(reloader.makeSettings().snapshot.maxBodyBytes == 32 << 20)
    }
}

extension Snapshot {
    /// What a request with a token does.
    fileprivate func touch(_ token: AccessToken, at second: Int64) throws {
        let text = Array(token.text.exposed.utf8)
        guard case .found(let key)? = keys?.find(text.span, atUnixSecond: second) else {
            Issue.record("not found: \(token.handle)")
            return
        }
        keys?.touch(key, atUnixSecond: second)
    }
}
