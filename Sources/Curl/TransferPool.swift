package import Platform

/// The upstream side of one event loop: starts transfers and keeps their connections warm.
///
/// Connections opened under the operator's rules and those opened under the rules for accounts live
/// in different multi handles, so that a transfer never re-uses a connection to an address that
/// its own rule would refuse.
package final class TransferPool {
    private let loop: EventLoop
    private let settings: TransferSettings
    /// One multi handle of each kind that was needed, the one that was needed last at the end.
    private var multis: [MultiHandle] = []

    /// The most multi handles that are kept; accounts' rules change with each reload.
    private static let keptMultis = 4

    /// A pool without connections.
    package init(loop: EventLoop, settings: TransferSettings = TransferSettings()) {
        self.loop = loop
        self.settings = settings
    }

    deinit {
        close()
    }

    /// Starts a transfer.
    ///
    /// The handler is called from the loop's turn, never from inside this call; a request that can't
    /// be sent ends with ``TransferFailure/invalidRequest(_:)`` like any other.
    @discardableResult package func start(
        _ request: borrowing TransferRequest,
        handler: any TransferHandler
    ) -> Transfer {
        multi(of: MultiHandle.Kind(for: request)).start(request, handler: handler)
    }

    /// The rule for providers made by an account.
    package var accountRule: AddressRule {
        settings.accountRanges.isEmpty ? .accountProvider : .allow(settings.accountRanges)
    }

    /// How many transfers run.
    package var activeCount: Int {
        multis.reduce(0) { $0 + $1.activeCount }
    }

    /// Cancels what runs and closes all connections.
    ///
    /// The pool is not to be used afterwards.
    package func close() {
        let multis = multis
        self.multis = []
        for multi in multis { multi.close() }
    }

    private func multi(of kind: MultiHandle.Kind) -> MultiHandle {
        if let last = multis.last, last.kind == kind { return last }
        if let place = multis.firstIndex(where: { $0.kind == kind }) {
            multis.append(multis.remove(at: place))
            return multis[multis.count - 1]
        }
        if multis.count >= TransferPool.keptMultis { closeUnused() }
        let multi = MultiHandle(loop: loop, settings: settings, kind: kind)
        multis.append(multi)
        return multi
    }

    /// Closes multi handles without transfers, the least recently needed first.
    private func closeUnused() {
        for multi in multis where multi.activeCount == 0 && multis.count >= TransferPool.keptMultis
        {
            multis.removeAll { $0 === multi }
            multi.close()
        }
    }
}
