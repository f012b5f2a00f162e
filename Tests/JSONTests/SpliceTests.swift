import JSON
import Testing

@Suite struct Splicing {
    private static let names = ["a", "b", "c", "d"]

    private func spliced(
        _ text: String,
        _ change: (inout Splice, Members) -> Void
    ) throws -> String {
        let bytes = Array(text.utf8)
        let members = try MemberScanner(Self.names).scan(bytes.span)
        var splice = Splice(members)
        change(&splice, members)
        let result = splice.applied(to: bytes.span)
        _ = try JSONDocument.parse(result.span)
        return String(decoding: result, as: UTF8.self)
    }

    @Test func `a replaced value leaves every other byte`() throws {
        let text = #" {"x" : 1.50,  "b":"old" , "z":[ 0.7 ] } "#
        let result = try spliced(text) { splice, members in
            guard let member = members[1] else { return }
            splice.replace(member, with: Array(#""new \" model""#.utf8))
        }
        #expect(result == #" {"x" : 1.50,  "b":"new \" model" , "z":[ 0.7 ] } "#)
    }

    @Test func `nothing changed leaves the text`() throws {
        let text = "{ \"a\":1 }\n"
        #expect(try spliced(text) { _, _ in } == text)
    }

    @Test(arguments: [
        (["a"], #"{ "b":2 ,"c" : 3 , "d":4 }"#),
        (["b"], #"{ "a": 1, "c" : 3 , "d":4 }"#),
        (["c"], #"{ "a": 1, "b":2 ,"d":4 }"#),
        (["d"], #"{ "a": 1, "b":2 ,"c" : 3  }"#),
        (["a", "b"], #"{ "c" : 3 , "d":4 }"#),
        (["a", "c"], #"{ "b":2 ,"d":4 }"#),
        (["a", "d"], #"{ "b":2 ,"c" : 3  }"#),
        (["d", "b"], #"{ "a": 1, "c" : 3  }"#),
        (["c", "d"], #"{ "a": 1, "b":2  }"#),
        (["b", "c", "d"], #"{ "a": 1 }"#),
        (["d", "a", "c", "b"], #"{  }"#),
    ])
    func `a removed member goes with one comma`(names: [String], expected: String) throws {
        let text = #"{ "a": 1, "b":2 ,"c" : 3 , "d":4 }"#
        let result = try spliced(text) { splice, members in
            for name in names {
                guard let index = Self.names.firstIndex(of: name), let member = members[index]
                else { continue }
                splice.remove(member)
            }
        }
        #expect(result == expected)
    }

    @Test func `members between those removed stay`() throws {
        let result = try spliced(#"{"a":1,"x":0,"b":2,"y":0}"#) { splice, members in
            if let a = members[0], let b = members[1] {
                splice.remove(a)
                splice.remove(b)
            }
        }
        #expect(result == #"{"x":0,"y":0}"#)
    }

    @Test(arguments: [
        ("{}", #"{"n":true,"m":[1]}"#), ("{ }", #"{"n":true,"m":[1] }"#),
        (#"{ "x":1}"#, #"{"n":true,"m":[1], "x":1}"#),
        (#"{"a":1}"#, #"{"n":true,"m":[1]}"#),
        (#"{"a":1,"x":2}"#, #"{"n":true,"m":[1],"x":2}"#),
    ])
    func `added members come first with the commas they need`(
        text: String,
        expected: String
    ) throws {
        let result = try spliced(text) { splice, members in
            splice.add("n", Array("true".utf8))
            splice.add("m", Array("[1]".utf8))
            if let a = members[0] { splice.remove(a) }
        }
        #expect(result == expected)
    }

    @Test func `all at once`() throws {
        let result = try spliced(#"{"a":1,"b":2,"c":3,"d":4}"#) { splice, members in
            guard let a = members[0], let b = members[1], let c = members[2], let d = members[3]
            else { return }
            splice.remove(d)
            splice.replace(b, with: Array("\"B\"".utf8))
            splice.add("n", Array("0".utf8))
            splice.remove(a)
            splice.replace(c, with: Array("null".utf8))
            splice.remove(c)
        }
        #expect(result == #"{"n":0,"b":"B"}"#)
    }

    @Test func `the last change of a member counts`() throws {
        let result = try spliced(#"{"a":1}"#) { splice, members in
            guard let a = members[0] else { return }
            splice.remove(a)
            splice.replace(a, with: Array("2".utf8))
        }
        #expect(result == #"{"a":2}"#)
    }

    @Test func `edits are in order and apart`() throws {
        let bytes = Array(#"{"a":1,"b":2,"c":3}"#.utf8)
        let members = try MemberScanner(Self.names).scan(bytes.span)
        var splice = Splice(members)
        let c = try #require(members[2])
        let a = try #require(members[0])
        splice.replace(c, with: [0x30])
        splice.remove(a)
        splice.add("n", [0x31])
        #expect(
            splice.edits == [
                Edit(range: 1..<1, replacement: Array(#""n":1,"#.utf8)),
                Edit(range: 1..<7, replacement: []),
                Edit(range: 17..<18, replacement: [0x30]),
            ]
        )
    }

    @Test func `a nested object is spliced in place`() throws {
        let bytes = Array(#"{"b":{"x":1}, "c":2}"#.utf8)
        let scanner = MemberScanner(Self.names)
        let outer = try #require(try scanner.scan(bytes.span)[1])
        var splice = Splice(try scanner.scan(bytes.span, in: outer.value))
        splice.add("usage", Array("true".utf8))
        let text = String(decoding: splice.applied(to: bytes.span), as: UTF8.self)
        #expect(text == #"{"b":{"usage":true,"x":1}, "c":2}"#)
    }

    @Test func `random splices keep the object well formed and the rest as it was`() throws {
        var random = SeededGenerator(seed: 7)
        for _ in 0..<2000 {
            let count = Int.random(in: 0...6, using: &random)
            let names = ["a", "x", "b", "y", "c", "d"].shuffled(using: &random).prefix(count)
            let text = "{" + names.map { "\"\($0)\" : 1" }.joined(separator: " , ") + " }"
            let bytes = Array(text.utf8)
            let members = try MemberScanner(Self.names).scan(bytes.span)
            var splice = Splice(members)
            var expected = Dictionary(uniqueKeysWithValues: names.map { ($0, Int64(1)) })
            for (index, name) in Self.names.enumerated() {
                guard let member = members[index] else { continue }
                switch Int.random(in: 0...2, using: &random) {
                case 0:
                    splice.remove(member)
                    expected[name] = nil
                case 1:
                    splice.replace(member, with: [0x32])
                    expected[name] = 2
                default: break
                }
            }
            if Bool.random(using: &random) {
                splice.add("new", [0x33])
                expected["new"] = 3
            }
            let result = splice.applied(to: bytes.span)
            let object = try JSONDocument.parse(result.span).root
            let found = object.members.map { ($0.name, $0.value.integer ?? 0) }
            #expect(Dictionary(uniqueKeysWithValues: found) == expected, "\(text)")
        }
    }
}
