/// How often each bucket of a histogram was hit.
protocol BucketCounts: Equatable, Sendable {
    /// Nothing was counted; it takes no memory yet.
    init()
    mutating func increment(_ bucket: Int)
    /// Each bucket that was used, once, in any order; one that was not may be among them.
    func forEach(_ body: (_ bucket: Int, _ count: UInt32) -> Void)
}

/// A place for each bucket: quick to add to and to read, for what lasts.
struct DenseBuckets: BucketCounts {
    /// Empty while nothing is counted: most series measure no more than two or three things.
    private var counts: [UInt32] = []

    static let count = 100

    /// The count of a bucket.
    subscript(bucket: Int) -> UInt32 { counts.isEmpty ? 0 : counts[bucket] }

    mutating func increment(_ bucket: Int) {
        prepare()
        counts[bucket] &+= 1
    }

    mutating func add(_ other: some BucketCounts) {
        prepare()
        other.forEach { counts[$0] &+= $1 }
    }

    mutating func subtract(_ other: some BucketCounts) {
        prepare()
        other.forEach { counts[$0] &-= $1 }
    }

    func forEach(_ body: (_ bucket: Int, _ count: UInt32) -> Void) {
        for bucket in counts.indices { body(bucket, counts[bucket]) }
    }

    private mutating func prepare() {
        if counts.isEmpty { counts = [UInt32](repeating: 0, count: Self.count) }
    }
}

/// The buckets that were used, as they came: small, for what there are many of.
///
/// In a minute a series uses three to eight of a hundred buckets.
struct SparseBuckets: BucketCounts {
    private var used: [(bucket: UInt32, count: UInt32)] = []

    /// How many buckets there are places for.
    var capacity: Int { used.capacity }

    mutating func increment(_ bucket: Int) {
        for place in used.indices where used[place].bucket == bucket {
            used[place].count &+= 1
            return
        }
        used.append((UInt32(bucket), 1))
    }

    func forEach(_ body: (_ bucket: Int, _ count: UInt32) -> Void) {
        for (bucket, count) in used { body(Int(bucket), count) }
    }

    static func == (one: Self, other: Self) -> Bool {
        one.used.elementsEqual(other.used, by: ==)
    }
}
