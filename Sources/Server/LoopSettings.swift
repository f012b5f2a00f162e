import Curl
import Relay

/// Everything that one loop serves by; a reload puts another one in its place, as a whole.
struct LoopSettings: Sendable {
    /// Keys, gateways and catalog: the loop's own handle to them.
    let snapshot: Snapshot
    /// How providers are called.
    let transfers: TransferSettings
    /// What reserves and settles; nil where no money is handled.
    let cashier: Cashier?
    /// Where a line for each request goes.
    let accessLog: AccessLog
}
