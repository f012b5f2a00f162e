import Testing

@testable import load_generator

@Suite struct TargetTests {
    @Test func `a body makes the request a POST`() throws {
        let target = try Target(
            url: "http://127.0.0.1:8080/v1/x?y=1",
            headers: ["A: b"],
            body: Array("{}".utf8)
        )
        #expect(target.port == 8080)
        #expect(
            String(decoding: target.request, as: UTF8.self)
                == "POST /v1/x?y=1 HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nA: b\r\n"
                + "Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
        )
    }

    @Test(arguments: ["https://127.0.0.1/", "http://", "http://x:y/", "http://example.org/", "x"])
    func `a place that can't be reached is refused`(url: String) {
        #expect(throws: TargetError.self) { try Target(url: url, headers: [], body: nil) }
    }
}
