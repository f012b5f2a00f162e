/// Where an answer's time went, for `Server-Timing` (W3C Server Timing), in milliseconds.
struct ServerTiming: Sendable {
    /// From the request's arrival to the start of the attempt that answered.
    let gateway: Duration
    /// From there to the upstream's head.
    let upstream: Duration

    /// `Server-Timing: gateway;dur=0.1, upstream;dur=212.0`.
    func write(into lines: inout [UInt8]) {
        lines.add("Server-Timing: gateway;dur=")
        write(gateway, into: &lines)
        lines.add(", upstream;dur=")
        write(upstream, into: &lines)
        lines.add("\r\n")
    }

    private func write(_ duration: Duration, into lines: inout [UInt8]) {
        let (seconds, attoseconds) = duration.components
        let microseconds = max(0, seconds * 1_000_000 + attoseconds / 1_000_000_000_000)
        lines.addDecimal(Int(microseconds / 1000))
        lines.add(".")
        lines.addDecimal(Int(microseconds % 1000 / 100))
    }
}
