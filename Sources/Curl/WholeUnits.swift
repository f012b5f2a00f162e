/// Time in the numbers that libcurl takes.
extension Duration {
    /// The units in which libcurl is told a time.
    enum Unit: Int {
        case seconds = 1
        case milliseconds = 1000
    }

    /// The whole units in it, from 0 to what libcurl's options hold.
    func whole(_ unit: Unit) -> Int {
        let (seconds, attoseconds) = components
        let part = Int(attoseconds) / (1_000_000_000_000_000_000 / unit.rawValue)
        let limit = Int(Int32.max)
        let whole = Int(clamping: seconds).multipliedReportingOverflow(by: unit.rawValue)
        return whole.overflow
            ? (seconds < 0 ? 0 : limit) : min(max(0, whole.partialValue + part), limit)
    }
}
