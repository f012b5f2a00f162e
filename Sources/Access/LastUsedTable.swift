internal import Synchronization

/// When each row was last used, in seconds, noted by all loops at once.
///
/// A request costs one relaxed load, and one store a second. The chunks are reached unretained, since
/// their reference counts would be shared by all loops.
@safe final class LastUsedTable: Sendable {
    private let chunks: [Chunk]
    private let unretained: [Unmanaged<Chunk>]

    /// No cell at all.
    convenience init() {
        self.init(chunks: [])
    }

    private init(chunks: [Chunk]) {
        self.chunks = chunks
        unsafe unretained = chunks.map { unsafe .passUnretained($0) }
    }

    /// The same cells, and new ones, so that there is one for each of so many rows.
    func grown(to count: Int) -> LastUsedTable {
        let missing = (count + Chunk.size - 1) / Chunk.size - chunks.count
        if missing <= 0 { return self }
        return LastUsedTable(chunks: chunks + (0..<missing).map { _ in Chunk() })
    }

    /// Whether the cells of the shorter one are those of the other.
    func sharesCells(with other: LastUsedTable) -> Bool {
        chunks.first === other.chunks.first
    }

    /// The bytes it takes.
    var byteCount: Int { chunks.count * (Chunk.size * MemoryLayout<UInt32>.stride + 32) }

    /// Notes a use.
    func touch(_ row: UInt32, at second: UInt32) {
        let place = Int(row)
        unsafe unretained[place / Chunk.size]._withUnsafeGuaranteedRef {
            $0.touch(place % Chunk.size, at: second)
        }
    }

    /// Calls with each row used since the last call, and forgets the use.
    func takeUses(_ body: (_ row: UInt32, _ second: UInt32) -> Void) {
        for (index, chunk) in chunks.enumerated() {
            for offset in 0..<Chunk.size {
                let second = chunk.take(offset)
                if second != 0 { body(UInt32(index * Chunk.size + offset), second) }
            }
        }
    }
}

/// Cells that share one allocation.
private final class Chunk: Sendable {
    static let size = 1024
    private let cells: InlineArray<1024, Atomic<UInt32>> = InlineArray { _ in Atomic(0) }

    func touch(_ offset: Int, at second: UInt32) {
        if cells[offset].load(ordering: .relaxed) != second {
            cells[offset].store(second, ordering: .relaxed)
        }
    }

    func take(_ offset: Int) -> UInt32 {
        if cells[offset].load(ordering: .relaxed) == 0 { return 0 }
        return cells[offset].exchange(0, ordering: .relaxed)
    }
}
