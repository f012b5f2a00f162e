/// A kind of service that a request asks for by name and that has a price of its own.
///
/// A request may have several: a fast answer from American machines.
package struct ServiceTiers: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// An answer within a day.
    package static let batch = ServiceTiers(rawValue: 1)
    /// An answer when there is room.
    package static let flex = ServiceTiers(rawValue: 1 << 1)
    /// An answer before others.
    package static let priority = ServiceTiers(rawValue: 1 << 2)
    /// An answer at a higher speed.
    package static let fast = ServiceTiers(rawValue: 1 << 3)
    /// An answer at the highest speed.
    package static let ultrafast = ServiceTiers(rawValue: 1 << 4)
    /// An answer from machines of one region.
    package static let regional = ServiceTiers(rawValue: 1 << 5)

    private static let rows: [(name: String, tier: ServiceTiers)] = [
        ("batch", .batch), ("flex", .flex), ("priority", .priority), ("fast", .fast),
        ("ultrafast", .ultrafast), ("regional", .regional),
    ]

    /// What tiers are called in files.
    package static let names = rows.map(\.name)

    /// The tier of that name.
    package init?(name: String) {
        guard let row = ServiceTiers.rows.first(where: { $0.name == name }) else { return nil }
        self = row.tier
    }

    /// The names of the tiers in it.
    package var names: [String] {
        ServiceTiers.rows.filter { contains($0.tier) }.map(\.name)
    }
}

/// A part of every day, in minutes after midnight UTC; it may go past midnight.
package struct DailyHours: Hashable, Sendable, CustomStringConvertible {
    /// The first minute of it.
    package let from: UInt16
    /// The first minute after it.
    package let to: UInt16

    /// Reads `01:00-04:00`, or `22:00-02:00`; nil for everything else, and for
    /// hours that are none or all of the day.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let from = Self.minutes(parts[0]), let to = Self.minutes(parts[1]),
            from < 1440, from != to, from != to % 1440
        else { return nil }
        self.from = from
        self.to = to
    }

    /// `06:30`, or `24:00` for the day's end.
    private static func minutes(_ text: Substring) -> UInt16? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard text.utf8.count == 5, parts.count == 2, parts[0].utf8.count == 2,
            parts.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            let hour = UInt16(parts[0]), let minute = UInt16(parts[1]), minute < 60,
            hour * 60 + minute <= 1440
        else { return nil }
        return hour * 60 + minute
    }

    /// Whether a moment lies in it.
    func contains(_ moment: Timestamp) -> Bool {
        let second = floorDivide(moment.unixSecond, 86_400).remainder
        let minute = UInt16(second / 60)
        return from < to ? (from..<to).contains(minute) : minute >= from || minute < to
    }

    /// `01:00-04:00`.
    package var description: String { "\(Self.text(from))-\(Self.text(to))" }

    private static func text(_ minutes: UInt16) -> String {
        func two(_ number: UInt16) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(two(minutes / 60)):\(two(minutes % 60))"
    }
}

/// What decides which prices hold for a request, all of it known when the request begins.
package struct PriceConditions: Hashable, Sendable {
    /// When it begins.
    package var moment: Timestamp
    /// All its input tokens, cached ones too.
    package var promptTokens: Int
    /// The kinds of service it asks for.
    package var tiers: ServiceTiers

    /// Conditions of a request.
    package init(at moment: Timestamp, promptTokens: Int = 0, tiers: ServiceTiers = []) {
        self.moment = moment
        self.promptTokens = promptTokens
        self.tiers = tiers
    }
}

/// Other prices than the usual ones, for requests that meet all the conditions it has.
package struct PriceRule: Hashable, Sendable {
    /// What it does to the prices found so far.
    package enum Effect: Hashable, Sendable {
        /// These take the place of those; kinds that have none here keep theirs.
        case prices(TokenRates)
        /// All are multiplied.
        case factor(PriceFactor)
    }

    /// The first moment at which it holds.
    package var from: Timestamp?
    /// The first moment at which it holds no more.
    package var to: Timestamp?
    /// The hours at which it holds; at all of them where there are none.
    package var utcHours: [DailyHours] = []
    /// The least input tokens of a request, which then costs these prices as a whole.
    package var minPromptTokens = 0
    /// The kinds of service that it is for, all of them.
    package var tiers: ServiceTiers = []
    /// What it does.
    package var effect: Effect
    /// Where it was read, where that is not where the usual prices were.
    package var source: String?
    /// When it was read there.
    package var asOf: CalendarDay?

    /// A rule without conditions.
    package init(_ effect: Effect) {
        self.effect = effect
    }

    /// Whether the request meets the conditions.
    package func holds(_ conditions: PriceConditions) -> Bool {
        if let from, conditions.moment < from { return false }
        if let to, conditions.moment >= to { return false }
        return conditions.promptTokens >= minPromptTokens && conditions.tiers.isSuperset(of: tiers)
            && (utcHours.isEmpty || utcHours.contains { $0.contains(conditions.moment) })
    }
}
