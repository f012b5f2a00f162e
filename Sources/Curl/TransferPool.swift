package import Platform

/// The upstream side of one event loop: starts transfers and keeps their connections warm.
///
/// Connections opened under the operator's rules and those opened under the rules for accounts live
/// in different multi handles, so that a transfer never re-uses a connection to an address that
/// its own rule would refuse.
package final class TransferPool {
    private let loop: EventLoop
    private let settings: TransferSettings
    private let operatorMulti: MultiHandle
    /// The multi handle of each list of ranges that accounts' providers were started with; the
    /// last one is in use, older ones (before a reload) only end what they run.
    private var accountMultis: [(rule: AddressRule, multi: MultiHandle)] = []

    /// A pool without connections.
    package init(loop: EventLoop, settings: TransferSettings = TransferSettings()) {
        self.loop = loop
        self.settings = settings
        operatorMulti = MultiHandle(loop: loop, settings: settings, isForAccounts: false)
    }

    /// Starts a transfer.
    ///
    /// The handler is called from the loop's turn, never from inside this call; a request that
    /// can't be sent ends with ``TransferFailure/invalidRequest(_:)`` like any other.
    @discardableResult package func start(
        _ request: borrowing TransferRequest,
        handler: any TransferHandler
    ) -> Transfer {
        let rule = request.addressRule
        return (rule.isForAccounts ? accountMulti(for: rule) : operatorMulti)
            .start(request, handler: handler)
    }

    deinit {
        close()
    }

    /// How many transfers run.
    package var activeCount: Int {
        accountMultis.reduce(operatorMulti.activeCount) { $0 + $1.multi.activeCount }
    }

    /// Cancels what runs and closes all connections.
    ///
    /// The pool is not to be used afterwards.
    package func close() {
        operatorMulti.close()
        for (_, multi) in accountMultis {
            multi.close()
        }
        accountMultis = []
    }

    private func accountMulti(for rule: AddressRule) -> MultiHandle {
        if let last = accountMultis.last, last.rule == rule { return last.multi }
        let old = accountMultis.filter { $0.multi.activeCount == 0 }
        for (_, multi) in old { multi.close() }
        accountMultis.removeAll { $0.multi.activeCount == 0 }
        let multi = MultiHandle(loop: loop, settings: settings, isForAccounts: true)
        accountMultis.append((rule, multi))
        return multi
    }
}
