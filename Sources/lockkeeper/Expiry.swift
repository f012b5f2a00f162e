import ArgumentParser
import JSON
import Model
import Platform
import Storage

/// When a key expires, as the command line says it.
enum Expiry: ExpressibleByArgument {
    case at(Timestamp)
    case after(milliseconds: Int64)
    case never

    init?(argument: String) {
        if argument == "never" {
            self = .never
        } else if let moment = Timestamp(argument) {
            self = .at(moment)
        } else if let unit = argument.last.flatMap({ Expiry.units[$0] }),
            let count = Int64(argument.dropLast()), (1...1_000_000).contains(count)
        {
            self = .after(milliseconds: count * unit)
        } else {
            return nil
        }
    }

    private static let units: [Character: Int64] = [
        "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000,
    ]

    static let help: ArgumentHelp = ArgumentHelp(
        "When it is refused from: 2027-01-31T00:00:00Z, 90d, 12h, or never.",
        valueName: "time"
    )

    /// Writes the member that says it.
    func write(into writer: inout JSONWriter) {
        let now = Timestamp(milliseconds: WallClock.milliseconds())
        writer.member("expiresAt", moment(from: now)?.description)
    }

    /// The moment, nil for never.
    func moment(from now: Timestamp) -> Timestamp? {
        switch self {
        case .at(let moment): moment
        case .after(let milliseconds): Timestamp(milliseconds: now.milliseconds + milliseconds)
        case .never: nil
        }
    }
}
