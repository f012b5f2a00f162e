import Access
import Model
import Platform
import Storage
import Testing

@Suite struct `The reader of the key store` {
    private let directory: TemporaryDirectory
    private let reader: StoreReader<StoreContents>

    init() throws {
        directory = try TemporaryDirectory()
        reader = StoreReader(of: try directory.state(), into: StoreContents())
    }

    private var ids: [String] {
        reader.image.accessKeys.keys.map(\.rawValue).sorted()
    }

    private func write(_ lines: String...) throws {
        try directory.write(lines.joined(), to: "store.jsonl")
    }

    @Test func `takes a store that is not there for an empty one`() throws {
        #expect(try reader.refresh() == .unchanged)
        #expect(reader.image.recordCount == 0)
        try write(Records.line(1, key: 1))
        #expect(try reader.refresh() == .readWhole(lineCount: 1))
        #expect(ids == ["aigk_1"])
    }

    @Test func `reads every member of a record`() throws {
        try write(Records.line(1, key: 1))
        _ = try reader.refresh()
        #expect(reader.image.accessKeys[AccessKeyID("aigk_1")] == Records.accessKey(1))
    }

    @Test func `lets the last line about an id win`() throws {
        try write(
            Records.line(1, key: 1),
            Records.line(2, key: 2),
            Records.deletion(3, key: 1),
            Records.line(5, key: 3),
            Records.deletion(6, key: 3),
            Records.line(7, key: 3),
            Records.deletion(8, key: 99)
        )
        _ = try reader.refresh()
        #expect(ids == ["aigk_2", "aigk_3"])
        #expect(reader.sequence == 8)
    }

