import JSON
import Testing

@Suite struct `String decoding` {
    private func decode(_ text: String) -> String? {
        let bytes = Array(text.utf8)
        return decodeJSONString(bytes.span, 0..<bytes.count)
    }

    @Test(arguments: [
        (#""""#, ""), (#""plain""#, "plain"), (#""é 漢 😀""#, "é 漢 😀"),
        (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""a\u0041\u00e9\u6F22""#, "aAé漢"),
        (#""\ud83d\ude00!""#, "😀!"), (#""\u0000""#, "\0"), (#""\uFFFF""#, "\u{FFFF}"),
        (#""\\u0041""#, "\\u0041"),
    ])
    func `escapes and pairs are decoded`(text: String, expected: String) {
        #expect(decode(text).map { Array($0.utf8) } == Array(expected.utf8))
    }

    @Test(arguments: [
        "", "\"", "x", "\"x", "x\"", #""\x""#, #""\""#, #""\u12""#, #""\u12G4""#, #""\u""#,
        #""\ud83d""#, #""\ud83dx""#, #""\ud83d\n""#, #""\ud83d\u0041""#, #""\ude00""#,
        #""\ud83d\ud83d""#, "\"a\nb\"", "\"a\"b\"", #""\n"b""#, "'a'", #""\ud83d\u""#,
    ])
    func `a malformed string is nil`(text: String) {
        #expect(decode(text) == nil)
    }

    @Test(arguments: [[0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xC0, 0x80], [0x5C, 0x6E, 0xE2]])
    func `bytes that are not UTF-8 are nil`(bytes: [UInt8]) {
        let quoted = [0x22] + bytes + [0x22]
        #expect(decodeJSONString(quoted.span, 0..<quoted.count) == nil)
    }

    @Test func `a part of a text is decoded`() {
        let bytes = Array(#"{"model":"gpt"}"#.utf8)
        #expect(decodeJSONString(bytes.span, 9..<14) == "gpt")
        #expect(decodeJSONString(bytes.span, 9..<99) == nil)
    }

    @Test(arguments: [
        ("[]", [String]()), ("[ ]", []), (#"["a"]"#, ["a"]),
        (#" [ "a" , "\u0062" ] "#, ["a", "b"]),
    ])
    func `an array of strings is decoded`(text: String, expected: [String]) {
        let bytes = Array(text.utf8)
        #expect(decodeJSONStringArray(bytes.span, 0..<bytes.count, limit: 2) == expected)
    }

    @Test(arguments: [
        #"["a","b","c"]"#, #"["a",1]"#, #"[["a"]]"#, #""a""#, "{}", "", "[", #"["a""#, #"["a",]"#,
        #"[,"a"]"#, #"["a" "b"]"#, #"["a"]x"#, #"["\x"]"#, "[null]", #"["a"}"#,
    ])
    func `another value or too many strings are nil`(text: String) {
        let bytes = Array(text.utf8)
        #expect(decodeJSONStringArray(bytes.span, 0..<bytes.count, limit: 2) == nil)
    }
}

@Suite struct `Array elements` {
    private func elements(_ text: String, most: Int = .max) throws -> [String] {
        let bytes = Array(text.utf8)
        var found: [String] = []
        try forEachJSONElement(bytes.span, 0..<bytes.count) { _, element in
            found.append(String(decoding: bytes[element], as: UTF8.self))
            return found.count < most ? .next : .stop
        }
        return found
    }

    @Test func `elements are told in order until stopped`() throws {
        let text = #" [ 1, "a,]" ,{"b":[2]}, [] ,null ] "#
        #expect(try elements(text) == ["1", #""a,]""#, #"{"b":[2]}"#, "[]", "null"])
        #expect(try elements(text, most: 2) == ["1", #""a,]""#])
    }

    @Test func `another value than an array is refused`() {
        #expect(throws: ScanError.notAnArray) { try elements("{}") }
        #expect(throws: ScanError.trailingBytes(at: 3)) { try elements("[] x") }
    }
}
