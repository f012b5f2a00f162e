import Access
import Model
import Storage

/// `/api-keys`: the management keys.
extension ControlPlane {
    static let managementKeyRoutes: [APIRoute] = [
        APIRoute(
            "GET",
            "/api-keys",
            .read,
            parameters: APIRoute.listParameters,
            ControlPlane.listManagementKeys
        ),
        APIRoute("POST", "/api-keys", .account, ControlPlane.createManagementKey),
        APIRoute("GET", "/api-keys/{id}", .read, ControlPlane.readManagementKey),
        APIRoute("PATCH", "/api-keys/{id}", .account, ControlPlane.updateManagementKey),
        APIRoute("DELETE", "/api-keys/{id}", .account, ControlPlane.deleteManagementKey),
    ]

    private func listManagementKeys(_ call: APICall) throws(APIError) -> APIOutcome {
        let seen = index.others.managementKeys.records.values.filter { sees($0, call.caller) }
        let (keys, hasMore) = try APIPage(call).cut(seen) { ($0.createdAt, $0.id.rawValue) }
        let last = hasMore ? keys.last?.id.rawValue : nil
        return .answer(APIAnswer("aiGatewayApiKeys", keys.map(view), of: call, nextBefore: last))
    }

    private func readManagementKey(_ call: APICall) throws(APIError) -> APIOutcome {
        .answer(APIAnswer(200, view(try managementKey(call))))
    }

    private func createManagementKey(_ call: APICall) throws(APIError) -> APIOutcome {
        let (draft, fields) = try call.draft(ManagementKeyDraft.init)
        let scope = try scope(of: draft, for: call)
        var random = SystemRandomNumberGenerator()
        let token = TokenFormat.management.generate(using: &random)
        var key = ManagementKeyRecord(
            of: token,
            id: .make(at: call.now, using: &random),
            scope: scope,
            createdAt: call.now,
            createdBy: call.caller.author
        )
        try drafting { () throws(DraftError) in
            var rest = draft
            rest.role = nil
            rest.accountID = nil
            try rest.apply(to: &key, at: call.now, by: call.caller.author)
        }
        let made = key
        let generation = try change(call) { () throws(APIError) in
            ([.managementKey(made)], recorded("create", made, fields))
        }
        var view = view(made)
        view.token = token.text
        return .stored(generation: generation, APIAnswer(201, view))
    }

    private func updateManagementKey(_ call: APICall) throws(APIError) -> APIOutcome {
        let (draft, fields) = try call.draft(ManagementKeyDraft.init)
        var key = try managementKey(call)
        let generation = try change(call) { () throws(APIError) in
            key = try managementKey(call)
            try call.requireMatch(view(key).tag)
            try drafting { () throws(DraftError) in
                try draft.apply(to: &key, at: call.now, by: call.caller.author)
            }
            return ([.managementKey(key)], recorded("update", key, fields))
        }
        return .stored(generation: generation, APIAnswer(200, view(key)))
    }

    private func deleteManagementKey(_ call: APICall) throws(APIError) -> APIOutcome {
        let generation = try change(call) { () throws(APIError) in
            let key = try managementKey(call)
            try call.requireMatch(view(key).tag)
            return ([.managementKeyDeleted(key.id)], recorded("delete", key, []))
        }
        return .stored(generation: generation, APIAnswer(204))
    }

    // MARK: Parts

    /// What a new key may do: no more than the one by which it is made.
    private func scope(
        of draft: ManagementKeyDraft,
        for call: APICall
    ) throws(APIError) -> ManagementScope {
        if draft.role == .admin, call.caller.scope != .admin {
            throw APIError(
                .notAllowed,
                "An admin's key is made by an admin alone.",
                details: ["field": "role"]
            )
        }
        let owner = try account(draft.accountID, of: call)
        return try drafting { () throws(DraftError) in try draft.scope(orIn: owner) }
    }

    private func managementKey(_ call: APICall) throws(APIError) -> ManagementKeyRecord {
        let record = index.others.managementKeys.records[ManagementKeyID(call.id)]
        guard let record, sees(record, call.caller) else {
            throw .missing("management key", call.id)
        }
        return record
    }

    /// An admin's key belongs to no account, and is there for admins alone.
    private func sees(_ key: ManagementKeyRecord, _ caller: APICaller) -> Bool {
        key.accountID.map { caller.sees($0) } ?? (caller.scope == .admin)
    }

    private func view(_ key: ManagementKeyRecord) -> ManagementKeyView {
        ManagementKeyView(key, lastUsed: lastUse(of: key.id.rawValue))
    }

    private func recorded(
        _ action: String,
        _ key: ManagementKeyRecord,
        _ fields: [String]
    ) -> RecordedChange {
        RecordedChange(
            action: action,
            type: "api-key",
            id: key.id.rawValue,
            account: key.accountID,
            fields: fields
        )
    }
}
