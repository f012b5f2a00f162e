import Accounting
import ControlPlane
import Platform
import Routing

/// What the housekeeping thread tells a loop.
enum LoopMessage: Sendable {
    /// Serve by these settings from now on, and say so.
    case adopt(LoopSettings, ticket: Int)
    /// What all loops measured of late.
    case metrics(MetricsView)
    /// A batch of what this loop measured has arrived.
    case batchArrived
    /// Tell what you are doing.
    case report(ticket: Int)
    /// The long work of that number is done.
    case workDone(number: Int)
    /// Another worker set money aside under that number, or did not.
    case reserved(number: Int, LedgerAnswer)
    /// Another worker raised a claim under that number, or did not.
    case raised(number: Int, ClaimRecord?)
    /// What was settled under that number is written.
    case settled(number: Int)
    /// What the API was asked under that number has its answer.
    case controlAnswered(number: Int, ControlReply)
    /// There is something to send to who is told of events under that number.
    case eventsCame(number: Int)
    /// Accept no more and end when the last connection has.
    case drain(IdleConnections)
    /// End now.
    case stop
}

/// What becomes of connections without a request when a worker drains.
enum IdleConnections: Sendable {
    /// They are closed: the gateway takes no requests at all, so that a request on one of them would
    /// have nowhere to go in any case.
    case close
    /// They wait for the web server to close them, or for one more request: at a hand-over none may
    /// be lost, and a web server sends none twice that may have arrived.
    case wait
}

/// What a loop tells the housekeeping thread.
enum HousekeepingMessage: Sendable {
    /// The settings of that ticket are in force on one loop.
    case adopted(by: Int, ticket: Int)
    /// What one loop is doing.
    case report(LoopReport, ticket: Int)
    /// Attempts that have ended on one loop.
    case measured([AttemptSample], by: Int)
    /// The ledger was read, or can't be used, or can be again.
    case ledgerChanged
    /// What the cashier has done by the worker that has the ledger.
    case errand(LedgerErrand)
    /// What was asked of the ledger under that number has its answer.
    case ledgerAnswered(Int, [UInt8])
    /// A change was stored: tell when it is in force up to that line, or why it is not.
    case stored(sequence: UInt64, then: @Sendable (ReloadResult) -> Void)
    /// Have money given by whoever has the ledger, and tell what came of it.
    case grant(GrantOrder, then: @Sendable (GrantAnswer) -> Void)
    /// What somebody at the command line asked for under that number has its answer.
    case called(Int, APIAnswer)
    /// A management key was used.
    case used(KeyUse)
    /// There is something to send to who watches under that number.
    case live(Int)
    /// One loop has ended.
    case loopEnded(Int)
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
