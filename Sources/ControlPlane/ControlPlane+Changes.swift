import Access
import Model
import Storage

/// What a change is, but for how it was asked for: what the audit trail says of it.
struct RecordedChange {
    /// `create`, `update`, `delete`, `rotate`.
    let action: String
    /// The kind of the record, `access-key`.
    let type: String
    /// Its id.
    let id: String
    /// The account that it belongs to.
    let account: AccountID?
    /// The members that were said.
    var fields: [String] = []
}

extension ControlPlane {
    /// Makes a change durable, and notes it in the audit trail.
    ///
    /// - Parameter decide: says what is stored, by the records as they are now: nobody else changes
    ///   them meanwhile. After an error nothing has changed.
    /// - Returns: the generation that must be in force for the change to be.
    func change(
        _ call: APICall,
        _ decide: () throws(APIError) -> (stored: [StoreChange], recorded: RecordedChange)
    ) throws(APIError) -> UInt64 {
        var refusal: APIError?
        var recorded: RecordedChange?
        let commit: StoreCommit
        do throws(StorageError) {
            commit = try store.commitAll { (_) throws(StorageError) in
                do throws(APIError) {
                    let decision = try decide()
                    recorded = decision.recorded
                    return decision.stored
                } catch {
                    refusal = error
                    throw StorageError(error.message, at: "")
                }
            }
        } catch {
            throw refusal ?? APIError(error)
        }
        keep(commit.notes)
        if let recorded { try note(recorded, by: call) }
        return commit.sequence
    }

    /// What makes records of an account, by the providers as they are now.
    func maker(for account: AccountID, _ call: APICall) -> RecordMaker {
        RecordMaker(
            configuration,
            index.others.customProviders,
            for: account,
            at: call.now,
            by: call.caller.author
        )
    }

    /// Changes a record by what was written.
    func drafting<R>(
        of codes: DraftCodes = .general,
        _ body: () throws(DraftError) -> R
    ) throws(APIError) -> R {
        do throws(DraftError) {
            return try body()
        } catch {
            throw APIError(error, of: codes)
        }
    }

    /// Notes a change in the audit trail.
    func note(_ change: RecordedChange, by call: APICall) throws(APIError) {
        let entry = AuditEntry(
            time: call.now,
            author: call.caller.author,
            role: call.caller.scope.role.rawValue,
            account: change.account,
            method: call.request.method,
            action: change.action,
            resourceType: change.type,
            resourceID: change.id,
            fields: change.fields,
            address: call.request.address
        )
        do throws(StorageError) {
            try audit.append(entry)
        } catch {
            throw APIError(
                .notInForce,
                "It was stored, but the audit trail can't be written: \(error)."
            )
        }
    }
}
