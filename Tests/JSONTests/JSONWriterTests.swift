import JSON
import Testing

@Suite struct `JSON writer` {
    private func written(_ body: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter()
        body(&writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test func `commas come where they are needed`() {
        let text = written { writer in
            writer.beginObject()
            writer.key("a")
            writer.beginArray()
            writer.integer(1)
            writer.beginObject()
            writer.endObject()
            writer.beginArray()
            writer.endArray()
            writer.bool(true)
            writer.bool(false)
            writer.null()
            writer.endArray()
            writer.key(String("b"))
            writer.string("x")
            writer.key("c")
            writer.raw(Array("{\"y\":0.70}".utf8).span)
            writer.key("d")
            writer.string(Array("z".utf8).span)
            writer.endObject()
        }
        #expect(
            text == #"{"a":[1,{},[],true,false,null],"b":"x","c":{"y":0.70},"d":"z"}"#
        )
    }

    @Test(arguments: [
        ("", #""""#), ("plain é 😀", #""plain é 😀""#), ("\"\\/", #""\"\\/""#),
        ("\u{8}\t\n\u{C}\r", #""\b\t\n\f\r""#),
        ("\0\u{1}\u{1F}\u{7F}", "\"\\u0000\\u0001\\u001f\u{7F}\""),
        ("a\"b\"c", #""a\"b\"c""#),
    ])
    func `text is escaped as JSON demands`(text: String, expected: String) {
        #expect(written { $0.string(text) } == expected)
        #expect(written { $0.string(Array(text.utf8).span) } == expected)
        #expect(written { $0.key(text) } == expected + ":")
    }

    @Test(
        arguments: [
            ([0x61, 0xFF, 0x62], "\"a\u{FFFD}b\""), ([0xE2, 0x82], "\"\u{FFFD}\""),
            ([0xFF, 0x22], "\"\u{FFFD}\\\"\""), ([0xC3, 0xA9], "\"é\""),
        ] as [([UInt8], String)]
    )
    func `what is not UTF-8 becomes the replacement character`(bytes: [UInt8], expected: String) {
        #expect(written { $0.string(bytes.span) } == expected)
    }

    @Test(arguments: [0, 1, -1, 9, 10, -10, 1_234_567, Int.max, Int.min])
    func `integers are written whole`(value: Int) {
        #expect(written { $0.integer(value) } == String(value))
    }

    @Test func `every byte survives a round trip`() throws {
        let text = String(String.UnicodeScalarView((0...0x2FF).compactMap(Unicode.Scalar.init)))
        var writer = JSONWriter()
        writer.string(text)
        #expect(decodeJSONString(writer.bytes.span, 0..<writer.bytes.count) == text)
        #expect(try JSONDocument.parse(writer.bytes.span).root.string == text)
    }

    @Test func `what is taken in parts is the whole`() {
        var writer = JSONWriter()
        var taken: [UInt8] = []
        writer.beginArray()
        for number in 0..<4 {
            writer.integer(number)
            taken += writer.takeBytes()
        }
        #expect(writer.bytes.isEmpty)
        writer.endArray()
        taken += writer.takeBytes()
        #expect(String(decoding: taken, as: UTF8.self) == "[0,1,2,3]")
    }

    @Test func `a writer used again begins anew`() {
        var writer = JSONWriter()
        writer.beginArray()
        writer.integer(1)
        writer.removeAll(keepingCapacity: true)
        writer.beginObject()
        writer.endObject()
        writer.newline()
        writer.integer(2)
        #expect(writer.bytes == Array("{}\n2".utf8))
    }

    @Test(arguments: ["\"", "\\", "\n", "\u{1F}", "\0"])
    func `a character is escaped wherever it stands`(character: Character) throws {
        for length in 1...40 {
            for index in 0..<length {
                var text = Array(repeating: Character("é"), count: length)
                text[index] = character
                var writer = JSONWriter()
                writer.string(String(text))
                #expect(try JSONDocument.parse(writer.bytes.span).root.string == String(text))
            }
        }
    }
}
