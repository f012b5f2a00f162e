import JSON
import Testing

/// What the network can send: every truncation, every changed byte, and random bytes.
///
/// A trap ends the test run; besides, jansson is the judge of what is JSON.
@Suite struct `Hostile text` {
    private static let body = Array(
        #"""
        {"model":"openai:gpt-4o","a":[1,-2.5e3,{"b":"c\"\\\u00e9","d":[]},true],"stream" : false,
        "mod\u0065ls":["x","\ud83d\ude00"],"k":null,"n":{"model":{}}}
        """#.utf8
    )
    private let scanner = MemberScanner(["model", "models", "stream"])

    /// Scans and checks against jansson: what jansson takes for an object is scanned, and the
    /// members are the same.
    private func check(_ bytes: [UInt8], _ comment: @autoclosure () -> Comment) {
        let members: Members
        do throws(ScanError) {
            members = try scanner.scan(bytes.span)
        } catch {
            #expect(parsedObject(bytes) == nil, comment())
            return
        }
        for index in 0..<3 {
            guard let member = members[index] else { continue }
            #expect(member.entry.upperBound <= bytes.count)
            _ = decodeJSONString(bytes.span, member.value)
            _ = decodeJSONStringArray(bytes.span, member.value, limit: 32)
        }
        guard let object = parsedObject(bytes) else { return }
        let model = members[0].flatMap { decodeJSONString(bytes.span, $0.value) }
        let models = members[1].flatMap { decodeJSONStringArray(bytes.span, $0.value, limit: 32) }
        #expect(model == object["model"]?.string, comment())
        #expect(members[0]?.kind == object["model"]?.kind, comment())
        #expect(members[2]?.kind == object["stream"]?.kind, comment())
        let elements = object["models"].flatMap { $0.kind == .array ? $0.elements : nil }
        let strings = elements?.compactMap(\.string)
        #expect(models == (strings?.count == elements?.count ? strings : nil), comment())
        #expect(members.count == object.members.count, comment())
    }

    private func parsedObject(_ bytes: [UInt8]) -> JSONValue? {
        do throws(JSONParseError) {
            let root = try JSONDocument.parse(bytes.span).root
            return root.kind == .object ? root : nil
        } catch {
            return nil
        }
    }

    @Test func `the body itself is JSON`() throws {
        #expect(parsedObject(Self.body) != nil)
        #expect(try scanner.scan(Self.body.span)[1] != nil)
    }

    @Test func `every truncation is refused`() {
        for count in 0..<Self.body.count {
            #expect(throws: ScanError.self) {
                try scanner.scan(Array(Self.body.prefix(count)).span)
            }
        }
    }

    @Test func `every change of one byte is judged as jansson does or refused`() {
        for index in Self.body.indices {
            for byte in UInt8.min...UInt8.max {
                var bytes = Self.body
                bytes[index] = byte
                check(bytes, "byte \(index) is \(byte)")
            }
        }
    }

    @Test func `every removal and doubling of one byte is judged as jansson does or refused`() {
        for index in Self.body.indices {
            var bytes = Self.body
            let byte = bytes.remove(at: index)
            check(bytes, "without byte \(index)")
            bytes = Self.body
            bytes.insert(byte, at: index)
            check(bytes, "byte \(index) twice")
        }
    }

    @Test func `random bytes trap nowhere`() {
        var random = SeededGenerator(seed: 0x10CC)
        let alphabet = Array("{}[]\":,\\u0e1-.truefalsn modl \n\t\u{1}é".utf8)
        for round in 0..<20_000 {
            var bytes = Array("{\"".utf8.prefix(Int.random(in: 0...2, using: &random)))
            for _ in 0..<Int.random(in: 0...40, using: &random) {
                let any = UInt8.random(in: 0...255, using: &random)
                bytes.append(
                    round % 2 == 0 ? any : alphabet[Int(any) % alphabet.count]
                )
            }
            check(bytes, "round \(round)")
        }
    }
}

/// SplitMix64: the same numbers for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed &>> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed &>> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed &>> 31)
    }
}
