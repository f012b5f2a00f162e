import Testing

@testable import Platform

@Suite struct `Times of turns` {
    @Test func `without turns everything is zero`() {
        let times = TurnTimes()
        #expect(times.count == 0)
        #expect(times.percentile(permille: 990) == 0)
        #expect(times.longest == 0)
    }

    @Test(arguments: [0, 1, 7, 8, 9, 15, 16, 17, 100, 999, 1000, 65_535, 1 << 20, 1 << 33])
    func `one turn is told within an eighth`(microseconds: Int) {
        var times = TurnTimes()
        times.add(microseconds: 0)
        times.add(microseconds: microseconds)
        times.add(microseconds: 1 << 40)
        let told = times.percentile(permille: 600)
        #expect(told >= microseconds)
        #expect(told <= microseconds + microseconds / 8 + 1)
    }

    @Test func `a percentile is what so many did not exceed`() {
        var times = TurnTimes()
        for microseconds in 1...1000 { times.add(microseconds: microseconds) }
        for (permille, exact) in [(UInt64(500), 500), (900, 900), (990, 990), (1000, 1000)] {
            let told = times.percentile(permille: permille)
            #expect(told >= exact && told <= exact + exact / 8 + 1)
        }
        #expect(times.longest == 1000)
    }

    @Test func `what is absurd is counted all the same`() {
        var times = TurnTimes()
        times.add(.seconds(-1))
        times.add(.seconds(1 << 60))
        #expect(times.count == 2)
        #expect(times.percentile(permille: 1) == 0)
        #expect(times.longest > 1 << 40)
    }
}
