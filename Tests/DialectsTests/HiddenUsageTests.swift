import Testing

@testable import Dialects

@Suite struct `Hidden usage` {
    private static let told =
        "data: {\"id\":\"c\",\"choices\":[],\"usage\":{\"prompt_tokens\":7}}\n\n"

    private static let cases: [(name: String, sent: String, shown: String)] = [
        ("the chunk that tells the usage is dropped", told, ""),
        (
            "a usage of null is cut from a chunk",
            "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}],\"usage\":null}\n\n",
            "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}]}\n\n"
        ),
        (
            "in front of others too",
            "data: {\"usage\": null, \"id\":\"c\"}\n\n", "data: {\"id\":\"c\"}\n\n"
        ),
        (
            "and where it stands alone",
            "data: {\"usage\":null}\n\n", "data: {}\n\n"
        ),
        (
            "a usage beside content stays: without the chunk the content would be gone",
            "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}],\"usage\":{\"a\":1}}\n\n",
            "data: {\"choices\":[{\"delta\":{\"content\":\"a\"}}],\"usage\":{\"a\":1}}\n\n"
        ),
        (
            "what a model says of usage stays",
            "data: {\"choices\":[{\"delta\":{\"content\":\"\\\"usage\\\":null\"}}]}\n\n",
            "data: {\"choices\":[{\"delta\":{\"content\":\"\\\"usage\\\":null\"}}]}\n\n"
        ),
        (
            "an error that tells the usage stays",
            "data: {\"error\":{\"message\":\"no\"},\"usage\":{\"prompt_tokens\":7}}\n\n",
            "data: {\"error\":{\"message\":\"no\"},\"usage\":{\"prompt_tokens\":7}}\n\n"
        ),
        ("comments stay", ": \"usage\":null\n\n", ": \"usage\":null\n\n"),
        ("the end stays", "data: [DONE]\n\n", "data: [DONE]\n\n"),
        ("what is no JSON stays", "data: {\"usage\":nul}\n\n", "data: {\"usage\":nul}\n\n"),
        (
            "several lines of data stay",
            "data: {\"usage\":\ndata: null}\n\n", "data: {\"usage\":\ndata: null}\n\n"
        ),
        (
            "lines may end in CRLF",
            "data: {\"a\":1,\"usage\":null}\r\n\r\n", "data: {\"a\":1}\r\n\r\n"
        ),
    ]

    @Test(arguments: cases)
    func `what was not asked for is kept from the client`(
        name: String,
        sent: String,
        shown: String
    ) {
        for size in [1, 3, 7, 1000] {
            var hidden = HiddenUsage()
            var got: [UInt8] = []
            let bytes = Array(("data: {\"id\":1}\n\n" + sent + "data: {\"id\":2}\n\n").utf8)
            for start in stride(from: 0, to: bytes.count, by: size) {
                got += hidden.take(bytes[start..<min(start + size, bytes.count)].span)
            }
            got += hidden.takeRest()
            let text = String(decoding: got, as: UTF8.self)
            #expect(text == "data: {\"id\":1}\n\n" + shown + "data: {\"id\":2}\n\n", "\(name)")
        }
    }

    @Test func `half an event at the end is passed`() {
        var hidden = HiddenUsage()
        #expect(hidden.take(Array("data: {\"us".utf8).span).isEmpty)
        #expect(hidden.takeRest() == Array("data: {\"us".utf8))
    }
}
