import Access
import Model
import Storage

/// `/access-keys`.
extension ControlPlane {
    static let accessKeyRoutes: [APIRoute] = [
        APIRoute(
            "GET",
            "/access-keys",
            .read,
            parameters: APIRoute.listParameters + ["accessKeyConfigurationId", "search"],
            ControlPlane.listAccessKeys
        ),
        APIRoute("POST", "/access-keys", .account, ControlPlane.createAccessKey),
        APIRoute("GET", "/access-keys/{id}", .read, ControlPlane.readAccessKey),
        APIRoute("PATCH", "/access-keys/{id}", .account, ControlPlane.updateAccessKey),
        APIRoute("DELETE", "/access-keys/{id}", .account, ControlPlane.deleteAccessKey),
    ]

    private func listAccessKeys(_ call: APICall) throws(APIError) -> APIOutcome {
        let page = try APIPage(call)
        var query = KeyQuery()
        query.account = call.caller.scope.accountID
        query.configuration = call.query["accessKeyConfigurationId"].map { ConfigurationID($0) }
        query.before = page.beforeID.map { AccessKeyID($0) }
        query.search = call.query["search"]
        let found = try reading { () throws(StorageError) in
            try store.accessKeys(query, limit: page.limit + 1)
        }
        let shown = found.prefix(page.limit)
        let last = found.count > page.limit ? shown.last?.id.rawValue : nil
        return .answer(
            APIAnswer("aiGatewayAccessKeys", shown.map(view), of: call, nextBefore: last)
        )
    }

    private func readAccessKey(_ call: APICall) throws(APIError) -> APIOutcome {
        .answer(APIAnswer(200, view(try accessKey(call))))
    }

    private func createAccessKey(_ call: APICall) throws(APIError) -> APIOutcome {
        let (draft, fields) = try call.draft(AccessKeyDraft.init(_:))
        let (made, token, generation) = try create(draft, fields, call)
        var view = view(made)
        view.token = token
        return .stored(generation: generation, APIAnswer(201, view))
    }

    private func updateAccessKey(_ call: APICall) throws(APIError) -> APIOutcome {
        let (draft, fields) = try call.draft(AccessKeyDraft.init(_:))
        let (key, generation) = try update(draft, fields, call)
        return .stored(generation: generation, APIAnswer(200, view(key)))
    }

    func deleteAccessKey(_ call: APICall) throws(APIError) -> APIOutcome {
        let generation = try change(call) { () throws(APIError) in
            let key = try accessKey(call)
            try call.requireMatch(view(key).tag)
            return ([.accessKeyDeleted(key.id)], recorded("delete", key, []))
        }
        return .stored(generation: generation, APIAnswer(204))
    }

    // MARK: Changes

    /// Makes a key, and its token.
    func create(
        _ draft: AccessKeyDraft,
        _ fields: [String],
        _ call: APICall
    ) throws(APIError) -> (key: AccessKeyRecord, token: Secret, generation: UInt64) {
        let owner = try account(draft.accountID, of: call)
        guard let format = TokenFormat(prefix: configuration.tokenPrefix) else {
            throw APIError(.notStored, "token_prefix must be 1 to 16 small letters and digits.")
        }
        var random = SystemRandomNumberGenerator()
        let token = format.generate(using: &random)
        var key = AccessKeyRecord(
            of: token,
            id: .make(at: call.now, using: &random),
            accountID: owner,
            createdAt: call.now,
            createdBy: call.caller.author
        )
        try drafting { () throws(DraftError) in
            try draft.apply(to: &key, at: call.now, by: call.caller.author)
        }
        let made = key
        let generation = try change(call) { () throws(APIError) in
            try check(draft, for: owner)
            return ([.accessKey(made)], recorded("create", made, fields))
        }
        return (made, token.text, generation)
    }

    /// Changes the key of the path.
    func update(
        _ draft: AccessKeyDraft,
        _ fields: [String],
        _ call: APICall
    ) throws(APIError) -> (key: AccessKeyRecord, generation: UInt64) {
        var key = try accessKey(call)
        let generation = try change(call) { () throws(APIError) in
            key = try accessKey(call)
            try call.requireMatch(view(key).tag)
            try check(draft, for: key.accountID)
            try drafting { () throws(DraftError) in
                try draft.apply(to: &key, at: call.now, by: call.caller.author)
            }
            return ([.accessKey(key)], recorded("update", key, fields))
        }
        return (key, generation)
    }

    // MARK: Parts

    /// The key of the path, which must be there for the caller.
    func accessKey(_ call: APICall) throws(APIError) -> AccessKeyRecord {
        let key = try reading { () throws(StorageError) in
            try store.accessKey(AccessKeyID(call.id))
        }
        guard let key, call.caller.sees(key.accountID) else {
            throw .missing("access key", call.id)
        }
        return key
    }

    private func view(_ key: AccessKeyRecord) -> AccessKeyView {
        AccessKeyView(
            key,
            under: key.configurationID.flatMap { index.others.configurations.records[$0] },
            lastUsed: lastUse(of: key.id.rawValue)
        )
    }

    private func recorded(
        _ action: String,
        _ key: AccessKeyRecord,
        _ fields: [String]
    ) -> RecordedChange {
        RecordedChange(
            action: action,
            type: "access-key",
            id: key.id.rawValue,
            account: key.accountID,
            fields: fields
        )
    }

    /// Refuses what refers to something that is not there.
    private func check(_ draft: AccessKeyDraft, for account: AccountID) throws(APIError) {
        if case .some(let id?) = draft.gatewayID {
            try requireGateway(id, for: account)
        }
        if case .some(let id?) = draft.configurationID {
            guard let record = index.others.configurations.records[id], record.accountID == account
            else {
                throw APIError(
                    .invalid,
                    "accessKeyConfigurationId: there is no configuration \"\(id)\".",
                    details: ["field": "accessKeyConfigurationId"]
                )
            }
        }
    }
}
