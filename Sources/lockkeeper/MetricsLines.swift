import Model
import Routing
import Server

/// What was measured of late, a line for each of the models that are used most.
struct MetricsLines {
    /// The models that get a line.
    private static let models = 10

    private let entries: [MetricsReport.Entry]

    init(_ report: MetricsReport) {
        entries =
            report.entries
            .filter { $0.subject.scope == .global && $0.summary.requestCount > 0 }
            .sorted { ($1.summary.requestCount, $0.name) < ($0.summary.requestCount, $1.name) }
    }

    /// The lines, without their title.
    var lines: [String] {
        entries.prefix(Self.models).map { entry in
            let summary = entry.summary
            var parts = [
                "\(entry.name): \(summary.requestCount) requests",
                "\(percent(summary.errors.total)) failed",
            ]
            if summary.upstream.p95 > 0 { parts.append("answers in \(times(summary.upstream))") }
            if summary.timeToFirstToken.p95 > 0 {
                parts.append("first token after \(times(summary.timeToFirstToken))")
            }
            return parts.joined(separator: ", ")
        }
    }

    private func times(_ timing: Timing) -> String {
        "\(milliseconds(timing.average)) ms (p95 \(milliseconds(timing.p95)))"
    }

    private func milliseconds(_ value: Double) -> Int { Int(value.rounded()) }

    private func percent(_ share: Double) -> String {
        let permille = Int((share * 1000).rounded())
        return permille % 10 == 0 ? "\(permille / 10) %" : "\(permille / 10).\(permille % 10) %"
    }
}

extension MetricsReport.Entry {
    fileprivate var name: String { subject.model ?? "" }
}
