import JSON
import Testing

@Suite struct `JSON document` {
    private func parse(_ text: String) throws(JSONParseError) -> JSONValue {
        try JSONDocument.parse(Array(text.utf8).span).root
    }

    @Test func `values are read through cursors`() throws {
        let root = try parse(
            #"{"s":"a\u0000b","i":-5,"r":0.5,"t":true,"f":false,"n":null,"a":[1,"x",[]],"o":{"":7}}"#
        )
        #expect(root.kind == .object)
        #expect(root["s"]?.string == "a\0b")
        #expect(root["i"]?.integer == -5)
        #expect(root["i"]?.double == -5)
        #expect(root["r"]?.double == 0.5)
        #expect(root["r"]?.integer == nil)
        #expect(root["t"]?.bool == true)
        #expect(root["f"]?.bool == false)
        #expect(root["n"]?.isNull == true)
        #expect(root["a"]?.elements.map(\.kind) == [.number, .string, .array])
        #expect(root["o"]?[""]?.integer == 7)
        #expect(root["missing"] == nil)
        #expect(root["s"]?["x"] == nil)
        #expect(root["s"]?.integer == nil)
        #expect(root["i"]?.string == nil)
        #expect(root["i"]?.bool == nil)
        #expect(root.elements.isEmpty)
        #expect(root["a"]?.members.isEmpty == true)
    }

    @Test func `members stay in the order of the text`() throws {
        let names = (0..<50).map { "k\(($0 * 37) % 50)" }
        let text = "{" + names.map { "\"\($0)\":1" }.joined(separator: ",") + "}"
        #expect(try parse(text).members.map(\.name) == names)
    }

    @Test func `a cursor keeps the tree alive`() throws {
        func inner() throws -> JSONValue? { try parse(#"[{"a":"deep"}]"#).elements.first?["a"] }
        #expect(try inner()?.string == "deep")
    }

    @Test func `an error tells line, column and reason`() {
        let error = #expect(throws: JSONParseError.self) { try parse("{\"a\":1,\n \"b\" 2}") }
        #expect(error?.line == 2)
        #expect(error?.column == 6)
        #expect(error?.reason == "':' expected near '2'")
        #expect(error?.description == "line 2, column 6: ':' expected near '2'")
    }

    @Test(arguments: [
        #"{"value":"sk-0123456" "x":1}"#, #"{"value":sk0123456}"#, #"{"sk-012":1,"sk-012":2}"#,
        #"{"value":"sk-01234"#,
    ])
    func `an error does not repeat what stands there`(text: String) throws {
        let error = try #require(throws: JSONParseError.self) { try parse(text) }
        #expect(!error.description.contains("01") && !error.reason.isEmpty)
    }

    @Test func `a number of more than 64 bits is told from what is no JSON`() {
        for (text, isLarge) in [("18446744073709551616", true), ("-9223372036854775809", true)] {
            let error = #expect(throws: JSONParseError.self) { try parse("[\(text)]") }
            #expect(error?.isOfALargeNumber == isLarge)
        }
        let other = #expect(throws: JSONParseError.self) { try parse("[1e999]") }
        #expect(other?.isOfALargeNumber == false)
    }

    @Test(arguments: [
        "{\"k\":null\0}", "1\0", "[1\0]", "\0",
        "", "{", "{\"a\":1,\"a\":2}", "{\"a\":1,\"\\u0061\":2}", "[1] x", "{\"a\\u0000\":1}",
        "\"\\ud800\"", "18446744073709551616", "1e999", "[\u{1}]", "{\"a\":01}", "nul",
    ])
    func `what is not acceptable JSON is refused`(text: String) {
        #expect(throws: JSONParseError.self) { try parse(text) }
    }

    @Test func `bytes that are not UTF-8 are refused`() {
        #expect(throws: JSONParseError.self) {
            try JSONDocument.parse([0x22, 0xFF, 0x22].span)
        }
    }

    @Test func `depth and size are bounded`() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(try parse(nested(2048)).kind == .array)
        #expect(throws: JSONParseError.self) { try parse(nested(2049)) }
        #expect(throws: JSONParseError.self) {
            try JSONDocument.parse(Array("[1,2]".utf8).span, byteLimit: 4)
        }
    }

    @Test(arguments: [
        (#"{"b":1,"a":{"d":[1, 2],"c":null}}"#, #"{"a":{"c":null,"d":[1,2]},"b":1}"#),
        (#"["\u00e9\n", true,false, -7, 0.7, 1e20, 1.0]"#, #"["é\n",true,false,-7,0.7,1e+20,1.0]"#),
        ("\"x\"", "\"x\""), ("{}", "{}"), ("[]", "[]"),
        ("9223372036854775807", "9223372036854775807"),
    ])
    func `a value is written compactly and sorted`(text: String, expected: String) throws {
        var writer = JSONWriter()
        writer.value(try parse(text))
        #expect(String(decoding: writer.bytes, as: UTF8.self) == expected)
    }

    @Test func `the deepest value is written`() throws {
        let text = String(repeating: "[", count: 2048) + String(repeating: "]", count: 2048)
        var writer = JSONWriter()
        writer.value(try parse(text))
        #expect(writer.bytes == Array(text.utf8))
    }
}
