import Testing

@testable import FastCGI

@Suite struct `Name-value pairs` {
    private func read(_ chunks: [[UInt8]]) -> (pairs: [[String]], isWhole: Bool) {
        var pairs = NameValuePairs()
        for chunk in chunks { pairs.append(chunk.span) }
        var found: [[String]] = []
        let isWhole = pairs.forEach { name, value in
            found.append([String(repairing: name), String(repairing: value)])
        }
        return (found, isWhole)
    }

    @Test func `are read wherever records split them`() {
        let long = String(repeating: "v", count: 300)
        let bytes = Wire.pairs([("A", "1"), ("", ""), ("LONG", long), (long, ""), ("A", "2")])
        let expected = [["A", "1"], ["", ""], ["LONG", long], [long, ""], ["A", "2"]]
        for split in 0...bytes.count {
            let result = read([Array(bytes[..<split]), Array(bytes[split...])])
            #expect(result.pairs == expected)
            #expect(result.isWhole)
        }
    }

    @Test(arguments: [0, 1, 126, 127, 128, 129, 255, 256, 16_383, 65_536])
    func `may be of any length`(count: Int) {
        let text = String(repeating: "x", count: count)
        let result = read([Wire.pairs([("NAME", text), (text, "value")])])
        #expect(result.pairs == [["NAME", text], [text, "value"]])
        #expect(result.isWhole)
    }

    @Test func `a short length may be written long`() {
        let result = read([[0x80, 0, 0, 1, 0x80, 0, 0, 2] + Array("Nvv".utf8)])
        #expect(result.pairs == [["N", "vv"]])
        #expect(result.isWhole)
    }

    @Test func `that are cut anywhere are known to be cut`() {
        let bytes = Wire.pairs([("NAME", String(repeating: "v", count: 200))])
        #expect(read([]).isWhole)
        for end in 1..<bytes.count {
            let result = read([Array(bytes[..<end])])
            #expect(result.pairs.isEmpty)
            #expect(!result.isWhole)
        }
    }

    @Test(
        arguments: [
            [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
            [0x7f, 0xff, 0xff, 0xff, 0xff],
            [1, 0xff, 0xff, 0xff, 0xff, 65],
            [0x80], [0xff, 0xff, 0xff, 0xff],
        ] as [[UInt8]]
    )
    func `with lengths beyond the end are refused`(bytes: [UInt8]) {
        #expect(!read([bytes]).isWhole)
    }

    @Test(arguments: 0..<200 as Range<UInt64>)
    func `of random bytes never trap`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let bytes = (0..<Int.random(in: 0...2000, using: &random)).map { _ in
            // Small lengths are common, so that many pairs are found before the nonsense.
            Bool.random(using: &random)
                ? UInt8.random(in: 0...9, using: &random)
                : UInt8.random(in: 0...255, using: &random)
        }
        let result = read([bytes])
        let size = result.pairs.joined().reduce(0) { $0 + $1.unicodeScalars.count }
        #expect(size <= bytes.count)
    }
}
