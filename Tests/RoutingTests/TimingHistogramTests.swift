import Testing

@testable import Routing

@Suite struct `A histogram of one minute` {
    private var random = SystemRandomNumberGenerator()

    /// So long as requests take: some far from the others.
    private mutating func someTime() -> Int {
        Int.random(in: 0...(1 << Int.random(in: 0...34, using: &random)), using: &random)
    }

    @Test mutating func `takes memory for the buckets that it used alone`() {
        var histogram = TimingHistogram<SparseBuckets>()
        #expect(histogram.buckets.capacity == 0)
        for _ in 0..<10_000 {
            histogram.add(microseconds: Int.random(in: 40_000...79_999, using: &random))
        }
        #expect(histogram.count == 10_000)
        #expect(histogram.buckets.capacity <= 8)
        for _ in 0..<10_000 { histogram.add(microseconds: someTime()) }
        #expect(histogram.buckets.capacity <= 2 * DenseBuckets.count)
    }

    @Test mutating func `is taken from the whole as if it had never been`() {
        for _ in 0..<50 {
            var whole = TimingHistogram<DenseBuckets>()
            var rest = TimingHistogram<DenseBuckets>()
            var minute = TimingHistogram<SparseBuckets>()
            for _ in 0..<200 {
                let time = someTime()
                whole.add(microseconds: time)
                if Bool.random(using: &random) {
                    rest.add(microseconds: time)
                } else {
                    minute.add(microseconds: time)
                }
            }
            whole.subtract(minute)
            #expect(whole == rest)
            #expect(whole.timing == rest.timing)
        }
    }
}
