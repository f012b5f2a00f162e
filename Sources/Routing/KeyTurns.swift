package import Model
internal import Synchronization

/// What the strategies of key rules remember, for all loops at once: whose turn it is, and how
/// often each key was used of late.
///
/// A step that lists its keys in order costs nothing here, nor does a key without a configuration.
package final class KeyTurns: Sendable {
    private let places: [ConfigurationID: Int]
    private let turns: AtomicCells
    private let uses: AtomicCells?
    private let seed: UInt64

    /// The turns of these configurations; the keys' rows are those that uses are noted by.
    package init(of configurations: [(ConfigurationID, KeyPolicy)], keyCount: Int, seed: UInt64) {
        var places: [ConfigurationID: Int] = [:]
        var count = 0
        var countsUses = false
        for (id, policy) in configurations {
            places[id] = count
            let strategies = policy.rules.flatMap(\.steps).compactMap(\.strategy)
            count += strategies.count
            countsUses = countsUses || strategies.contains(.leastUsed)
        }
        self.places = places
        self.seed = seed
        turns = AtomicCells(count: count)
        uses = countsUses ? AtomicCells(count: keyCount) : nil
    }

    /// Where the turns of a configuration begin, one for each step with keys in the order of its
    /// rules.
    func firstTurn(of id: ConfigurationID) -> Int? { places[id] }

    /// A number that nobody else gets, one more with each call.
    func take(_ turn: Int) -> UInt64 { turns.increment(turn) }

    /// Numbers without an order, others with each call.
    func chance(_ turn: Int) -> Chance { Chance(seed: seed ^ take(turn) &* 0x9E37_79B9_7F4A_7C15) }

    /// Notes that the key of a row is used.
    package func noteUse(of row: UInt32, atUnixSecond second: Int64) {
        guard let uses, row < uses.count else { return }
        uses.update(Int(row)) { UseCount(bits: $0).next(in: second / 60).bits }
    }

    /// How often keys were used in the last minute or two: the minute of the latest use of any of
    /// them, and the one before.
    func useCounts(of rows: [UInt32?]) -> [UInt64] {
        let counts = rows.map { row -> UseCount in
            guard let row, let uses, row < uses.count else { return UseCount(bits: 0) }
            return UseCount(bits: uses.load(Int(row)))
        }
        let minute = counts.map(\.minute).max() ?? 0
        return counts.map { $0.total(in: minute) }
    }
}

extension KeyStep {
    fileprivate var strategy: KeyStrategy? {
        switch self {
        case .user(let strategy, _): strategy
        case .managed: nil
        }
    }
}

/// Numbers without an order (SplitMix64).
struct Chance: RandomNumberGenerator {
    private var state: UInt64

    /// The same numbers for the same seed.
    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}

/// The uses of a key in one minute and in the one before, in 64 bits: 24 of the minute, 20 of each
/// count.
private struct UseCount {
    let bits: UInt64

    private static let most: UInt64 = 1 << 20 - 1

    var minute: UInt64 { bits >> 40 }
    private var before: UInt64 { bits >> 20 & Self.most }
    private var count: UInt64 { bits & Self.most }

    /// The same with one use more.
    func next(in minute: Int64) -> UseCount {
        // 24 bits of minutes are 31 years: the first of them began long ago, the last is far.
        let minute = UInt64(truncatingIfNeeded: minute) & (1 << 24 - 1)
        let known = min(total(in: minute), Self.most)
        let isSame = minute == self.minute
        let before = isSame ? self.before : known
        let count = isSame ? min(self.count + 1, Self.most) : 1
        return UseCount(bits: minute << 40 | before << 20 | count)
    }

    /// The uses that still count in a minute.
    func total(in minute: UInt64) -> UInt64 {
        if minute == self.minute { return before + count }
        return minute == self.minute + 1 ? count : 0
    }
}
