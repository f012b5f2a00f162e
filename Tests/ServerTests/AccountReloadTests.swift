import Access
import Model
import Relay
import Routing
import Storage
import Testing

@testable import Server

@Suite struct `Accounts that are reloaded` {
    private let site: ReloadSite
    private let acme = AccountID("acme")

    init() throws {
        site = try ReloadSite()
    }

    private func credentials(_ routes: RouteTable?) -> [String] {
        guard let routes, let place = routes.providers.index(of: "openai") else { return [] }
        return routes.credentials(at: place).map { $0.source.name(at: ProviderID("openai")) ?? "" }
    }

    /// What an account may use at a gateway of the snapshot; nil where its keys are refused.
    private func routes(
        _ reloader: Reloader,
        _ account: AccountID,
        at gateway: Int = 0
    ) throws
        -> RouteTable?
    {
        let maker = reloader.gatewayMaker
        let number = try #require(maker.records.keys?.accounts.number(of: account))
        return maker.makeGateways()[gateway].routes(ofAccount: number)
    }

    private func change(_ account: AccountID, _ change: (inout AccountRecord) -> Void) throws {
        var record = AccountRecord(withoutRecord: account)
        change(&record)
        let changed = record
        _ = try KeyStore(try StateDirectory(site.path)).commit { _ in .account(changed) }
    }

