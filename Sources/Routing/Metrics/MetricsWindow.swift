/// All that was measured in the last fifteen minutes, to a minute: what views are made of.
///
/// It belongs to one thread and outlives reloads. Its memory is bounded: at most ``seriesLimit``
/// series, each of at most fifteen minutes and their sum, each of at most four histograms. The sum
/// takes 400 bytes for each of them, a minute eight for each bucket that it used: three to eight
/// of a hundred. So a model used with one key takes 5 to 15 KB, and all series, each used every
/// minute, 15 MB.
package struct MetricsWindow {
    /// The minutes that count, the one that runs included.
    package static let minutes = 15
    /// The models, keys, accounts and gateways that are told apart; beyond them the one that was
    /// unused for the longest time is forgotten.
    package static let seriesLimit = 1024
    /// How many of those may be of models that nobody knows: clients think up their names, and
    /// must not drive out the others.
    package static let unknownSeriesLimit = 256

    private let origin: ContinuousClock.Instant
    private var series: [MetricsSeries] = []
    private var places: [MetricsSeries.Name: Int] = [:]
    private var unknownCount = 0

    /// Nothing was measured before a moment.
    package init(startingAt origin: ContinuousClock.Instant) {
        self.origin = origin
    }

    /// How many series there are.
    package var seriesCount: Int { series.count }

    /// Takes attempts that have ended.
    package mutating func add(_ samples: [AttemptSample], at now: ContinuousClock.Instant) {
        let last = minute(of: now)
        for index in samples.indices {
            let minute = min(minute(of: samples[index].end), last)
            guard minute > last - Self.minutes else { continue }
            let place = place(for: samples[index])
            series[place].forget(before: last - Self.minutes + 1, now - Self.length)
            series[place].add(samples[index], in: minute)
        }
    }

    /// All that was measured, as of now.
    package mutating func report(at now: ContinuousClock.Instant) -> MetricsReport {
        forget(at: now)
        var sums: [UInt64: Sum] = [:]
        for series in series {
            for (subject, number) in series.subjects {
                sums[number, default: Sum(subject)].add(series)
            }
        }
        return MetricsReport(
            sums.map { MetricsReport.Entry($1.subject, $1.summary(at: now), number: $0) }
        )
    }

    /// When a report tells something else though nothing was added; nil when it never does.
    package func nextChange(after now: ContinuousClock.Instant) -> ContinuousClock.Instant? {
        guard !series.isEmpty else { return nil }
        let nextMinute = origin + .seconds(60 * (minute(of: now) + 1))
        return series.compactMap { $0.quota?.nextReset(after: now) }.reduce(nextMinute, min)
    }

    private static let length: Duration = .seconds(60 * minutes)

    private func minute(of moment: ContinuousClock.Instant) -> Int {
        Int(clamping: (moment - origin).components.seconds) / 60
    }

    // MARK: Series

    private mutating func forget(at now: ContinuousClock.Instant) {
        let first = minute(of: now) - Self.minutes + 1
        for place in series.indices { series[place].forget(before: first, now - Self.length) }
        for place in series.indices.reversed() where series[place].isEmpty { remove(place) }
    }

    private mutating func place(for sample: AttemptSample) -> Int {
        let name = MetricsSeries.Name(
            model: sample.model,
            key: sample.key,
            account: sample.account,
            gateway: sample.gateway
        )
        if let place = places[name] { return place }
        makeRoom(isKnown: sample.isKnown)
        if !sample.isKnown { unknownCount += 1 }
        series.append(MetricsSeries(name, of: sample))
        places[name] = series.count - 1
        return series.count - 1
    }

    private mutating func makeRoom(isKnown: Bool) {
        if !isKnown, unknownCount >= Self.unknownSeriesLimit {
            removeOldest { !$0.isKnown }
        } else if series.count >= Self.seriesLimit {
            removeOldest { _ in true }
        }
    }

    private mutating func removeOldest(where isMeant: (MetricsSeries) -> Bool) {
        let oldest = series.indices.filter { isMeant(series[$0]) }
            .min { series[$0].lastUse < series[$1].lastUse }
        if let oldest { remove(oldest) }
    }

    private mutating func remove(_ place: Int) {
        if !series[place].isKnown { unknownCount -= 1 }
        places[series[place].name] = nil
        series.swapAt(place, series.count - 1)
        series.removeLast()
        if place < series.count { places[series[place].name] = place }
    }
}

/// What several series come to together.
private struct Sum {
    let subject: MetricsSubject
    private var tally = MetricsTally<DenseBuckets>()
    private var quota: ToldQuota?

    init(_ subject: MetricsSubject) {
        self.subject = subject
    }

    mutating func add(_ series: MetricsSeries) {
        tally.add(series.total)
        guard case .key = subject.scope, let told = series.quota else { return }
        if let quota, quota.moment > told.moment { return }
        quota = told
    }

    func summary(at now: ContinuousClock.Instant) -> MetricsSummary {
        var summary = tally.summary
        if let quota { summary.quota = quota.left(at: now) }
        return summary
    }
}
