import JSON
import Testing

@Suite struct `Element stream` {
    private func elements(_ pieces: [ArraySlice<UInt8>], limit: Int = 100) -> [String] {
        var stream = ElementStream(elementLimit: limit)
        var found: [String] = []
        for piece in pieces {
            stream.feed(Array(piece).span) { element, isWhole in
                let bytes = element.indices.map { element[$0] }
                found.append(String(decoding: bytes, as: UTF8.self) + (isWhole ? "" : "…"))
            }
        }
        return found
    }

    @Test(arguments: [
        ("[]", []), ("[{}]", ["{}"]),
        ("[{\"a\":1}\n,\r\n{\"b\":[{}]}]\n", ["{\"a\":1}", "{\"b\":[{}]}"]),
        (#"[{"a":"]}\"}{\\"},[1,2], 7 ,"x]",{}]"#, [#"{"a":"]}\"}{\\"}"#, "[1,2]", "{}"]),
        ("[{\"a\":", []), ("", []), ("]]]}[{}", ["{}"]), ("{\"a\":{}}", ["{}"]),
        (
            "[{\"é\":\"0123456789012345678901234567890123456789\"},{}]",
            ["{\"é\":\"0123456789012345678901234…", "{}"]
        ),
    ])
    func `elements are the same whatever the pieces`(text: String, expected: [String]) {
        let bytes = Array(text.utf8)
        let limit = 32
        #expect(elements(bytes.indices.map { bytes[$0...$0] }, limit: limit) == expected)
        for first in 0...bytes.count {
            for second in first...bytes.count {
                let pieces = [bytes[..<first], bytes[first..<second], bytes[second...]]
                #expect(elements(pieces, limit: limit) == expected, "\(first), \(second)")
            }
        }
    }

    @Test func `an endless element is not kept`() {
        var stream = ElementStream(elementLimit: 1000)
        var sizes: [String] = []
        let block = Array(repeating: UInt8(ascii: "["), count: 1000)
        stream.feed(Array("[\"x\",{\"".utf8).span) { _, _ in }
        for _ in 0..<1000 { stream.feed(block.span) { _, _ in } }
        stream.feed(Array("\"},{}]".utf8).span) { element, isWhole in
            sizes.append("\(element.count) \(isWhole)")
        }
        #expect(sizes == ["1000 false", "2 true"])
    }
}
