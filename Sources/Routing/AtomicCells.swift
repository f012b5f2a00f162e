internal import Synchronization

/// Counters that all loops change at once, without a lock.
///
/// The chunks are reached unretained, since their reference counts would be shared by all loops.
@safe final class AtomicCells: Sendable {
    /// How many there are.
    let count: Int
    private let chunks: [Chunk]
    private let unretained: [Unmanaged<Chunk>]

    /// So many, all of them 0.
    init(count: Int) {
        self.count = count
        chunks = (0..<(count + Chunk.size - 1) / Chunk.size).map { _ in Chunk() }
        unsafe unretained = chunks.map { unsafe .passUnretained($0) }
    }

    /// What a cell holds.
    func load(_ index: Int) -> UInt64 {
        unsafe unretained[index / Chunk.size]._withUnsafeGuaranteedRef {
            $0.cells[index % Chunk.size].load(ordering: .relaxed)
        }
    }

    /// Adds one, and gives what was there.
    func increment(_ index: Int) -> UInt64 {
        unsafe unretained[index / Chunk.size]._withUnsafeGuaranteedRef {
            $0.cells[index % Chunk.size].wrappingAdd(1, ordering: .relaxed).oldValue
        }
    }

    /// Replaces what a cell holds by what is made of it.
    func update(_ index: Int, _ change: (UInt64) -> UInt64) {
        unsafe unretained[index / Chunk.size]._withUnsafeGuaranteedRef { chunk in
            let place = index % Chunk.size
            var known = chunk.cells[place].load(ordering: .relaxed)
            while true {
                let result = chunk.cells[place].weakCompareExchange(
                    expected: known,
                    desired: change(known),
                    ordering: .relaxed
                )
                if result.exchanged { return }
                known = result.original
            }
        }
    }
}

/// Cells that share one allocation.
private final class Chunk: Sendable {
    static let size = 64
    let cells: InlineArray<64, Atomic<UInt64>> = InlineArray { _ in Atomic(0) }
}
