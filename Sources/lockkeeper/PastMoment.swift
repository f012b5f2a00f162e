import ArgumentParser
import Ledger
import Model

/// A moment that has been, as the command line says it.
enum PastMoment: ExpressibleByArgument {
    case at(Timestamp)
    case ago(milliseconds: Int64)

    init?(argument: String) {
        switch Expiry(argument: argument) {
        case .at(let moment): self = .at(moment)
        case .after(let milliseconds): self = .ago(milliseconds: milliseconds)
        case .never, nil: return nil
        }
    }

    var defaultValueDescription: String {
        switch self {
        case .at(let moment): moment.description
        case .ago(let milliseconds): "\(milliseconds / 3_600_000)h"
        }
    }

    /// The moment, for who looks back from another one.
    func moment(at now: Timestamp) -> Timestamp {
        switch self {
        case .at(let moment): moment
        case .ago(let milliseconds): Timestamp(milliseconds: now.milliseconds - milliseconds)
        }
    }
}

extension UsageGrouping: ExpressibleByArgument {}
