import Access
import Model
import Storage
import Testing

@Suite struct `A change of the master key` {
    private let directory: TemporaryDirectory
    private let old: MasterKey
    private let new: MasterKey

    init() throws {
        directory = try TemporaryDirectory()
        var random = SeededRandom(seed: 7)
        old = try #require(MasterKey(base64: MasterKey.newText(using: &random)))
        new = try #require(MasterKey(base64: MasterKey.newText(using: &random)))
    }

    /// A store with so many provider keys under a master key, and other records.
    private func store(_ count: Int, under key: MasterKey) throws -> KeyStore<StoreContents> {
        let store = try KeyStore(try directory.state())
        _ = try store.commit { _ in .accessKey(Records.accessKey(1)) }
        for number in 0..<count {
            var record = Records.providerKey(number)
            record.sealedValue = key.seal(Secret("sk-\(number)"), for: SealedRecord(record))
            let sealed = record
            _ = try store.commit { _ in .providerKey(sealed) }
        }
        return store
    }

    private func values(_ key: MasterKey) throws -> [String: String] {
        let records = try KeyStore(try directory.state()).contents.providerKeys
        return try Dictionary(
            uniqueKeysWithValues: records.values.map { record in
                (
                    record.id.rawValue,
                    try key.open(record.sealedValue, of: SealedRecord(record)).exposed
                )
            }
        )
    }

    @Test func `seals every key anew and changes nothing else`() throws {
        let store = try store(20, under: old)
        let before = try KeyStore(try directory.state()).contents
        #expect(try store.rekey(from: old, to: new) == result(20, 0))
        let all = try values(new)
        #expect(all.count == 20)
        #expect(all.allSatisfy { $0.value == $0.key.replacing("aigpk_", with: "sk-") })
        let after = try KeyStore(try directory.state()).contents
        #expect(after.accessKeys == before.accessKeys)
        for (id, record) in after.providerKeys {
            var known = try #require(before.providerKeys[id])
            known.sealedValue = record.sealedValue
            #expect(record == known)
        }
        // Of how they were sealed before nothing is left.
        #expect(try !directory.text("store.jsonl").contains("v1.\(old.id)."))
        #expect(try store.rekey(from: old, to: new) == result(0, 20))
    }

    private func result(_ sealed: Int, _ earlier: Int) -> Rekeying {
        var result = Rekeying()
        result.sealedCount = sealed
        result.earlierCount = earlier
        return result
    }

    @Test(arguments: [0, 1, 7, 19])
    func `goes on where it was stopped`(stop: Int) throws {
        struct Stopped: Error {}
        let store = try store(20, under: old)
        // As a run that dies: what it did so far is in the file.
        var seen = 0
        for record in store.contents.providerKeys.values.sorted(by: { $0.id < $1.id })
        where seen < stop {
            seen += 1
            var changed = record
            let value = try old.open(record.sealedValue, of: SealedRecord(record))
            changed.sealedValue = new.seal(value, for: SealedRecord(record))
            let written = changed
            _ = try store.commit { _ in .providerKey(written) }
        }
        let next = try KeyStore(try directory.state())
        #expect(try next.rekey(from: old, to: new) == result(20 - stop, stop))
        #expect(try values(new).count == 20)
    }

    @Test func `takes along what others add meanwhile`() throws {
        let store = try store(3, under: old)
        let other = try KeyStore(try directory.state())
        var added = Records.providerKey(9)
        added.sealedValue = old.seal(Secret("sk-9"), for: SealedRecord(added))
        let record = added
        var failure: (any Error)?
        let done = try store.rekey(from: old, to: new) { id in
            guard id.rawValue == "aigpk_1" else { return }
            do {
                _ = try other.commit { _ in .providerKey(record) }
            } catch {
                failure = error
            }
        }
        #expect(failure == nil)
        #expect(done == result(4, 0))
        #expect(try values(new)["aigpk_9"] == "sk-9")
    }

    @Test func `changes nothing where a key opens with neither`() throws {
        var random = SeededRandom(seed: 8)
        let third = try #require(MasterKey(base64: MasterKey.newText(using: &random)))
        let store = try store(3, under: old)
        var stray = Records.providerKey(2)
        stray.sealedValue = third.seal(Secret("sk-2"), for: SealedRecord(stray))
        let record = stray
        _ = try store.commit { _ in .providerKey(record) }
        let before = try directory.text("store.jsonl")
        let error = try #require(throws: StorageError.self) {
            try store.rekey(from: old, to: new)
        }
        #expect(error.problem.contains("aigpk_2"))
        #expect(try directory.text("store.jsonl") == before)
    }
}
