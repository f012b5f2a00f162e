/// How long an event loop's turns took: what an event waits that comes while others are served.
///
/// A histogram of a fixed size whose buckets are an eighth of a power of two wide, so that a
/// percentile is told within 13 %.
package struct TurnTimes: Sendable {
    private var counts = [UInt64](repeating: 0, count: TurnTimes.bucketCount)
    /// How many turns there were.
    package private(set) var count: UInt64 = 0
    /// The longest one, in microseconds.
    package private(set) var longest = 0

    /// Up to 2^33 microseconds; longer ones are counted as that.
    private static let bucketCount = 256

    /// No turns yet.
    package init() {}

    /// Counts a turn.
    package mutating func add(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let whole = Int(clamping: min(seconds, 1 << 40)) * 1_000_000
        add(microseconds: whole + Int(attoseconds / 1_000_000_000_000))
    }

    mutating func add(microseconds: Int) {
        let value = max(0, microseconds)
        count &+= 1
        longest = max(longest, value)
        counts[min(TurnTimes.bucket(of: value), TurnTimes.bucketCount - 1)] &+= 1
    }

    /// The time in microseconds that so many of a thousand turns did not exceed; 0 without turns.
    package func percentile(permille: UInt64) -> Int {
        let wanted = (count * permille + 999) / 1000
        var seen: UInt64 = 0
        for bucket in counts.indices {
            seen += counts[bucket]
            if seen >= max(1, wanted) { return min(longest, TurnTimes.upperBound(of: bucket)) }
        }
        return 0
    }

    /// Eight buckets for the numbers below eight, then eight for each power of two.
    private static func bucket(of value: Int) -> Int {
        if value < 8 { return value }
        let power = Int.bitWidth - 1 - value.leadingZeroBitCount
        return (power - 2) * 8 + (value &>> (power - 3)) & 7
    }

    /// The largest number of a bucket.
    private static func upperBound(of bucket: Int) -> Int {
        if bucket < 8 { return bucket }
        let power = bucket / 8 + 2
        return (1 << power) + (bucket % 8 + 1) << (power - 3) - 1
    }
}
