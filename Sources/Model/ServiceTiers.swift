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
