/// Who is told what comes back on a ``Transfer``.
///
/// All calls come on the loop's thread, from inside the loop's turn and never from inside
/// `start()`. Each of them may start, pause, resume and cancel transfers, this one too.
package protocol TransferHandler: AnyObject {
    /// The head of the answer is complete: once, before any byte of the body. Informational
    /// (1xx) heads are skipped.
    func transferReceivedHead(_ transfer: Transfer, status: Int, headers: HeaderBlock)

    /// Bytes of the body, whatever the transfer coding was. They are lent for this call.
    func transferReceived(_ transfer: Transfer, _ bytes: Span<UInt8>)

    /// The transfer is over: the last call about it, exactly once, and never after a `cancel()`.
    func transferEnded(_ transfer: Transfer, _ outcome: TransferOutcome)
}

/// How a transfer ended.
package enum TransferOutcome: Sendable, Equatable {
    /// The whole answer was received, whatever its status.
    case complete
    /// The answer is missing or cut.
    case failed(TransferFailure)
}
