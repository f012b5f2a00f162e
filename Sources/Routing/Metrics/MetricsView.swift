/// All that was measured, as of one moment, made ready for look-ups of some nanoseconds.
///
/// It never changes. Each loop gets one of its own, so that no request counts a reference that
/// another thread counts.
package final class MetricsView: Sendable {
    private let summaries: [MetricsSummary]
    /// Places in `summaries` by number: open addressing, at most half full; -1 where nothing is.
    private let places: [Int32]
    private let numbers: [UInt64]
    private let mask: Int

    /// A view of a report.
    package init(_ report: MetricsReport) {
        var size = 2
        while size < report.entries.count * 2 { size *= 2 }
        var places = [Int32](repeating: -1, count: size)
        var numbers = [UInt64](repeating: 0, count: size)
        for (place, entry) in report.entries.enumerated() {
            var index = Int(truncatingIfNeeded: entry.number) & (size - 1)
            while places[index] >= 0 { index = (index + 1) & (size - 1) }
            places[index] = Int32(place)
            numbers[index] = entry.number
        }
        self.places = places
        self.numbers = numbers
        mask = size - 1
        summaries = report.entries.map(\.summary)
    }

    /// Nothing was measured.
    package static let none = MetricsView(MetricsReport())

    /// What was measured of a model; all zero where nothing was.
    package func summary(
        of model: MeasuredModel,
        in scope: MeasuredScope = .global
    ) -> MetricsSummary {
        guard let place = place(model, scope) else { return .none }
        return summaries[place]
    }

    /// What was measured of a key with one model, or with all; all zero where nothing was.
    package func summary(
        ofKey key: MeasuredScope,
        with model: MeasuredModel = .all
    ) -> MetricsSummary {
        summary(of: model, in: key)
    }

    /// Whether anything was measured of a model in a scope.
    package func knows(_ model: MeasuredModel, in scope: MeasuredScope) -> Bool {
        place(model, scope) != nil
    }

    private func place(_ model: MeasuredModel, _ scope: MeasuredScope) -> Int? {
        let number = Self.number(model, scope)
        var index = Int(truncatingIfNeeded: number) & mask
        while places[index] >= 0 {
            if numbers[index] == number { return Int(places[index]) }
            index = (index + 1) & mask
        }
        return nil
    }

    /// The number by which a view finds a subject.
    static func number(of subject: MetricsSubject) -> UInt64 {
        number(subject.model.map { MeasuredModel($0) } ?? .all, MeasuredScope(subject.scope))
    }

    private static func number(_ model: MeasuredModel, _ scope: MeasuredScope) -> UInt64 {
        // Both are hashes already; the product keeps `model` and `scope` apart.
        let mixed = (model.bits ^ scope.bits.byteSwapped) &* 0x9E37_79B9_7F4A_7C15
        return mixed ^ mixed >> 32
    }
}
