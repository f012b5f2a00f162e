import Curl
import Platform
import Testing

/// Which addresses a provider's name may lead to.
@Suite struct AddressRuleTests {
    private func address(_ text: String) throws -> IPAddress {
        try #require(IPAddress(text), "\(text)")
    }

    /// Refused whatever the rule.
    static let forbidden = [
        "0.0.0.0", "0.1.2.3", "169.254.0.1", "169.254.169.254", "100.100.100.200", "192.0.0.192",
        "::", "fe80::1", "febf:ffff::1", "fd00:ec2::254", "::ffff:169.254.169.254",
        "::169.254.169.254", "64:ff9b::a9fe:a9fe", "2002:a9fe:a9fe::1", "::ffff:0.0.0.0",
        "64:ff9b::", "::ffff:100.100.100.200",
    ]

    static let rules: [AddressRule] = [
        .operatorProvider(isPlainHTTP: false), .operatorProvider(isPlainHTTP: true),
        .accountProvider, .allow([]), .allow(["0.0.0.0/0", "::/0"].compactMap(CIDR.init)),
    ]

    @Test(arguments: forbidden)
    func `link-local and metadata addresses are refused always`(text: String) throws {
        let address = try address(text)
        for rule in AddressRuleTests.rules {
            #expect(!rule.permits(address), "\(rule)")
        }
    }

    /// Loopback and private.
    static let nearby = [
        "127.0.0.1", "127.255.255.255", "10.0.0.1", "172.16.0.1", "172.31.255.255",
        "192.168.1.1", "::1", "fc00::1", "fdff::1", "::ffff:10.1.2.3", "64:ff9b::a00:1",
        "2002:a00:1::",
    ]

    @Test(arguments: nearby)
    func `private addresses are for the operator alone`(text: String) throws {
        let address = try address(text)
        #expect(AddressRule.operatorProvider(isPlainHTTP: false).permits(address))
        #expect(AddressRule.operatorProvider(isPlainHTTP: true).permits(address))
        #expect(!AddressRule.accountProvider.permits(address))
        #expect(!AddressRule.allow([]).permits(address))
    }

    /// Public unicast.
    static let global = [
        "1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1",
        "192.0.1.1", "223.255.255.255", "2606:4700::1111", "2a00::1", "::ffff:8.8.8.8",
        "64:ff9b::808:808", "2002:808:808::1", "2001:4860:4860::8888",
    ]

    @Test(arguments: global)
    func `public addresses are for all, but not over plain http`(text: String) throws {
        let address = try address(text)
        #expect(AddressRule.operatorProvider(isPlainHTTP: false).permits(address))
        #expect(!AddressRule.operatorProvider(isPlainHTTP: true).permits(address))
        #expect(AddressRule.accountProvider.permits(address))
        #expect(AddressRule.allow([]).permits(address))
    }

    /// Neither private nor public unicast.
    static let special = [
        "100.64.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1",
        "239.255.255.255", "240.0.0.1", "255.255.255.255", "192.0.0.1", "192.88.99.1",
        "2001:db8::1", "2001::1", "3fff::1", "ff02::1", "fec0::1", "4000::1", "64:ff9b:1::1",
        "::2.3.4.5", "5f00::1",
    ]

    @Test(arguments: special.filter { $0 != "::2.3.4.5" })
    func `addresses of special use are not for accounts`(text: String) throws {
        #expect(!AddressRule.accountProvider.permits(try address(text)))
    }

    @Test func `the operator may open ranges to accounts`() throws {
        let rule = AddressRule.allow([
            try #require(CIDR("10.1.0.0/16")), try #require(CIDR("fc00::/7")),
        ])
        #expect(rule.permits(try address("10.1.2.3")))
        #expect(rule.permits(try address("::ffff:10.1.2.3")))
        #expect(!rule.permits(try address("10.2.0.1")))
        #expect(rule.permits(try address("fd12::1")))
        #expect(!rule.permits(try address("fd00:ec2::254")))
        #expect(rule.permits(try address("1.1.1.1")))
    }

