import Access
import Model
import Testing

@testable import Relay

@Suite struct ProviderKeyUse {
    private let uses = ProviderKeyUses(of: ["a", "b", "c"].map { ProviderKeyID($0) })

    private func site(own: Bool) throws -> Site {
        var site = Site([try provider("alpha"), try provider("beta")])
        site.providerKeyUses = uses
        if own {
            site.ownKeys = [
                ownKey("a", of: "alpha", row: 0), ownKey("b", of: "alpha", row: 1),
                ownKey("c", of: "beta", row: 2),
            ]
        }
        return site
    }

    private var taken: [String] {
        uses.takeUses().map { "\($0.id) \($0.unixSecond - Site.second)" }.sorted()
    }

    @Test func `an attempt notes the key that it uses, and no other`() throws {
        _ = Conversation(try site(own: true), body: #"{"model":"alpha:m"}"#)
        #expect(taken == ["a 0"])
        #expect(taken.isEmpty)
    }

    @Test func `the next key is noted when it is tried`() throws {
        var conversation = Conversation(try site(own: true), body: #"{"model":"alpha:m"}"#)
        conversation.wait(.seconds(3))
        conversation.answer(429, "{}")
        #expect(taken == ["a 0", "b 3"])
    }

    @Test func `the operator's keys are nobody's to note`() throws {
        let conversation = Conversation(try site(own: false), body: #"{"model":"alpha:m"}"#)
        #expect(conversation.attempts.count == 1)
        #expect(taken.isEmpty)
    }

    @Test func `a row that there is not is noted nowhere`() {
        uses.touch(3, atUnixSecond: 1)
        uses.touch(.max, atUnixSecond: 1)
        #expect(taken.isEmpty)
    }
}
