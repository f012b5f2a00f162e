import Curl
import Glibc
import Platform
import Testing

@testable import Server

@Suite struct UpstreamPoolsTests {
    private let loop: EventLoop
    private let pools: UpstreamPools

    init() throws {
        CurlLibrary.initialize()
        loop = try EventLoop()
        pools = UpstreamPools(loop: loop, settings: TransferSettings())
    }

    private func settings(_ change: (inout TransferSettings) -> Void) -> TransferSettings {
        var settings = TransferSettings()
        change(&settings)
        return settings
    }

    @Test func `the same settings keep the connections`() {
        let before = pools.current
        pools.adopt(TransferSettings())
        #expect(pools.current === before)
    }

    @Test(arguments: [
        "ca_file", "the text of ca_file", "proxy", "max_connections", "dns_cache",
    ])
    func `another value makes another pool`(name: String) {
        let before = pools.current
        pools.adopt(
            settings { settings in
                switch name {
                case "ca_file": settings.caFile = "/tmp/ca.pem"
                case "the text of ca_file": settings.caDigest = [1]
                case "proxy": settings.proxy = "http://proxy.internal:3128"
                case "max_connections": settings.maxConnections = 7
                default: settings.dnsCache = .seconds(5)
                }
            }
        )
        #expect(pools.current !== before)
        #expect(pools.retiredCount == 0)
    }

    @Test func `a transfer under way ends on the pool that it began on`() throws {
        let upstream = try ListeningSocket.tcp(address: "127.0.0.1", port: 0)
        let url = "http://127.0.0.1:\(port(of: upstream.number))/"
        let request = TransferRequest(
            url: url,
            addressRule: .operatorProvider(isPlainHTTP: true)
        )
        let recorder = Silence()
        let transfer = pools.current.start(request, handler: recorder)
        pools.adopt(settings { $0.maxConnections = 7 })
        #expect(pools.retiredCount == 1)
        #expect(pools.activeCount == 1)
        loop.turn(waiting: .milliseconds(10))
        #expect(transfer.isRunning)
        transfer.cancel()
        let deadline = ContinuousClock.now + .seconds(10)
        while pools.retiredCount > 0, ContinuousClock.now < deadline {
            loop.turn(waiting: .milliseconds(100))
        }
        #expect(pools.retiredCount == 0)
        #expect(pools.activeCount == 0)
    }

    private func port(of descriptor: CInt) -> UInt16 {
        var address = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe getsockname(descriptor, $0, &length)
            }
        }
        #expect(result == 0)
        return UInt16(bigEndian: address.sin_port)
    }
}

/// Who hears of a transfer and does nothing.
private final class Silence: TransferHandler {
    func transferReceivedHead(_ transfer: Transfer, status: Int, headers: HeaderBlock) {}
    func transferReceived(_ transfer: Transfer, _ bytes: Span<UInt8>) {}
    func transferEnded(_ transfer: Transfer, _ outcome: TransferOutcome) {}
}