    @Test func `have provider keys of their own`() throws {
        try site.write("gateways: [ { id: ep_main, accounts: [default, acme, other] } ]")
        for account in [.standard, acme, AccountID("other")] {
            _ = try site.addAccessKey("aigk_\(account)", of: account)
        }
        try site.addProviderKey("aigpk_1", at: 2)
        try site.addProviderKey("aigpk_2", at: 1, of: acme)
        try site.addProviderKey("aigpk_3", at: 3, of: acme)
        let reloader = try site.start()
        #expect(credentials(try routes(reloader, .standard)) == ["aigpk_1"])
        #expect(credentials(try routes(reloader, acme)) == ["aigpk_2", "aigpk_3"])
        #expect(credentials(try routes(reloader, AccountID("other"))) == [])
        // The rows where uses are noted are those of all keys together.
        let uses = reloader.makeSettings().snapshot.providerKeyUses
        for row: UInt32 in 0..<3 { uses.touch(row, atUnixSecond: 100 + Int64(row)) }
        reloader.writeLastUsed()
        #expect(
            try site.uses() == [
                "aigpk_2": Timestamp(unixSecond: 100), "aigpk_1": Timestamp(unixSecond: 101),
                "aigpk_3": Timestamp(unixSecond: 102),
            ]
        )
    }

    @Test func `are accepted where a gateway names them`() throws {
        try site.write(
            "gateways: [ { id: ep_a, accounts: [acme] }, { id: ep_b }, "
                + "{ id: ep_c, accounts: [default, acme] } ]"
        )
        _ = try site.addAccessKey("aigk_1")
        _ = try site.addAccessKey("aigk_2", of: acme)
        let reloader = try site.start()
        let accepted = try (0..<3).map { gateway in
            [
                try routes(reloader, .standard, at: gateway) != nil,
                try routes(reloader, acme, at: gateway) != nil,
            ]
        }
        #expect(accepted == [[false, true], [true, false], [true, true]])
    }

    @Test func `are refused while they are disabled`() throws {
        try site.write("gateways: [ { id: ep_main, accounts: [default, acme] } ]")
        _ = try site.addAccessKey("aigk_1")
        _ = try site.addAccessKey("aigk_2", of: acme)
        let reloader = try site.start()
        #expect(try routes(reloader, acme) != nil)
        try change(acme) { $0.isDisabled = true }
        #expect(reloader.readStore() == .done(generation: 3, notes: []))
        #expect(try routes(reloader, acme) == nil)
        #expect(try routes(reloader, .standard) != nil)
        try change(acme) { $0.name = "again" }
        #expect(reloader.readStore() == .done(generation: 4, notes: []))
        #expect(try routes(reloader, acme) != nil)
    }

    @Test func `that bring nothing of their own share what they may use`() throws {
        try site.write("gateways: [ { id: ep_main, accounts: [a, b, acme] } ]")
        for account in ["a", "b", "acme"] {
            _ = try site.addAccessKey("aigk_\(account)", of: AccountID(account))
        }
        try site.addProviderKey("aigpk_1", at: 1, of: acme)
        let maker = try site.start().gatewayMaker
        let gateway = maker.makeGateways()[0]
        let tables = try ["a", "b", "acme"].map { account in
            let number = try #require(maker.records.keys?.accounts.number(of: AccountID(account)))
            return try #require(gateway.routes(ofAccount: number))
        }
        #expect(tables[0] === tables[1])
        #expect(tables[0] !== tables[2])
    }

    @Test func `keep what was opened when another master key seals their keys`() throws {
        try site.addProviderKey("aigpk_1", at: 1)
        _ = try site.addAccessKey("aigk_1")
        let reloader = try site.start()
        #expect(credentials(try routes(reloader, .standard)) == ["aigpk_1"])
        let other = "OTg3NjU0MzIxMDk4NzY1NDMyMTA5ODc2NTQzMjEwOTg="
        let old = try #require(MasterKey(base64: Secret(ReloadSite.masterKey)))
        let new = try #require(MasterKey(base64: Secret(other)))
        _ = try KeyStore(try StateDirectory(site.path)).rekey(from: old, to: new)
        guard case .done(_, let notes) = reloader.readStore() else {
            Issue.record("refused")
            return
        }
        #expect(notes.count == 1 && notes[0].contains(new.id))
        #expect(credentials(try routes(reloader, .standard)) == ["aigpk_1"])
        // With the new master key in place nothing is left to say.
        try site.write("master_key: \(other)")
        guard case .done(_, notes: []) = reloader.reload() else {
            Issue.record("refused, or something to say")
            return
        }
        #expect(credentials(try routes(reloader, .standard)) == ["aigpk_1"])
        // Without any it is not used, and nothing else stands still.
        try site.write("master_key: ${file:/nowhere}")
        guard case .done(_, let last) = reloader.reload() else {
            Issue.record("refused")
            return
        }
        #expect(last.contains { $0.hasPrefix("no provider key can be opened, of 1") })
        #expect(credentials(try routes(reloader, .standard)) == [])
    }

    @Test func `tighten the limits of a gateway for themselves`() throws {
        try site.write(
            "gateways: [ { id: ep_main, accounts: [default, acme], max_input_tokens: 100 } ]"
        )
        _ = try site.addAccessKey("aigk_1")
        _ = try site.addAccessKey("aigk_2", of: acme)
        var settings = AccountSettings(of: acme, at: Timestamp(unixSecond: 0), by: "test")
        settings.totalTimeout = .seconds(9)
        settings.maxInputTokens = 200
        settings.maxOutputTokens = 7
        let set = settings
        _ = try KeyStore(try StateDirectory(site.path)).commit { _ in .accountSettings(set) }
        let maker = try site.start().gatewayMaker
        let accounts = try #require(maker.records.keys?.accounts)
        let gateway = maker.makeGateways()[0]
        let ours = gateway.serving(account: try #require(accounts.number(of: .standard)))
        let number = try #require(accounts.number(of: acme))
        let theirs = gateway.serving(account: number)
        #expect(ours === gateway)
        #expect(theirs.timeouts.total == .seconds(9))
        #expect(theirs.timeouts.perRequest == gateway.timeouts.perRequest)
        #expect(theirs.limits == RequestLimits(maxInputTokens: 100, maxOutputTokens: 7))
        #expect(theirs.routes(ofAccount: number) === gateway.routes(ofAccount: number))
    }

    @Test func `serve on when some of their keys can't be opened`() throws {
        try site.addProviderKey("aigpk_1", at: 1)
        let other = "OTg3NjU0MzIxMDk4NzY1NDMyMTA5ODc2NTQzMjEwOTg="
        try site.addProviderKey("aigpk_2", at: 2, sealedUnder: other)
        _ = try site.addAccessKey("aigk_1")
        let reloader = try site.start()
        guard case .done(generation: 3, let notes) = reloader.readStore() else {
            Issue.record("refused")
            return
        }
        #expect(notes.count == 1 && notes[0].contains("aigpk_2"))
        #expect(credentials(try routes(reloader, .standard)) == ["aigpk_1"])
    }
}
