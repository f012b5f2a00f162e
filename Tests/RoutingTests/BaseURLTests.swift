import Testing

@testable import Routing

@Suite struct `A base URL` {
    @Test(arguments: [
        ("https://api.openai.com/v1", "https://api.openai.com/v1", "", false),
        ("https://api.openai.com/v1///", "https://api.openai.com/v1", "", false),
        ("https://api.openai.com", "https://api.openai.com", "", false),
        ("HTTPS://api.openai.com/", "HTTPS://api.openai.com", "", false),
        (
            "https://x.example/deployments/d?api-version=2024-10-21",
            "https://x.example/deployments/d", "api-version=2024-10-21", false
        ),
        ("https://x.example?a=/b", "https://x.example", "a=/b", false),
        ("http://127.0.0.1:8000/v1", "http://127.0.0.1:8000/v1", "", true),
        ("http://[::1]:8000/v1", "http://[::1]:8000/v1", "", true),
        ("http://localhost:11434/v1", "http://localhost:11434/v1", "", true),
        ("http://ollama:11434/v1", "http://ollama:11434/v1", "", true),
        ("http://gpu.internal/v1", "http://gpu.internal/v1", "", true),
        ("http://10.1.2.3/v1", "http://10.1.2.3/v1", "", true),
    ])
    func `is taken apart`(_ text: String, _ prefix: String, _ query: String, _ isPlain: Bool) throws
    {
        let url = try BaseURL(text)
        #expect(url.prefix == prefix)
        #expect(url.query == query)
        #expect(url.isPlainHTTP == isPlain)
    }

    @Test(arguments: [
        ("", BaseURLError.notHTTP),
        ("api.openai.com/v1", .notHTTP),
        ("ftp://api.openai.com", .notHTTP),
        ("https://", .badHost("")),
        ("https:///v1", .badHost("")),
        ("https://:443/v1", .badHost("")),
        ("https://api.openai.com:port/v1", .badPort("port")),
        ("https://api.openai.com:0/v1", .badPort("0")),
        ("https://api.openai.com:65536/v1", .badPort("65536")),
        ("https://api.openai.com:/v1", .badPort("")),
        ("https://me:secret@api.openai.com/v1", .hasCredential),
        ("https://api.openai.com/v1#x", .hasFragment),
        ("https://api.openai.com/v 1", .badCharacter),
        ("https://api.openai.com/v1\r\nHost: x", .badCharacter),
        ("https://exämple.com/v1", .badCharacter),
        ("https://a..b/v1", .badHost("a..b")),
        ("https://-a.example/v1", .badHost("-a.example")),
        ("https://127.1/v1", .badHost("127.1")),
        ("https://2130706433/v1", .badHost("2130706433")),
        ("https://0x7f.1/v1", .badHost("0x7f.1")),
        ("https://0177.0.0.1/v1", .badHost("0177.0.0.1")),
        ("https://[::1/v1", .badHost("[:")),
        ("https://[1:2]/v1", .badHost("[1:2]")),
        ("http://api.openai.com/v1", .plainHTTP("api.openai.com")),
        ("http://8.8.8.8/v1", .plainHTTP("8.8.8.8")),
        ("https://169.254.169.254/latest", .forbiddenHost("169.254.169.254")),
        ("http://169.254.169.254/latest", .forbiddenHost("169.254.169.254")),
        ("https://100.100.100.200/", .forbiddenHost("100.100.100.200")),
        ("https://192.0.0.192/", .forbiddenHost("192.0.0.192")),
        ("https://0.0.0.0/", .forbiddenHost("0.0.0.0")),
        ("https://[fe80::1]/", .forbiddenHost("[fe80::1]")),
        ("https://[fd00:ec2::254]/", .forbiddenHost("[fd00:ec2::254]")),
        ("https://[::ffff:169.254.169.254]/", .forbiddenHost("[::ffff:169.254.169.254]")),
        ("https://[64:ff9b::a9fe:a9fe]/", .forbiddenHost("[64:ff9b::a9fe:a9fe]")),
        ("https://[::]/", .forbiddenHost("[::]")),
    ])
    func `that may not be called is refused`(_ text: String, _ error: BaseURLError) {
        #expect(throws: error) { try BaseURL(text) }
    }

    @Test func `has at most 2048 bytes`() throws {
        let head = "https://a.example/"
        let longest = head + String(repeating: "p", count: 2048 - head.utf8.count)
        #expect(try BaseURL(longest).prefix == longest)
        #expect(throws: BaseURLError.tooLong) { try BaseURL(longest + "p") }
    }
}

@Suite struct `A host` {
    @Test(arguments: [
        ("api.openai.com", HostKind.public), ("8.8.8.8", .public), ("[2001:db8::1]", .public),
        ("127.0.0.1", .loopback), ("127.255.0.9", .loopback), ("[::1]", .loopback),
        ("[::ffff:127.0.0.1]", .loopback), ("localhost", .loopback), ("a.localhost", .loopback),
        ("10.0.0.1", .private), ("172.16.0.1", .private), ("172.31.255.1", .private),
        ("172.32.0.1", .public), ("192.168.1.1", .private), ("[fd12::1]", .private),
        ("gpu.internal", .private), ("GPU.Internal", .private), ("vllm", .private),
        ("internal.example.com", .public), ("169.254.0.1", .forbidden), ("0.1.2.3", .forbidden),
        ("[febf::1]", .forbidden), ("[fec0::1]", .public), ("1.2.3", .malformed),
        ("1.2.3.4.5", .malformed), ("1.2.3.256", .malformed), ("[1::2::3]", .malformed),
        ("[12345::]", .malformed), ("[+1::]", .malformed), ("[1:2:3:4:5:6:7:8:9]", .malformed),
        ("[1:2:3:4:5:6:7:1.2.3.4]", .malformed), ("a_b.example", .public), (".", .malformed),
        ("a b", .malformed), ("...", .malformed),
    ])
    func `is judged by its text`(_ host: String, _ kind: HostKind) {
        #expect(HostKind(host: host) == kind)
    }
}

@Suite struct `A range of addresses` {
    @Test(arguments: [
        ("10.0.0.0/8", true), ("10.1.0.0/8", false), ("10.1.2.3", true), ("0.0.0.0/0", true),
        ("10.0.0.0/33", false), ("10.0.0.0/", false), ("10.0.0.0/-1", false), ("", false),
        ("10.0.0/8", false), ("fc00::/7", true), ("fd00::/7", false), ("::1", true),
        ("::1/128", true), ("::1/129", false), ("example.com", false), ("10.0.0.0/8/8", false),
    ])
    func `is read`(_ text: String, _ isOne: Bool) {
        #expect(isAddressRange(text) == isOne)
    }
}
