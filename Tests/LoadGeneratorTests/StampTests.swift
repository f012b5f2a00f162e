import Testing

@testable import load_generator

@Suite struct StampTests {
    private func stamps(_ text: String) -> [Int] {
        let bytes = Array(text.utf8)
        var found: [Int] = []
        bytes.span.forEachStamp { found.append($0) }
        return found
    }

    @Test func `stamps are found among other text`() {
        #expect(stamps("a~0000000000000001234~b ~ ~0000000000000000005~") == [1234, 5])
    }

    @Test(arguments: ["", "~", "~123~", "~0000000000000001234", "no stamp"])
    func `what is no stamp is passed over`(text: String) {
        #expect(stamps(text).isEmpty)
    }
}
