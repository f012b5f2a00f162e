import Access
import Glibc
import Model
import Platform
import Storage
import Testing

@Suite struct `A full disk` {
    /// In a process of its own: the limit of file sizes holds for all files of a process.
    @Test func `leaves the store as it was, wherever the line stopped`() async {
        await #expect(processExitsWith: .success) {
            signal(SIGXFSZ, SIG_IGN)
            let directory = try TemporaryDirectory()
            let store = try KeyStore(try directory.state())
            _ = try store.commit { _ in .accessKey(Records.accessKey(1)) }
            let before = try directory.text("store.jsonl")
            for room in 0..<Records.line(2, key: 2).utf8.count {
                try limitFiles(to: before.utf8.count + room)
                do throws(StorageError) {
                    _ = try store.commit { _ in .accessKey(Records.accessKey(2)) }
                    Issue.record("a commit without room for it")
                } catch {
                    #expect(error.remedy == "nothing was changed", "\(error)")
                }
                #expect(try directory.text("store.jsonl") == before, "room \(room)")
            }
            try limitFiles(to: 1 << 20)
            let commit = try store.commit { _ in .accessKey(Records.accessKey(2)) }
            #expect(commit.sequence == 2)
            #expect(
                try directory.text("store.jsonl") == before + Records.line(2, key: 2)
            )
        }
    }

    @Test func `leaves the change done that no compaction could follow`() async {
        await #expect(processExitsWith: .success) {
            signal(SIGXFSZ, SIG_IGN)
            let directory = try TemporaryDirectory()
            let store = try KeyStore(try directory.state())
            _ = try store.commit { _ in .accessKey(Records.accessKey(1)) }
            _ = try store.commit { _ in .accessKey(Records.accessKey(2)) }
            // A directory where the new file would go is what stops the compaction.
            #expect(unsafe mkdir("\(directory.path)/store.jsonl.new", 0o700) == 0)
            _ = try store.commit { _ in .accessKeyDeleted(AccessKeyID("aigk_1")) }
            let commit = try store.commit { _ in .accessKeyDeleted(AccessKeyID("aigk_2")) }
            #expect(commit.compactionFailure != nil)
            #expect(commit.sequence == 4)
            #expect(try KeyStore(try directory.state()).contents.recordCount == 0)
            #expect(unsafe rmdir("\(directory.path)/store.jsonl.new") == 0)
        }
    }

    @Test func `of a small file system is survived`() throws {
        let directory = try TemporaryDirectory()
        // Only root may mount; without that the limit of file sizes above is the test.
        guard unsafe mount("lockkeeper", directory.path, "tmpfs", 0, "size=8k,mode=0700") == 0
        else { return }
        defer { unsafe umount2(directory.path, CInt(MNT_DETACH)) }
        let store = try KeyStore(try directory.state())
        var count = 0
        let error = try #require(throws: StorageError.self) {
            while count < 100 {
                _ = try store.commit { _ in .accessKey(Records.accessKey(count)) }
                count += 1
            }
        }
        #expect(error.problem.contains("No space left on device"))
        #expect(count > 0)
        let whole = (0..<count).map { Records.line($0 + 1, key: $0) }.joined()
        #expect(try directory.text("store.jsonl") == whole)
        #expect(try KeyStore(try directory.state()).contents.accessKeys.count == count)
    }
}

private func limitFiles(to byteCount: Int) throws {
    var limit = rlimit(rlim_cur: rlim_t(byteCount), rlim_max: rlim_t.max)
    guard unsafe setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0 else {
        throw SystemError.last("setrlimit")
    }
}
