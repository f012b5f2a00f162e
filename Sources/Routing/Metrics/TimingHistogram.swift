/// How long something took, each time: the mean exactly, a percentile within an eighth.
///
/// Buckets are a quarter of a power of two wide, from 64 microseconds to 18 minutes; what takes
/// longer is counted as that.
struct TimingHistogram: Equatable, Sendable {
    private(set) var count = 0
    /// In microseconds.
    private(set) var sum = 0
    /// Empty while nothing is counted: most series measure no more than two or three things.
    private var buckets: [UInt32] = []

    static let bucketCount = 100

    mutating func add(microseconds: Int?) {
        guard let microseconds else { return }
        if buckets.isEmpty { buckets = [UInt32](repeating: 0, count: Self.bucketCount) }
        count += 1
        sum += microseconds
        buckets[Self.bucket(of: microseconds)] &+= 1
    }

    mutating func add(_ other: TimingHistogram) {
        guard other.count > 0 else { return }
        guard count > 0 else {
            self = other
            return
        }
        count += other.count
        sum += other.sum
        for bucket in buckets.indices { buckets[bucket] &+= other.buckets[bucket] }
    }

    /// Takes away what was added before.
    mutating func subtract(_ other: TimingHistogram) {
        guard other.count > 0 else { return }
        guard count > other.count else {
            self = TimingHistogram()
            return
        }
        count -= other.count
        sum -= other.sum
        for bucket in buckets.indices { buckets[bucket] &-= other.buckets[bucket] }
    }

    var timing: Timing {
        guard count > 0 else { return Timing() }
        return Timing(average: Double(sum) / Double(count) / 1000, p95: percentile(95) / 1000)
    }

    /// In microseconds: the middle of the bucket in which the value lies.
    private func percentile(_ percent: Int) -> Double {
        let wanted = (count * percent + 99) / 100
        var seen = 0
        for bucket in buckets.indices {
            seen += Int(buckets[bucket])
            if seen >= wanted { return Self.middle(of: bucket) }
        }
        return Self.middle(of: Self.bucketCount - 1)
    }

    /// Four buckets below 64 microseconds, then four for each power of two.
    private static func bucket(of microseconds: Int) -> Int {
        if microseconds < 64 { return microseconds / 16 }
        let power = Int.bitWidth - 1 - microseconds.leadingZeroBitCount
        return min(4 + (power - 6) * 4 + microseconds >> (power - 2) & 3, bucketCount - 1)
    }

    private static func middle(of bucket: Int) -> Double {
        if bucket < 4 { return Double(bucket * 16 + 8) }
        let width = 1 << (bucket / 4 + 3)
        return Double((4 + bucket % 4) * width) + Double(width) / 2
    }
}
