import JSON
import Testing

@Suite struct `JSON text` {
    private func text(_ json: String) throws(ScanError) -> JSONText {
        try JSONText(Array(json.utf8).span)
    }

    private func compact(_ json: String) throws -> String {
        String(decoding: try text(json).root.compact, as: UTF8.self)
    }

    @Test func `members, elements and scalars are found`() throws {
        let root = try text(
            #" {"a": [1, "x", {"b": null}], "c" : true, "\u0064": -1.50, "e": {}} "#
        ).root
        #expect(root["a"]?.elements.map(\.kind) == [.number, .string, .object])
        #expect(root["a"]?.elements.first { _ in true }?.integer == 1)
        #expect(root["c"]?.bool == true)
        #expect(root["d"]?.numeral == "-1.50")
        #expect(root["d"]?.integer == nil)
        #expect(root["nothing"] == nil)
        #expect(root.members.compactMap { $0.name.string } == ["a", "c", "d", "e"])
    }

    @Test func `a text of very many values is refused`() throws {
        let few = "[" + String(repeating: "1,", count: 1000) + "1]"
        #expect(try text(few).root.elements.reduce(0) { count, _ in count + 1 } == 1001)
        let many = "[" + String(repeating: "[],", count: JSONText.nodeLimit) + "1]"
        #expect(throws: ScanError.tooManyMembers(limit: JSONText.nodeLimit)) {
            try text(many)
        }
    }

    @Test func `a long text takes little more than itself`() throws {
        let long = try text("\"" + String(repeating: "x", count: 1 << 20) + "\"")
        #expect((1 << 20..<5 << 18).contains(long.heldBytes))
    }

    @Test func `null is nothing`() throws {
        let root = try text(#"{"a":null}"#).root
        #expect(root["a"] == nil)
        #expect(root.members.map { $0.value.kind } == [.null])
        #expect(JSONText().root.kind == .null)
    }

    @Test(
        arguments: [
            (#" { "a" : [ 1 , 2.50 , "x y" ] , "b" : { } } "#, #"{"a":[1,2.50,"x y"],"b":{}}"#),
            ("[\n]", "[]"),
            (#""\u00e9""#, #""\u00e9""#),
            ("18446744073709551616", "18446744073709551616"),
        ] as [(String, String)]
    )
    func `a value is written without white space and otherwise as it was`(
        json: String,
        compact: String
    ) throws {
        #expect(try self.compact(json) == compact)
    }

    @Test(
        arguments: [
            ("", .malformed(at: 0)), ("{", .malformed(at: 1)), ("[1,]", .malformed(at: 3)),
            ("{\"a\":1,}", .malformed(at: 7)), ("{\"a\" 1}", .malformed(at: 5)),
            ("[1 2]", .malformed(at: 3)), ("1 2", .trailingBytes(at: 2)),
            ("{\"a\":1,\"\\u0061\":2}", .duplicateMember("a")),
            ("{\"a\":[{\"b\":1,\"b\":2}]}", .duplicateMember("b")),
            ("\"a\nb\"", .malformed(at: 2)), ("{\"aaaaaaaaaaaa\u{1}\":1}", .malformed(at: 14)),
            ("tru", .malformed(at: 3)), ("01", .trailingBytes(at: 1)), ("\"a", .malformed(at: 2)),
        ] as [(String, ScanError)]
    )
    func `what is no JSON is refused`(json: String, error: ScanError) {
        #expect(throws: error) { try text(json) }
    }

    @Test func `a name among many is found twice`() {
        let names = (0..<40).map { "\"n\($0)\":0" }.joined(separator: ",")
        #expect(throws: Never.self) { try text("{\(names)}") }
        #expect(throws: ScanError.duplicateMember("n7")) { try text("{\(names),\"n7\":1}") }
    }

    @Test func `nesting has a limit`() {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(throws: Never.self) { try text(nested(JSONText.depthLimit + 1)) }
        #expect(throws: ScanError.tooDeep(at: JSONText.depthLimit + 1)) {
            try text(nested(JSONText.depthLimit + 2))
        }
    }

    @Test func `a text that is read after another replaces it`() throws {
        var text = try text(#"{"a":1}"#)
        let before = text.root
        try text.read(Array("[2]".utf8).span)
        #expect(text.root.elements.map(\.integer) == [2])
        #expect(before["a"]?.integer == 1)
        #expect(throws: ScanError.self) { try text.read(Array("]".utf8).span) }
        #expect(text.root.kind == .null)
    }

    @Test func `half a surrogate pair is no text, but can be repaired`() throws {
        let root = try text(#"["a\ud83d", "\ude00b", "\ud83d\ude00", "\ud83dx"]"#).root
        #expect(root.elements.map(\.string) == [nil, nil, "😀", nil])
        #expect(
            root.elements.map(\.repairedString) == ["a\u{FFFD}", "\u{FFFD}b", "😀", "\u{FFFD}x"]
        )
    }

    @Test func `words are told whatever their spelling`() throws {
        let root = try text(#"["text", "te\u0078t", "texts", 1]"#).root
        #expect(root.elements.map { $0.spells("text") } == [true, true, false, false])
    }
}
