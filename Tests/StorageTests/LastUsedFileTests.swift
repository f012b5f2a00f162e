import Model
import Platform
import Storage
import Testing

@Suite struct `The file of last uses` {
    private let directory: TemporaryDirectory
    private let file: LastUsedFile

    init() throws {
        directory = try TemporaryDirectory()
        file = LastUsedFile(of: try directory.state())
    }

    private func merge(_ uses: [(String, Int64)], keeping live: Set<String>) throws {
        try file.merge(
            uses.map { ($0.0, Timestamp(unixSecond: $0.1)) },
            keeping: { live.contains($0) }
        )
    }

    @Test func `is empty before it is there`() throws {
        #expect(try file.read().isEmpty)
    }

    @Test func `keeps the latest use of each key that lives`() throws {
        try merge([("a", 100), ("b", 100), ("c", 100)], keeping: ["a", "b", "c"])
        try merge([("a", 50), ("b", 200), ("d", 300), ("d", 299)], keeping: ["a", "b", "d"])
        #expect(
            try file.read() == [
                "a": Timestamp(unixSecond: 100), "b": Timestamp(unixSecond: 200),
                "d": Timestamp(unixSecond: 300),
            ]
        )
    }

    @Test func `is one line a key, private, replaced whole`() throws {
        try merge([("aigk_1", 1_795_227_185)], keeping: ["aigk_1"])
        #expect(
            try directory.text("last-used.jsonl")
                == #"{"v":1,"id":"aigk_1","lastUsed":"2026-11-21T02:13:05Z"}"# + "\n"
        )
        let path = "\(directory.path)/last-used.jsonl"
        let before = try #require(try FileStatus.of(path))
        try merge([("aigk_1", 1_795_227_186)], keeping: ["aigk_1"])
        let after = try #require(try FileStatus.of(path))
        #expect(after.mode == 0o600)
        #expect(before.identity != after.identity)
        #expect(try FileStatus.of(path + ".new") == nil)
    }

    @Test func `goes on without a line that can't be read`() throws {
        try directory.write(
            """
            {"v":1,"id":"a","lastUsed":"2026-11-21T02:13:05Z"}
            {"v":1,"id":"b","lastUsed":"yesterday"}
            {"v":2,"id":"c","lastUsed":"2026-11-21T02:13:05Z"}
            {"v":1,"id":"d","lastUsed
            """,
            to: "last-used.jsonl"
        )
        #expect(try file.read().keys.sorted() == ["a"])
        try merge([("b", 1)], keeping: ["a", "b"])
        #expect(try file.read().keys.sorted() == ["a", "b"])
    }

    @Test func `is the same after any merges as a dictionary`() throws {
        var random = SeededRandom(seed: 5)
        var model: [String: Timestamp] = [:]
        // Ids that no fast reader takes, and more lines than one part holds.
        let ids = (0..<3000).map { $0 % 50 == 0 ? "\"\($0)\"" : "aigk_\($0)" }
        for round in 0..<12 {
            let uses = (0..<(round == 0 ? 3000 : 400)).map { _ in
                (ids.randomElement(using: &random) ?? "", Int64.random(in: 0..<99, using: &random))
            }
            for (id, second) in uses {
                let moment = Timestamp(unixSecond: second)
                model[id] = max(moment, model[id] ?? moment)
            }
            let live = Set(ids.filter { _ in Int.random(in: 0..<20, using: &random) > 0 })
            model = model.filter { live.contains($0.key) }
            try merge(uses, keeping: live)
            #expect(try file.read() == model)
        }
        for id in ids.prefix(200) { #expect(try file.lastUse(of: id) == model[id]) }
        let lines = try directory.text("last-used.jsonl").split(separator: "\n")
        #expect(lines.count == model.count)
    }

    @Test func `ends at a line without an end`() throws {
        try merge([("a", 1)], keeping: ["a"])
        try directory.append(String(repeating: " ", count: 2 << 20), to: "last-used.jsonl")
        #expect(try file.read().keys.sorted() == ["a"])
        try merge([("b", 1)], keeping: ["a", "b"])
        #expect(try file.read().keys.sorted() == ["a", "b"])
        #expect(try directory.text("last-used.jsonl").utf8.count < 200)
    }

    @Test func `loses nothing when two write`() throws {
        let path = directory.path
        let other = try Thread("other") {
            do {
                let file = LastUsedFile(of: try StateDirectory(path))
                for number in 0..<30 {
                    try file.merge([("x\(number)", Timestamp(unixSecond: 1))]) { _ in true }
                }
            } catch {
                Issue.record(error)
            }
        }
        for number in 0..<30 {
            try file.merge([("y\(number)", Timestamp(unixSecond: 1))]) { _ in true }
        }
        other.join()
        #expect(try file.read().count == 60)
    }
}
