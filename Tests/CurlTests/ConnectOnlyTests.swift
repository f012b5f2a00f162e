import Curl
import Platform
import Testing

/// Transfers that connect and send nothing, so that somebody else can be told where to.
@Suite struct ConnectOnlyTests {
    private func connecting(_ request: TransferRequest) -> TransferRequest {
        var request = request
        request.connectsOnly = true
        return request
    }

    @Test func `a connection tells where it leads, sends nothing and is closed`() throws {
        let bench = try Bench()
        let upstream = try ScriptedUpstream(on: bench.loop, always: answer("hello"))
        let recorder = Recorder()
        let url = upstream.url("/x").replacing("127.0.0.1", with: "localhost")
        let transfer = bench.start(connecting(bench.get(url)), recorder)
        bench.run { recorder.outcome != nil }
        #expect(recorder.outcome == .complete)
        #expect(transfer.peer?.description == "127.0.0.1:\(upstream.port)")
        #expect(recorder.headCount == 0)
        bench.run { upstream.peers.first?.wasClosedByPeer == true }
        #expect(upstream.peers.map(\.wasClosedByPeer) == [true])
        #expect(upstream.requests.isEmpty)
    }

    @Test func `it neither takes nor leaves a connection of others`() throws {
        let bench = try Bench()
        let upstream = try ScriptedUpstream(on: bench.loop, always: answer("hello"))
        for round in 1...3 {
            #expect(bench.perform(bench.get(upstream.url())).text == "hello")
            let connected = bench.perform(connecting(bench.get(upstream.url())))
            #expect(connected.outcome == .complete)
            bench.run { upstream.peers.count == round + 1 && upstream.peers[round].wasClosedByPeer }
        }
        #expect(upstream.peers.map(\.requests.count) == [3, 0, 0, 0])
    }

    @Test func `the rules are asked, and an address that is refused is not connected to`() throws {
        let bench = try Bench()
        let upstream = try ScriptedUpstream(on: bench.loop, always: answer("hello"))
        var request = connecting(bench.get("https://localhost:\(upstream.port)/"))
        request.addressRule = .accountProvider
        guard case .failed(.addressRefused) = bench.perform(request).outcome else {
            Issue.record("it was not refused")
            return
        }
        let metadata = connecting(bench.get("https://169.254.169.254/"))
        guard case .failed(.addressRefused) = bench.perform(metadata).outcome else {
            Issue.record("it was not refused")
            return
        }
        #expect(upstream.peers.isEmpty)
    }

    @Test func `nobody listens`() throws {
        let recorder = try Bench().perform(connecting(try Bench().get("http://127.0.0.1:1/")))
        guard case .failed(.connect) = recorder.outcome else {
            Issue.record("\(String(describing: recorder.outcome))")
            return
        }
    }

    @Test(arguments: [("192.0.2.1", "192.0.2.1:443"), ("2001:db8::1", "[2001:db8::1]:443")])
    func `an address stands in a URL with brackets where it needs them`(
        text: String,
        written: String
    ) throws {
        let address = try #require(IPAddress(text))
        #expect(PeerAddress(address: address, port: 443).description == written)
    }
}
