import Access
import Model
import Platform
import Storage
import Testing

/// Stores read in part.
@Suite struct `A large key store` {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func add(_ number: Int) throws -> StoreCommit {
        let store = try KeyStore(try directory.state(), .providerKeys)
        return try store.commit { _ in .accessKey(Records.accessKey(number)) }
    }

    @Test func `takes a record at its end`() throws {
        #expect(try add(1).sequence == 1)
        #expect(try add(2).sequence == 2)
        #expect(
            try directory.text("store.jsonl") == Records.line(1, key: 1) + Records.line(2, key: 2)
        )
    }

    @Test func `takes a record behind lines that are longer than what is read at once`() throws {
        let long = Records.accessKey(1) {
            $0.metadata = .text(String(repeating: "\u{1}", count: 4000))
        }
        let store = try KeyStore(try directory.state())
        for _ in 0..<2 { _ = try store.commit { _ in .accessKey(long) } }
        #expect(try add(2).sequence == 3)
        #expect(try KeyStore(try directory.state()).contents.accessKeys.count == 2)
    }

    @Test func `loses a torn line, wherever it was torn`() throws {
        let line = Records.line(2, key: 2)
        for head in ["", Records.line(1, key: 1)] {
            for count in stride(from: 1, to: line.utf8.count, by: 7) {
                let torn = String(decoding: line.utf8.prefix(count), as: UTF8.self)
                try directory.write(head + torn, to: "store.jsonl")
                #expect(try add(3).tornByteCount == count)
                let sequence = head.isEmpty ? 1 : 2
                #expect(
                    try directory.text("store.jsonl") == head + Records.line(sequence, key: 3)
                )
            }
        }
    }

    @Test func `takes nothing behind a malformed line`() throws {
        try directory.write(Records.line(1, key: 1) + "{}\n", to: "store.jsonl")
        let error = try #require(throws: StorageError.self) { _ = try add(2) }
        #expect(error.place.hasSuffix("store.jsonl:2"))
        #expect(try directory.text("store.jsonl") == Records.line(1, key: 1) + "{}\n")
    }

    @Test func `tells one key and counts the others`() throws {
        let all = try KeyStore(try directory.state())
        for number in 1...5 {
            _ = try all.commit { _ in .accessKey(Records.accessKey(number)) }
        }
        _ = try all.commit { _ in .accessKeyDeleted(AccessKeyID("aigk_2")) }
        _ = try all.commit { _ in .providerKey(Records.providerKey(1)) }
        let one = try KeyStore(try directory.state(), .accessKey(AccessKeyID("aigk_3"))).contents
        #expect(one.accessKeys.values.map(\.id.rawValue) == ["aigk_3"])
        #expect(one.recordCount == all.contents.recordCount)
        #expect(one.providerKeys == all.contents.providerKeys)
        let none = try KeyStore(try directory.state(), .providerKeys).contents
        #expect(none.accessKeys.isEmpty)
        #expect(none.recordCount == all.contents.recordCount)
        #expect(none.providerKeys == all.contents.providerKeys)
    }

    @Test(arguments: [StoreScope.everything, .providerKeys, .accessKey(AccessKeyID("aigk_1"))])
    func `is compacted after as many dead lines, whatever is read of it`(scope: StoreScope) throws {
        var sequences: [UInt64] = []
        for step in 0..<30 {
            let store = try KeyStore(try directory.state(), scope)
            let commit = try store.commit { _ in
                .accessKey(Records.accessKey(step % 4) { $0.name = "\(step)" })
            }
            #expect(commit.compactionFailure == nil)
            sequences.append(commit.sequence)
        }
        #expect(try directory.text("store.jsonl").split(separator: "\n").count <= 9)
        let contents = try KeyStore(try directory.state()).contents
        #expect(contents.accessKeys.values.map(\.name).sorted() == ["26", "27", "28", "29"])
        #expect(sequences == sequences.sorted())
    }
}
