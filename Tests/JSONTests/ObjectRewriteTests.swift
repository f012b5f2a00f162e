import JSON
import Testing

@Suite struct `An object written again` {
    private func rewrite(
        _ text: String,
        removing removed: [String] = [],
        setting set: [String: String] = [:],
        adding additions: String = ""
    ) throws(ScanError) -> String? {
        let bytes = Array(text.utf8)
        var output: [UInt8] = []
        let hasChanged = try rewriteJSONObject(
            bytes.span,
            in: 0..<bytes.count,
            change: { name, _, _ in
                let name = String(decoding: name.indices.map { name[$0] }, as: UTF8.self)
                if removed.contains(name) { return .remove }
                return set[name].map { .replace(Array($0.utf8)) } ?? .keep
            },
            additions: { Array(additions.utf8) },
            emit: { part in output += part.indices.map { part[$0] } }
        )
        return hasChanged ? String(decoding: output, as: UTF8.self) : nil
    }

    @Test(arguments: [
        (#"{"a":1,"b":2,"c":3}"#, ["a"], #"{"b":2,"c":3}"#),
        (#"{"a":1,"b":2,"c":3}"#, ["b"], #"{"a":1,"c":3}"#),
        (#"{"a":1,"b":2,"c":3}"#, ["c"], #"{"a":1,"b":2}"#),
        (#"{"a":1,"b":2,"c":3}"#, ["a", "b"], #"{"c":3}"#),
        (#"{"a":1,"b":2,"c":3}"#, ["b", "c"], #"{"a":1}"#),
        (#"{"a":1,"b":2,"c":3}"#, ["a", "c"], #"{"b":2}"#),
        (#"{"a":1,"b":2,"c":3}"#, ["a", "b", "c"], "{}"),
        (#" { "a" : 1 , "b" : [ 2 ] } "#, ["a"], #" { "b" : [ 2 ] } "#),
        (#" { "a" : 1 , "b" : [ 2 ] } "#, ["b"], #" { "a" : 1 } "#),
        (#"{"a":{"b":1},"\u0062":2}"#, ["b"], #"{"a":{"b":1}}"#),
        (#"{"b":1,"a":1.50e+00,"b":2}"#, ["b"], #"{"a":1.50e+00}"#),
    ])
    func `members go with their commas`(text: String, names: [String], expected: String) throws {
        #expect(try rewrite(text, removing: names) == expected)
    }

    @Test(arguments: [
        ("{}", #"{"z":0}"#), (#"{"a":1}"#, #"{"a":1,"z":0}"#), ("{ }", #"{ "z":0}"#),
        ("{\n  \"a\": 1\n}\n", "{\n  \"a\": 1,\"z\":0\n}\n"), (#"{"x":1}"#, #"{"z":0}"#),
        (#"{"a":1,"x":1}"#, #"{"a":1,"z":0}"#), (#"{"r":9,"x":1}"#, #"{"r":[],"z":0}"#),
        (#"{"x":1,"a":1,"x":1,"r":null,"x":1}"#, #"{"a":1,"r":[],"z":0}"#),
    ])
    func `members are added at the end`(text: String, expected: String) throws {
        let text = try rewrite(
            text,
            removing: ["x"],
            setting: ["r": "[]"],
            adding: #""z":0"#
        )
        #expect(text == expected)
    }

    @Test(arguments: ["{}", #"{"a":1}"#, " {\"b\":[1, {\"x\":2}] }\r\n"])
    func `without a change nothing is written`(text: String) throws {
        #expect(try rewrite(text, removing: ["x"]) == nil)
    }

    @Test(arguments: [
        ("[]", ScanError.notAnObject), ("", .notAnObject), (#"{"a":1"#, .malformed(at: 6)),
        (#"{"a":1}x"#, .trailingBytes(at: 7)), (#"{"a":1,}"#, .malformed(at: 7)),
        (#"{"a" 1}"#, .malformed(at: 5)), (#"{"\ud800":1}"#, .malformed(at: 1)),
    ])
    func `what is no object is refused`(text: String, error: ScanError) {
        #expect(throws: error) { try rewrite(text, removing: ["a"]) }
    }

    /// Whatever is taken out, what is left is an object with the other members in their order.
    @Test func `any choice of members leaves a well-formed object`() throws {
        for count in 0...6 {
            let names = (0..<count).map { "m\($0)" }
            let text = "{ " + names.map { "\"\($0)\" : 1 " }.joined(separator: ", ") + "}"
            for choice in 0..<(1 << count) {
                let removed = names.indices.filter { choice >> $0 & 1 == 1 }.map { names[$0] }
                for additions in ["", #""z":0"#] {
                    let written = try rewrite(text, removing: removed, adding: additions) ?? text
                    let document = try JSONDocument.parse(Array(written.utf8).span)
                    let left = names.filter { !removed.contains($0) }
                    #expect(
                        document.root.members.map(\.0) == left + (additions.isEmpty ? [] : ["z"])
                    )
                }
            }
        }
    }
}
