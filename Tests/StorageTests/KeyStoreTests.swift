import Access
import Glibc
import Model
import Platform
import Storage
import Testing

@Suite struct `The key store` {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func open() throws -> KeyStore<StoreContents> {
        try KeyStore(try directory.state())
    }

    private func create(_ number: Int, in store: KeyStore<StoreContents>) throws -> StoreCommit {
        try store.commit { _ in .accessKey(Records.accessKey(number)) }
    }

    @Test func `numbers its changes and shows them to everybody`() throws {
        let first = try open()
        let second = try open()
        #expect(try create(1, in: first).sequence == 1)
        #expect(try create(2, in: second).sequence == 2)
        #expect(try create(3, in: first).sequence == 3)
        #expect(first.contents.accessKeys.count == 3)
        #expect(try open().contents == first.contents)
    }

    @Test func `takes no more than its limit, and a deletion then`() throws {
        let line = Records.line(1, key: 1).utf8.count
        let limit = 10 * line
        let store = try KeyStore(try directory.state(), limit: limit)
        for number in 1...9 { _ = try create(number, in: store) }
        let before = try directory.text("store.jsonl")
        let error = try #require(throws: StorageError.self) { _ = try create(10, in: store) }
        #expect(
            error.description
                == "\(directory.path)/store.jsonl: the key store is full: it has "
                + "\(before.utf8.count) bytes, and \(limit) are the most; delete keys that nobody "
                + "uses; nothing was changed"
        )
        #expect(try directory.text("store.jsonl") == before)
        _ = try store.commit { _ in .accessKeyDeleted(AccessKeyID("aigk_1")) }
        #expect(store.contents.accessKeys.count == 8)
    }

    @Test func `decides with what others wrote before`() throws {
        let first = try open()
        let second = try open()
        _ = try create(1, in: first)
        var seen: Int?
        let error = try #require(throws: StorageError.self) {
            _ = try second.commit { (contents) throws(StorageError) in
                seen = contents.accessKeys.count
                throw StorageError("no", at: "")
            }
        }
        #expect(error.description == "no")
        #expect(seen == 1)
        #expect(try directory.text("store.jsonl") == Records.line(1, key: 1))
    }

    @Test func `writes nothing that it could not read again`() throws {
        let store = try open()
        let error = try #require(throws: StorageError.self) {
            _ = try store.commit { _ in
                .accessKey(Records.accessKey(1) { $0.name = String(repeating: "x", count: 256) })
            }
        }
        #expect(error.description == "\"name\" has more than 255 characters")
        #expect(throws: StorageError.self) {
            _ = try store.commit { _ in
                .accessKey(Records.accessKey(1) { $0.metadata = .object(json: "{") })
            }
        }
        #expect(try FileStatus.of("\(directory.path)/store.jsonl") == nil)
    }

    @Test func `does not write behind a malformed line`() throws {
        try directory.write("{}\n", to: "store.jsonl")
        let error = try #require(throws: StorageError.self) { _ = try open() }
        #expect(error.place.hasSuffix("store.jsonl:1"))
    }

    @Test func `cuts off a torn line, wherever it was torn`() throws {
        let line = Records.line(2, key: 2)
        for count in 1..<line.utf8.count {
            let torn = String(decoding: line.utf8.prefix(count), as: UTF8.self)
            try directory.write(Records.line(1, key: 1) + torn, to: "store.jsonl")
            let commit = try create(3, in: try open())
            #expect(commit.tornByteCount == count)
            #expect(
                try directory.text("store.jsonl")
                    == Records.line(1, key: 1) + Records.line(2, key: 3)
            )
        }
    }

    @Test func `a reader follows over a torn line that was cut off`() throws {
        let reader = StoreReader(of: try directory.state(), into: StoreContents())
        try directory.write(
            Records.line(1, key: 1) + Records.line(2, key: 2).dropLast(9),
            to: "store.jsonl"
        )
        _ = try reader.refresh()
        _ = try create(3, in: try open())
        _ = try reader.refresh()
        #expect(reader.image == (try open().contents))
        #expect(reader.image.accessKeys.count == 2)
    }

    @Test func `makes its files private`() throws {
        _ = try create(1, in: try open())
        for name in ["store.jsonl", "store.lock"] {
            let status = try #require(try FileStatus.of("\(directory.path)/\(name)"))
            #expect(status.mode == 0o600)
            #expect(status.owner == (try directory.state().owner))
        }
    }

    @Test func `gives its files to the owner of the directory`() throws {
        guard geteuid() == 0 else { return }
        #expect(unsafe chown(directory.path, 12_345, 12_346) == 0)
        let store = try open()
        for number in 1...2 { _ = try create(number, in: store) }
        for _ in 1...3 {
            _ = try store.commit { _ in .accessKeyDeleted(AccessKeyID("aigk_1")) }
        }
        for name in ["store.jsonl", "store.lock"] {
            let status = try #require(try FileStatus.of("\(directory.path)/\(name)"))
            #expect(status.owner.user == 12_345)
            #expect(status.owner.group == 12_346)
        }
    }

    @Test func `writers at once lose nothing`() throws {
        let path = directory.path
        var threads: [WriterThread] = []
        for writer in 0..<4 {
            threads.append(
                WriterThread(
                    try Thread("writer") {
                        do {
                            let store = try KeyStore(try StateDirectory(path))
                            for number in 0..<50 {
                                let key = writer * 1000 + number
                                _ = try store.commit { _ in .accessKey(Records.accessKey(key)) }
                                if number % 2 == 0 {
                                    let id = Records.accessKey(key).id
                                    _ = try store.commit { _ in .accessKeyDeleted(id) }
                                }
                            }
                        } catch {
                            Issue.record(error)
                        }
                    }
                )
            )
        }
        threads.forEach { $0.join() }
        let store = try open()
        #expect(store.contents.accessKeys.count == 100)
        #expect(store.sequence >= 300)
    }
}

