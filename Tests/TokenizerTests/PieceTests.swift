import Testing

@testable import Tokenizer

/// Which pieces a text is cut into.
///
/// That they are those of the regular expressions themselves is
/// seen against tiktoken, in Tests/EndToEnd/test_tokenizer.py; here are the cases one by one.
@Suite struct Pieces {
    private static func pieces(_ text: String, _ rules: VocabularyName) -> [String] {
        pieces(Array(text.utf8), rules).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func pieces(_ bytes: [UInt8], _ rules: VocabularyName) -> [[UInt8]] {
        let splitter = PieceSplitter(classes: .ofUnicode, rules: rules)
        var pieces: [[UInt8]] = []
        var place = 0
        while place < bytes.count {
            let end = splitter.end(ofPieceAt: place, in: bytes.span)
            pieces.append(Array(bytes[place..<end]))
            place = end
        }
        return pieces
    }

    @Test(arguments: [
        ("", ""), ("Hello, world!", "Hello|,| world|!"), ("don't", "don't"),
        ("DON'TABLE", "DON'T|ABLE"),
        ("it'ſ", "it'ſ"), ("it'x", "it|'x"), ("12345", "123|45"),
        ("camelCaseHTTPServer", "camel|Case|HTTPServer"),
        ("a  b", "a| | b"), ("a\n\n b", "a|\n\n| b"), ("a \n b", "a| \n| b"), ("end  ", "end|  "),
        ("x //\n/y", "x| //\n/|y"), ("-word", "-word"), (" -word", " -|word"),
        ("\nword", "\n|word"),
        ("中文A", "中文|A"), ("中文Ab", "中文Ab"), ("\u{301}AB", "\u{301}|AB"),
        ("(\u{301}AB", "(\u{301}|AB"),
        ("ABa\u{301}", "ABa\u{301}"), ("\u{3000}word", "\u{3000}word"), ("1'll", "1|'ll"),
        ("😀😀 😀", "😀😀| 😀"),
        ("ʕʔ", "ʕʔ"), ("Aʕ", "Aʕ"), ("ʕA", "ʕ|A"), ("ǅx", "ǅx"), ("१२३४", "१२३|४"),
    ])
    func `of o200k`(_ text: String, _ wanted: String) {
        #expect(Self.pieces(text, .o200k).joined(separator: "|") == wanted)
    }

    @Test(arguments: [
        ("Hello, world!", "Hello|,| world|!"), ("don't", "don|'t"), ("'LLama", "'LL|ama"),
        ("12345", "123|45"), ("camelCase", "camelCase"), ("a  b", "a| | b"),
        ("a\n\n b", "a|\n\n| b"),
        ("end \n ", "end| \n "), ("x //\n/y", "x| //\n|/y"), ("e\u{301}a", "e|\u{301}a"),
        ("'ſx", "'ſ|x"),
        ("\r\nword", "\r\n|word"), ("a\u{85}b", "a|\u{85}b"),
    ])
    func `of cl100k`(_ text: String, _ wanted: String) {
        #expect(Self.pieces(text, .cl100k).joined(separator: "|") == wanted)
    }

    @Test(arguments: VocabularyName.allCases)
    func `together are the text, whatever its bytes`(_ rules: VocabularyName) {
        var random = SeededRandom(7)
        let sharp: [UInt8] = [
            0xC2, 0xE2, 0xED, 0xA0, 0x80, 0xF0, 0xF4, 0x90, 0xFF, 0x20, 0x0A, 0x41,
        ]
        for _ in 0..<500 {
            let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                Bool.random(using: &random)
                    ? sharp[Int.random(in: 0..<sharp.count, using: &random)]
                    : UInt8.random(in: 0...255, using: &random)
            }
            #expect(Self.pieces(bytes, rules).flatMap { $0 } == bytes)
        }
    }

    @Test func `what is assigned since tiktoken's Unicode is no letter`() {
        #expect(CharacterClass("\u{088F}") == .symbol)
        #expect(CharacterClass("\u{0870}") == .caseless)
        #expect(CharacterClass("\u{0295}") == .lower)
    }
}
