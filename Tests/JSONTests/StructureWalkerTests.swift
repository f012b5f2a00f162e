import JSON
import Testing

@Suite struct `Structure walker` {
    private func walk(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var walker = StructureWalker(0..<bytes.count)
        var steps: [String] = []
        while let step = walker.next(bytes.span) {
            let part = String(decoding: bytes[walker.range], as: UTF8.self)
            switch step {
            case .key: steps.append("key \(part)")
            case .string: steps.append("string \(part)")
            default: steps.append(part)
            }
        }
        return steps.joined(separator: " | ")
    }

    @Test(arguments: [
        (
            #"{"a":1,"b":["x",{"c":null}],"d":true}"#,
            "{ | key a | 1 | key b | [ | string x | { | key c | null | } | ] | key d | true | }"
        ),
        (
            #" [ "a" , ["b"], -1.5e3, false ] "#,
            "[ | string a | [ | string b | ] | -1.5e3 | false | ]"
        ),
        (#"{"a\"b":"c\\"}"#, #"{ | key a\"b | string c\\ | }"#),
        (#""only""#, "string only"), ("", ""), ("{}", "{ | }"),
        ("[[],{}]", "[ | [ | ] | { | } | ]"),
    ])
    func `every step is told with its bytes`(text: String, steps: String) {
        #expect(walk(text) == steps)
    }

    @Test(arguments: [
        (#"{"a":"#, "{ | key a"), (#"{"a"#, "{"), ("[1,2", "[ | 1 | 2"), ("[1}", "[ | 1"),
        ("]", ""), ("[truth,1]", "["), ("[1 @ 2]", "[ | 1"), ("[\"a", "["), ("\u{0}", ""),
    ])
    func `where a text is no JSON the walk is over`(text: String, steps: String) {
        #expect(walk(text) == steps)
    }

    @Test func `no more brackets are open than the limit says`() {
        let steps = walk(String(repeating: "[", count: 100_000))
        #expect(steps.count { $0 == "[" } == 512)
    }
}
