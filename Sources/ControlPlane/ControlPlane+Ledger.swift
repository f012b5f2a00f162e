import Access
import Ledger
import Model
import Storage

/// What the ledger is asked for: it is read beside the worker that writes it.
extension ControlPlane {
    /// Asks the ledger; `nothing` where there is none yet.
    func asking<R>(
        _ nothing: R,
        _ body: (LedgerReader) throws(LedgerError) -> R
    ) throws(APIError) -> R {
        do throws(LedgerError) {
            if ledger == nil { ledger = try LedgerReader.open(directory.ledgerPath) }
            guard let ledger else { return nothing }
            return try body(ledger)
        } catch {
            // It may be another file by the next time.
            ledger = nil
            throw APIError(.notStored, "The ledger can't be read: \(error)")
        }
    }

    /// The account whose money is asked for: the caller's own, for an admin the one it names; nil for
    /// all of them.
    func ledgerAccount(_ call: APICall) throws(APIError) -> AccountID? {
        guard let named = call.query["accountId"] else { return call.caller.scope.accountID }
        return try account(AccountID(named), of: call, at: "parameter")
    }
}

extension APICall {
    /// A moment of the query; nil where it is not said.
    func moment(_ name: String) throws(APIError) -> Timestamp? {
        guard let text = query[name] else { return nil }
        guard let moment = Timestamp(text) else {
            throw APIError(
                .invalid,
                "\(name) must be a time such as 2026-11-21T00:00:00Z.",
                details: ["parameter": name]
            )
        }
        return moment
    }

    /// The stretch of time that the query says: it must have a beginning.
    func stretch() throws(APIError) -> (start: Timestamp, end: Timestamp) {
        guard let start = try moment("startTime") else {
            throw APIError(
                .fieldMissing,
                "startTime is missing: say since when.",
                details: ["parameter": "startTime"]
            )
        }
        let end = try moment("endTime") ?? now
        guard start <= end else {
            throw APIError(
                .invalid,
                "endTime must not be before startTime.",
                details: ["parameter": "endTime"]
            )
        }
        return (start, end)
    }

    /// Whether a parameter of the query says so; false where it is not said.
    func flag(_ name: String) throws(APIError) -> Bool {
        switch query[name] {
        case nil, "false": return false
        case "true": return true
        default:
            throw APIError(
                .invalid,
                "\(name) must be true or false.",
                details: ["parameter": name]
            )
        }
    }

    /// A place in a list, which only the ledger reads.
    func cursor<Cursor>(_ read: (String) -> Cursor?) throws(APIError) -> Cursor? {
        guard let text = query["cursor"] else { return nil }
        guard let cursor = read(text) else {
            throw APIError(
                .invalid,
                "cursor must be that of a nextPageUri.",
                details: ["parameter": "cursor"]
            )
        }
        return cursor
    }
}
