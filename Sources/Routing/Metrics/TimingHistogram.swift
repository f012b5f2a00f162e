/// How long something took, each time: the mean exactly, a percentile within an eighth.
///
/// Buckets are a quarter of a power of two wide, from 64 microseconds to 18 minutes; what takes
/// longer is counted as that.
struct TimingHistogram<Buckets: BucketCounts>: Equatable, Sendable {
    private(set) var count = 0
    /// In microseconds.
    private(set) var sum = 0
    private(set) var buckets = Buckets()

    mutating func add(microseconds: Int?) {
        guard let microseconds else { return }
        count += 1
        sum += microseconds
        buckets.increment(bucketOf(microseconds: microseconds))
    }
}

extension TimingHistogram<DenseBuckets> {
    mutating func add(_ other: Self) {
        guard other.count > 0 else { return }
        guard count > 0 else {
            self = other
            return
        }
        count += other.count
        sum += other.sum
        buckets.add(other.buckets)
    }

    /// Takes away what was added before.
    mutating func subtract(_ other: TimingHistogram<some BucketCounts>) {
        guard other.count > 0 else { return }
        guard count > other.count else {
            self = Self()
            return
        }
        count -= other.count
        sum -= other.sum
        buckets.subtract(other.buckets)
    }

    var timing: Timing {
        guard count > 0 else { return Timing() }
        return Timing(average: Double(sum) / Double(count) / 1000, p95: percentile(95) / 1000)
    }

    /// In microseconds: the middle of the bucket in which the value lies.
    private func percentile(_ percent: Int) -> Double {
        let wanted = (count * percent + 99) / 100
        var seen = 0
        for bucket in 0..<DenseBuckets.count {
            seen += Int(buckets[bucket])
            if seen >= wanted { return Self.middle(of: bucket) }
        }
        return Self.middle(of: DenseBuckets.count - 1)
    }

    private static func middle(of bucket: Int) -> Double {
        if bucket < 4 { return Double(bucket * 16 + 8) }
        let width = 1 << (bucket / 4 + 3)
        return Double((4 + bucket % 4) * width) + Double(width) / 2
    }
}

/// Four buckets below 64 microseconds, then four for each power of two.
private func bucketOf(microseconds: Int) -> Int {
    if microseconds < 64 { return microseconds / 16 }
    let power = Int.bitWidth - 1 - microseconds.leadingZeroBitCount
    return min(4 + (power - 6) * 4 + microseconds >> (power - 2) & 3, DenseBuckets.count - 1)
}
