import Platform

/// What the housekeeping thread tells a loop.
enum LoopMessage: Sendable {
    /// Serve by these settings from now on, and say so.
    case adopt(LoopSettings, ticket: Int)
    /// Tell what you are doing.
    case report(ticket: Int)
    /// Accept no more and end when the last request has.
    case drain
    /// End now.
    case stop
}

/// What a loop tells the housekeeping thread.
enum HousekeepingMessage: Sendable {
    /// The settings of that ticket are in force on one loop.
    case adopted(ticket: Int)
    /// What one loop is doing.
    case report(LoopReport, ticket: Int)
    /// One loop has ended.
    case loopEnded
}

/// What one loop is doing.
struct LoopReport: Sendable {
    let index: Int
    let activeRequests: Int
    let connections: Int
    let transfers: Int
    let bodyMemory: Int
    let turns: TurnTimes
}
