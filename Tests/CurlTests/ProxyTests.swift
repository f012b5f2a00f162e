import Curl
import Platform
import Testing

/// Transfers through the operator's proxy; that none from the environment is used, all other tests
/// show.
@Suite struct ProxyTests {
    private func bench(
        with proxy: (EventLoop) throws -> ScriptedUpstream
    ) throws -> (
        Bench, ScriptedUpstream
    ) {
        // The proxy's port is known only when it listens on a loop, and the settings name the port.
        let loop = try EventLoop()
        let upstream = try proxy(loop)
        var settings = TransferSettings()
        settings.proxy = "http://user:secret@127.0.0.1:\(upstream.port)"
        return (try Bench(settings: settings, loop: loop), upstream)
    }

    @Test func `a plain request goes to the proxy whole`() throws {
        let (bench, proxy) = try bench { try ScriptedUpstream(on: $0, always: answer("hello")) }
        let recorder = bench.perform(bench.get("http://provider.internal/v1"))
        #expect(recorder.text == "hello")
        #expect(proxy.requests[0].hasPrefix("GET http://provider.internal/v1 HTTP/1.1\r\n"))
    }

    @Test func `a proxy that refuses is a failed connection, its head not the answer`() throws {
        let refusal = answer("no", status: "403 Forbidden")
        let (bench, proxy) = try bench { try ScriptedUpstream(on: $0, always: refusal) }
        var request = bench.get("https://provider.example/v1")
        request.headers.append(name: "Authorization", value: "Bearer key")
        let recorder = bench.perform(request)
        guard case .failed(.connect(let text)) = recorder.outcome else {
            Issue.record("\(String(describing: recorder.outcome))")
            return
        }
        #expect(!text.contains("secret"))
        #expect(recorder.headCount == 0)
        #expect(proxy.requests[0].hasPrefix("CONNECT provider.example:443 HTTP/1.1\r\n"))
        #expect(!proxy.requests[0].contains("Bearer"))
    }

    @Test func `a connection for somebody else does not go through it`() throws {
        let (bench, proxy) = try bench { try ScriptedUpstream(on: $0, always: answer("no")) }
        var request = bench.get("https://provider.example/v1")
        request.connectsOnly = true
        guard case .failed(.connect(let text)) = bench.perform(request).outcome else {
            Issue.record("it was not refused")
            return
        }
        #expect(text.contains("proxy"))
        #expect(proxy.peers.isEmpty)
    }

    @Test(arguments: [
        "https://169.254.169.254/", "https://[::ffff:a9fe:a9fe]/", "https://127.1/",
        "https://0x7f000001/", "https://2130706433/", "https://10.0.0.1/",
    ])
    func `an address in the URL is checked before the proxy hears of it`(url: String) throws {
        let (bench, proxy) = try bench { try ScriptedUpstream(on: $0, always: answer("no")) }
        var request = bench.get(url)
        request.addressRule = .accountProvider
        guard case .failed(.addressRefused) = bench.perform(request).outcome else {
            Issue.record("it was not refused")
            return
        }
        #expect(proxy.peers.isEmpty)
    }
}
