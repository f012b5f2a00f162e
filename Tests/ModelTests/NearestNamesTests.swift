import Testing

@testable import Model

@Suite struct `The nearest names` {
    @Test(arguments: [
        ("", "", 0), ("a", "", 1), ("", "abc", 3), ("abc", "abc", 0), ("abc", "abd", 1),
        ("abc", "acb", 1), ("kitten", "sitting", 3), ("gtp-4o", "gpt-4o", 1),
    ])
    func `are measured in letters changed`(_ left: String, _ right: String, _ distance: Int) {
        #expect(NearestNames.editDistance(Array(left.utf8), Array(right.utf8)) == distance)
        #expect(NearestNames.editDistance(Array(right.utf8), Array(left.utf8)) == distance)
    }

    @Test func `come nearest first and at most as many as asked for`() {
        let names = ["gpt-4", "gpt-4o", "gpt-5", "gpt-4.1", "claude"]
        #expect(
            NearestNames.nearest(to: "GPT-4", among: names, limit: 3) == [
                "gpt-4", "gpt-4o", "gpt-5",
            ]
        )
        #expect(NearestNames.nearest(to: "xyz", among: names, limit: 3) == [])
        #expect(NearestNames.nearest(to: "", among: names, limit: 3) == [])
    }
}
