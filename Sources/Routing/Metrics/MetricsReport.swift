/// All that was measured, as of one moment, with its names.
package struct MetricsReport: Equatable, Sendable {
    /// What was measured of one subject.
    package struct Entry: Equatable, Sendable {
        /// What it speaks of.
        package let subject: MetricsSubject
        /// What was measured.
        package let summary: MetricsSummary

        /// The number by which a view finds it.
        package let number: UInt64

        /// What was measured of a subject.
        package init(_ subject: MetricsSubject, _ summary: MetricsSummary) {
            self.init(subject, summary, number: MetricsView.number(of: subject))
        }

        init(_ subject: MetricsSubject, _ summary: MetricsSummary, number: UInt64) {
            self.subject = subject
            self.summary = summary
            self.number = number
        }
    }

    /// Every subject of which something was measured, once, in no order.
    package var entries: [Entry]

    /// A report.
    package init(_ entries: [Entry] = []) {
        self.entries = entries
    }
}
