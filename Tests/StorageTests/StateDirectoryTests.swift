import Glibc
import Platform
import Storage
import Testing

@Suite struct `The state directory` {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func refusal(_ path: String? = nil, asUser user: UInt32 = 0) throws -> String {
        let error = try #require(throws: StorageError.self) {
            try StateDirectory(path ?? directory.path, asUser: user)
        }
        return error.description
    }

    @Test func `is refused when it is not there or no directory`() throws {
        #expect(
            try refusal("/nowhere/at/all")
                == """
                /nowhere/at/all: there is no such directory; \
                make it: install -d -m 0700 -o USER -g GROUP /nowhere/at/all
                """
        )
        try directory.write("", to: "store.jsonl")
        let file = "\(directory.path)/store.jsonl"
        #expect(try refusal(file) == "\(file): not a directory; name another one as `state`")
    }

    @Test(arguments: [0o720, 0o702, 0o777] as [mode_t])
    func `is refused when others may write in it`(mode: mode_t) throws {
        #expect(unsafe chmod(directory.path, mode) == 0)
        #expect(
            try refusal()
                == """
                \(directory.path): others may write in it (mode 0\(String(mode, radix: 8))); \
                chmod 0700 \(directory.path)
                """
        )
    }

    @Test(arguments: [0o700, 0o750, 0o755] as [mode_t])
    func `is taken when others may look at most`(mode: mode_t) throws {
        #expect(unsafe chmod(directory.path, mode) == 0)
        #expect(try StateDirectory(directory.path).owner.user == geteuid())
    }

    @Test func `is refused to a user who does not own it`() throws {
        let owner = geteuid()
        #expect(
            try refusal(asUser: owner + 1)
                == """
                \(directory.path): belongs to user \(owner), and this is user \(owner + 1); \
                run as its owner or as root
                """
        )
        #expect(try StateDirectory(directory.path, asUser: 0).path == directory.path)
    }

    @Test(arguments: ["store.jsonl", "store.lock", "last-used.jsonl"])
    func `is refused when others may read its files`(name: String) throws {
        try directory.write("", to: name)
        let file = "\(directory.path)/\(name)"
        #expect(unsafe chmod(file, 0o640) == 0)
        #expect(
            try refusal()
                == "\(file): others may read or write it (mode 0640); chmod 0600 \(file)"
        )
    }

    @Test func `is refused when a file in it belongs to someone else`() throws {
        guard geteuid() == 0 else { return }
        try directory.write("", to: "store.jsonl")
        let file = "\(directory.path)/store.jsonl"
        #expect(unsafe chown(file, 12_345, 12_345) == 0)
        #expect(
            try refusal()
                == """
                \(file): belongs to user 12345, its directory to user 0; \
                chown --reference=\(directory.path) \(file)
                """
        )
    }

    @Test func `does not follow a link in the place of the store`() throws {
        try directory.write("secret", to: "elsewhere")
        let link = "\(directory.path)/store.jsonl"
        #expect(unsafe symlink("\(directory.path)/elsewhere", link) == 0)
        #expect(throws: StorageError.self) {
            _ = try KeyStore(try StateDirectory(directory.path))
        }
    }
}
