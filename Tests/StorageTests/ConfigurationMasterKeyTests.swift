import Model
import Testing

@testable import Storage

@Suite struct `A new master key` {
    @Test func `is 44 characters of base64 that are another key each time`() {
        var random = SystemRandomNumberGenerator()
        var ids: Set<String> = []
        for _ in 0..<200 {
            let text = MasterKey.newText(using: &random)
            #expect(text.exposed.utf8.count == 44)
            #expect(!text.exposed.contains("-") && !text.exposed.contains("_"))
            if let key = MasterKey(base64: text) { ids.insert(key.id) }
        }
        #expect(ids.count == 200)
    }
}