    @Test(arguments: [
        ("https://api.example.com/v1", false), ("http://127.0.0.1:8000/v1", true),
        ("HTTP://example.com/", true), ("http://vllm.internal/v1", false),
        ("http://VLLM.INTERNAL:8000", false), ("http://vllm.internal./", false),
        ("http://vllm.internal@example.com/", true), ("http://example.com/.internal", true),
        ("http://example.com?.internal", true), ("http://notinternal/", true),
        ("http://example.com#.internal", true), ("http://example.com\\.internal", true),
    ])
    func `plain http stays near but for internal names`(url: String, isNear: Bool) {
        #expect(AddressRule.operatorProvider(at: url) == .operatorProvider(isPlainHTTP: isNear))
    }

    @Test(arguments: ["127.0.0.1", "localhost", "[::1]"])
    func `an address is refused before a connection is made`(host: String) throws {
        let bench = try Bench()
        let upstream = try ScriptedUpstream(on: bench.loop, always: answer("no"))
        var request = bench.get("https://\(host):\(upstream.port)/")
        request.addressRule = .accountProvider
        let recorder = bench.perform(request)
        guard case .failed(.addressRefused(let text)) = recorder.outcome else {
            Issue.record("\(String(describing: recorder.outcome))")
            return
        }
        #expect(text.contains(host == "[::1]" ? "::1" : host == "localhost" ? "1" : host))
        #expect(upstream.peers.isEmpty)
    }

    @Test func `an account's provider has https alone`() throws {
        let bench = try Bench()
        let upstream = try ScriptedUpstream(on: bench.loop, always: answer("no"))
        var request = bench.get(upstream.url())
        request.addressRule = .allow([try #require(CIDR("127.0.0.0/8"))])
        guard case .failed(.invalidRequest) = bench.perform(request).outcome else {
            Issue.record("http was not refused")
            return
        }
        #expect(upstream.peers.isEmpty)
    }

    @Test func `a public address over plain http is refused whatever the caller says`() throws {
        let bench = try Bench()
        var request = bench.get("http://192.0.2.1:9/")
        request.addressRule = .operatorProvider(isPlainHTTP: false)
        let recorder = bench.perform(request)
        #expect(recorder.outcome == .failed(.addressRefused("address 192.0.2.1 is refused")))
    }
}

/// Writing and reading addresses and ranges.
@Suite struct IPAddressTests {
    @Test(arguments: [
        ("1.2.3.4", "1.2.3.4"), ("255.255.255.255", "255.255.255.255"), ("::", "::"),
        ("::1", "::1"), ("1::", "1::"), ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"),
        ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("1:0:0:2:0:0:0:3", "1:0:0:2::3"),
        ("::ffff:1.2.3.4", "::ffff:1.2.3.4"), ("64:ff9b::1.2.3.4", "64:ff9b::102:304"),
        ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"),
    ])
    func `an address is read and written in its usual form`(text: String, form: String) {
        #expect(IPAddress(text)?.description == form)
    }

    @Test(arguments: [
        "", "1.2.3", "1.2.3.4.5", "1.2.3.256", "01.2.3.4", "1.2.3.4 ", "0x7f.0.0.1", "127.1",
        "2130706433", ":", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::",
        "g::", "::1%eth0", "[::1]", "1:2:3:4:5:6:7::8", "1.2.3.4::", "::1.2.3", "+1::", "::-1",
        "1:2:3:4:5:6:7:1.2.3.4", "1.2.3.+4", "::1.2.3.4:5",
    ])
    func `other text is no address`(text: String) {
        #expect(IPAddress(text) == nil)
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.0.1", true), ("10.0.0.0/8", "11.0.0.1", false),
        ("0.0.0.0/0", "9.9.9.9", true), ("0.0.0.0/0", "::1", false), ("::/0", "1.2.3.4", false),
        ("1.2.3.4", "1.2.3.4", true), ("1.2.3.4/32", "1.2.3.5", false),
        ("fe80::/10", "febf::1", true), ("fe80::/10", "fec0::1", false),
        ("2001:db8::/65", "2001:db8::7fff:0:0:1", true),
        ("2001:db8::/65", "2001:db8::8000:0:0:1", false), ("::/96", "::1.2.3.4", true),
        ("2001:db8::1/128", "2001:db8::1", true), ("2001:db8::/64", "2001:db8::1", true),
    ])
    func `a range holds an address or not`(range: String, address: String, isIn: Bool) throws {
        let range = try #require(CIDR(range))
        #expect(range.contains(try #require(IPAddress(address))) == isIn)
    }

    @Test(arguments: [
        "10.0.0.1/8", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/-1", "x/8", "/", "",
    ])
    func `other text is no range`(text: String) {
        #expect(CIDR(text) == nil)
    }
}
