import Model

/// The attempts of one model with one key, of one account at one gateway, in the last minutes.
struct MetricsSeries {
    /// What tells it from the others.
    struct Name: Hashable {
        /// The provider is a part of it.
        let model: String
        let key: Credential.Source
        let account: AccountID
        let gateway: GatewayID
    }

    /// The attempts that ended in one minute: there are fifteen of them, so that they are small.
    private struct Part {
        let minute: Int
        var tally = MetricsTally<SparseBuckets>()
    }

    let name: Name
    let isKnown: Bool
    /// The subjects whose summaries it is a part of.
    let subjects: [(subject: MetricsSubject, number: UInt64)]
    private(set) var lastUse: ContinuousClock.Instant
    /// In order, none of them empty.
    private var parts: [Part] = []
    /// All parts together.
    private(set) var total = MetricsTally<DenseBuckets>()
    /// What the provider last said.
    private(set) var quota: ToldQuota?

    /// The series that an attempt begins.
    init(_ name: Name, of sample: AttemptSample) {
        self.name = name
        isKnown = sample.isKnown
        lastUse = sample.end
        var subjects: [MetricsSubject] = [
            MetricsSubject(model: name.model, scope: .global),
            MetricsSubject(model: name.model, scope: .account(name.account)),
            MetricsSubject(model: name.model, scope: .gateway(name.gateway)),
        ]
        if let key = name.key.name(at: sample.provider) {
            subjects.append(MetricsSubject(model: name.model, scope: .key(key)))
            subjects.append(MetricsSubject(model: nil, scope: .key(key)))
        }
        self.subjects = subjects.map { ($0, MetricsView.number(of: $0)) }
    }

    /// Whether nothing is left to tell of it.
    var isEmpty: Bool { parts.isEmpty && quota == nil }

    mutating func add(_ sample: AttemptSample, in minute: Int) {
        lastUse = max(lastUse, sample.end)
        if let told = sample.quota, told.moment >= quota?.moment ?? told.moment { quota = told }
        guard let measure = sample.measure else { return }
        total.add(measure)
        // Loops hand over at different times: a late one speaks of a minute before the last.
        let place = parts.firstIndex { $0.minute >= minute } ?? parts.endIndex
        if place == parts.endIndex || parts[place].minute != minute {
            parts.insert(Part(minute: minute), at: place)
        }
        parts[place].tally.add(measure)
    }

    /// Forgets the minutes before one, and a quota of before a moment.
    mutating func forget(before minute: Int, _ moment: ContinuousClock.Instant) {
        while let first = parts.first, first.minute < minute {
            total.subtract(first.tally)
            parts.removeFirst()
        }
        if let quota, quota.moment < moment { self.quota = nil }
    }
}