/// A thread that an array can hold.
private final class WriterThread {
    private var thread: Thread?

    init(_ thread: consuming Thread) {
        self.thread = consume thread
    }

    func join() {
        thread.take()?.join()
    }
}

@Suite struct `The compaction of the key store` {
    private let directory: TemporaryDirectory
    private let store: KeyStore<StoreContents>

    init() throws {
        directory = try TemporaryDirectory()
        store = try KeyStore(try directory.state())
    }

    private func put(_ number: Int, name: String) throws -> StoreCommit {
        try store.commit { _ in .accessKey(Records.accessKey(number) { $0.name = name }) }
    }

    private func lines() throws -> [Substring] {
        try directory.text("store.jsonl").split(separator: "\n")
    }

    @Test func `happens when more than half of the lines are dead`() throws {
        _ = try put(1, name: "a")
        _ = try put(2, name: "a")
        _ = try put(1, name: "b")
        _ = try put(1, name: "c")
        #expect(try lines().count == 4)
        let before = try FileStatus.of("\(directory.path)/store.jsonl")
        let commit = try put(1, name: "d")
        #expect(commit.compactionFailure == nil)
        #expect(try lines().count == 3)
        let after = try FileStatus.of("\(directory.path)/store.jsonl")
        #expect(before?.identity != after?.identity)
        #expect(try FileStatus.of("\(directory.path)/store.jsonl.new") == nil)
        #expect(store.contents.accessKeys[AccessKeyID("aigk_1")]?.name == "d")
        #expect(store.contents.accessKeys.count == 2)
    }

    @Test func `keeps the numbers growing, even over deletions`() throws {
        var sequences: [UInt64] = []
        for number in 1...20 {
            sequences.append(try put(number, name: "a").sequence)
            sequences.append(
                try store.commit { _ in .accessKeyDeleted(AccessKeyID("aigk_\(number)")) }.sequence
            )
        }
        #expect(sequences == sequences.sorted())
        #expect(Set(sequences).count == sequences.count)
        #expect(try lines().count <= 3)
        let again = try KeyStore(try directory.state())
        #expect(again.sequence == sequences.last)
    }

    @Test func `is followed by readers`() throws {
        let reader = StoreReader(of: try directory.state(), into: StoreContents())
        for step in 0..<100 {
            _ = try put(step % 3, name: "\(step)")
            _ = try reader.refresh()
            #expect(reader.image == store.contents)
            #expect(reader.sequence == store.sequence)
        }
        #expect(try lines().count <= 8)
    }

    @Test func `keeps both kinds of records`() throws {
        _ = try store.commit { _ in .providerKey(Records.providerKey(1)) }
        _ = try store.commit { _ in .providerKey(Records.providerKey(2)) }
        for step in 0..<5 { _ = try put(1, name: "\(step)") }
        _ = try store.commit { _ in .providerKeyDeleted(ProviderKeyID("aigpk_2")) }
        for step in 0..<5 { _ = try put(1, name: "\(step)") }
        let contents = try KeyStore(try directory.state()).contents
        #expect(contents == store.contents)
        #expect(contents.providerKeys.count == 1)
        #expect(contents.accessKeys.count == 1)
    }

    @Test func `goes past one that waited for the lock`() throws {
        _ = try put(1, name: "a")
        _ = try put(1, name: "b")
        let waiting = try KeyStore(try directory.state())
        let lock = try FileLock(try directory.state().lockPath, owner: directory.state().owner)
        let thread = try Thread("waiting") {
            do {
                _ = try waiting.commit { _ in .accessKey(Records.accessKey(9)) }
            } catch {
                Issue.record(error)
            }
        }
        // What a compaction does, while the other one waits for the lock.
        try directory.replace("store.jsonl", with: Records.line(7, key: 5))
        lock.release()
        thread.join()
        let text = try directory.text("store.jsonl")
        #expect(text == Records.line(7, key: 5) + Records.line(8, key: 9))
    }
}
