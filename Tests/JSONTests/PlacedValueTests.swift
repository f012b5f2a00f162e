import Testing

@testable import JSON

@Suite struct `A value with its place` {
    /// The text of every value and of every name, with line and column.
    private func places(_ text: String) throws -> [String] {
        let bytes = Array(text.utf8)
        var found: [String] = []
        func note(_ position: Int, _ what: String) {
            let place = LineColumn(of: position, in: bytes.span)
            found.append("\(place.line):\(place.column) \(what)")
        }
        func walk(_ value: PlacedValue) {
            switch value.content {
            case .string(let text): note(value.range.lowerBound, text)
            case .number, .null, .bool:
                note(value.range.lowerBound, String(decoding: bytes[value.range], as: UTF8.self))
            case .array(let elements):
                note(value.range.lowerBound, "[")
                for element in elements { walk(element) }
            case .object(let members):
                note(value.range.lowerBound, "{")
                for member in members {
                    note(member.nameStart, member.name)
                    walk(member.value)
                }
            }
        }
        walk(try PlacedValue.parse(bytes.span))
        return found
    }

    @Test func `knows the line and the character`() throws {
        let text = """
             {"a": [1, -2.5e3,
              "ü\\u0041"], "é": {},
            "ü": [], "z": [true,null ,false ] }
            """
        #expect(
            try places(text) == [
                "1:2 {", "1:3 a", "1:8 [", "1:9 1", "1:12 -2.5e3", "2:3 üA", "2:15 é", "2:20 {",
                "3:1 ü", "3:6 [", "3:10 z", "3:15 [", "3:16 true", "3:21 null", "3:27 false",
            ]
        )
    }

    @Test(arguments: ["1", "\"a\"", " null "])
    func `may be no container`(_ text: String) throws {
        #expect(try places(text).count == 1)
    }

    @Test(arguments: ["", "{", "[1,]", "{\"a\" 1}", "[1 2]", "{\"a\":1,\"a\":2}", "tru", "[,]"])
    func `is JSON`(_ text: String) {
        #expect(throws: JSONParseError.self) { try places(text) }
    }

    @Test func `is not nested without end`() {
        let deep = String(repeating: "[", count: 600) + String(repeating: "]", count: 600)
        #expect(throws: JSONParseError.self) { try places(deep) }
    }
}