    @Test func `refuses a file beyond its limit and keeps what it has`() throws {
        let line = Records.line(1, key: 1)
        let limit = line.utf8.count
        let reader = StoreReader(
            of: try directory.state(),
            into: StoreContents(),
            limit: limit
        )
        try write(line)
        #expect(try reader.refresh() == .readWhole(lineCount: 1))
        try directory.append(" ", to: "store.jsonl")
        let error = try #require(throws: StorageError.self) { _ = try reader.refresh() }
        #expect(
            error.description
                == "\(directory.path)/store.jsonl: the key store has \(limit + 1) bytes, and "
                + "\(limit) are the most; spread the keys over several gateways"
        )
        #expect(reader.image.recordCount == 1)
    }

    @Test func `refuses two gibibytes without reading them`() throws {
        try write(Records.line(1, key: 1))
        try File("\(directory.path)/store.jsonl", for: .writing)
            .truncate(to: Limits.storeBytes + 1)
        let error = try #require(throws: StorageError.self) { _ = try reader.refresh() }
        #expect(error.problem.contains("2147483649 bytes"))
    }

    @Test func `reads what was appended, and nothing twice`() throws {
        try write(Records.line(1, key: 1))
        _ = try reader.refresh()
        #expect(try reader.refresh() == .unchanged)
        try directory.append(
            Records.line(2, key: 2) + Records.deletion(3, key: 1),
            to: "store.jsonl"
        )
        #expect(try reader.refresh() == .appended(lineCount: 2))
        #expect(ids == ["aigk_2"])
        #expect(reader.sequence == 3)
        #expect(try reader.refresh() == .unchanged)
    }

    @Test func `reads a file that was replaced whole`() throws {
        try write(Records.line(1, key: 1))
        _ = try reader.refresh()
        try directory.replace(
            "store.jsonl",
            with: Records.line(1, key: 1) + Records.line(2, key: 2)
        )
        #expect(try reader.refresh() == .readWhole(lineCount: 2))
        try directory.replace("store.jsonl", with: Records.line(9, key: 3))
        #expect(try reader.refresh() == .readWhole(lineCount: 1))
        #expect(ids == ["aigk_3"])
        #expect(reader.sequence == 9)
    }

    @Test func `reads a file that was edited in place whole`() throws {
        try write(Records.line(1, key: 1), Records.line(2, key: 2))
        _ = try reader.refresh()
        try write(Records.line(1, key: 1))
        #expect(try reader.refresh() == .readWhole(lineCount: 1))
        try write(Records.line(1, key: 3), Records.line(2, key: 4))
        #expect(try reader.refresh() != .unchanged)
        let longer = "  " + Records.line(1, key: 5) + Records.line(2, key: 6)
        try write(longer, Records.line(3, key: 7))
        #expect(try reader.refresh() == .readWhole(lineCount: 3))
        #expect(ids == ["aigk_5", "aigk_6", "aigk_7"])
    }

    @Test func `does not read a torn line before it is whole`() throws {
        let first = Records.line(1, key: 1)
        let second = Records.line(2, key: 2)
        try write(first)
        _ = try reader.refresh()
        for byte in second.utf8.dropLast() {
            try directory.append(String(Unicode.Scalar(byte)), to: "store.jsonl")
            #expect(try reader.refresh() == .appended(lineCount: 0))
            #expect(ids == ["aigk_1"])
            #expect(reader.tornByteCount > 0)
        }
        #expect(reader.tornByteCount == second.utf8.count - 1)
        try directory.append("\n", to: "store.jsonl")
        #expect(try reader.refresh() == .appended(lineCount: 1))
        #expect(reader.tornByteCount == 0)
        #expect(ids == ["aigk_1", "aigk_2"])
    }

    @Test func `reads a line that took the place of a torn one of the same length`() throws {
        try write(Records.line(1, key: 1), Records.line(2, key: 2).dropLast() + "x")
        _ = try reader.refresh()
        let torn = reader.tornByteCount
        let before = try FileStatus.of("\(directory.path)/store.jsonl")
        try write(Records.line(1, key: 1), Records.line(2, key: 3))
        try directory.setModificationTime(of: "store.jsonl", to: before)
        #expect(try FileStatus.of("\(directory.path)/store.jsonl") == before)
        #expect(try reader.refresh() == .appended(lineCount: 1))
        #expect(torn == Records.line(2, key: 3).utf8.count)
        #expect(ids == ["aigk_1", "aigk_3"])
    }

    @Test func `refuses a malformed line with its number and keeps what it has`() throws {
        try write(Records.line(1, key: 1))
        _ = try reader.refresh()
        let path = "\(directory.path)/store.jsonl"
        try directory.append(Records.line(2, key: 2) + "{\n", to: "store.jsonl")
        for _ in 0..<2 {
            let error = try #require(throws: StorageError.self) { try reader.refresh() }
            #expect(error.place == "\(path):3")
            #expect(error.description.hasPrefix("\(path):3: not JSON at byte 2; correct the line"))
            #expect(ids == ["aigk_1"])
            #expect(reader.sequence == 1)
        }
        try write(Records.line(1, key: 1), Records.line(2, key: 2))
        #expect(try reader.refresh() == .appended(lineCount: 1))
        #expect(ids == ["aigk_1", "aigk_2"])
    }

    @Test func `refuses a store that is gone and keeps what it has`() throws {
        try write(Records.line(1, key: 1))
        _ = try reader.refresh()
        try directory.remove("store.jsonl")
        #expect(throws: StorageError.self) { try reader.refresh() }
        #expect(ids == ["aigk_1"])
    }

    @Test func `reads a store longer than one block`() throws {
        let lines = (1...3000).map { Records.line($0, key: $0) }.joined()
        try directory.write(lines, to: "store.jsonl")
        #expect(lines.utf8.count > 1 << 20)
        #expect(try reader.refresh() == .readWhole(lineCount: 3000))
        #expect(reader.image.accessKeys.count == 3000)
    }

    @Test func `refuses a line without an end`() throws {
        try directory.write(String(repeating: " ", count: (1 << 20) + 300_000), to: "store.jsonl")
        let error = try #require(throws: StorageError.self) { try reader.refresh() }
        #expect(error.problem.hasPrefix("longer than"))
        #expect(error.place.hasSuffix(":1"))
    }

    @Test func `serves the keys that the full records have`() throws {
        try write(
            Records.line(1, key: 1),
            Records.line(2, key: 2),
            Records.deletion(3, key: 1)
        )
        let serving = StoreReader(
            of: try directory.state(),
            into: ServingImage(format: .standard)
        )
        _ = try serving.refresh()
        let table = serving.image.makeKeyTable()
        #expect(table.count == 1)
        let tokens = [1, 2].map { Array(Records.token($0).text.exposed.utf8) }
        let found = tokens.map { token in
            let lookup = table.find(token.span, atUnixSecond: 0)
            return lookup != .unknown && lookup != .malformed
        }
        #expect(found == [false, true])
        let ids = ["aigk_1", "aigk_2", "aigk_3"]
        #expect(ids.map { serving.image.contains($0) } == [false, true, false])
    }

    /// A release build reads a hundred thousand.
    @Test func `reads many keys and says how long it took`() throws {
        #if DEBUG
        let count = 2_000
        #else
        let count = 100_000
        #endif
        let lines = (1...count).map { Records.line($0, key: $0) }
        try directory.write(lines.joined(), to: "store.jsonl")
        let serving = StoreReader(
            of: try directory.state(),
            into: ServingImage(format: .standard)
        )
        let start = ContinuousClock.now
        _ = try serving.refresh()
        let table = serving.image.makeKeyTable()
        print("\(count) keys read in \(ContinuousClock.now - start)")
        #expect(table.count == count)
    }
}
