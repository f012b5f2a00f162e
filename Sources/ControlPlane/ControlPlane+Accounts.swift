import Access
import Model
import Storage

/// `/accounts`: whom the gateways serve.
extension ControlPlane {
    static let accountRoutes: [APIRoute] = [
        APIRoute(
            "GET",
            "/accounts",
            .admin,
            parameters: APIRoute.listParameters,
            ControlPlane.listAccounts
        ),
        APIRoute("POST", "/accounts", .admin, ControlPlane.createAccount),
        APIRoute("GET", "/accounts/{id}", .admin, ControlPlane.readAccount),
        APIRoute("PATCH", "/accounts/{id}", .admin, ControlPlane.updateAccount),
    ]

    private func listAccounts(_ call: APICall) throws(APIError) -> APIOutcome {
        let page = try APIPage(call)
        let all = configuration.allAccounts(accounts)
        // Their names tell nothing of their order, so it can't be guessed where another one was.
        if let before = page.beforeID, !all.contains(where: { $0.id.rawValue == before }) {
            throw .missing("account", before)
        }
        let (records, hasMore) = page.cut(all) { ($0.createdAt, $0.id.rawValue) }
        let last = hasMore ? records.last?.id.rawValue : nil
        return .answer(APIAnswer("accounts", records.map(view), of: call, nextBefore: last))
    }

    private func readAccount(_ call: APICall) throws(APIError) -> APIOutcome {
        .answer(APIAnswer(200, view(try account(call))))
    }

    private func createAccount(_ call: APICall) throws(APIError) -> APIOutcome {
        let (draft, fields) = try call.draft(AccountDraft.init)
        var made: AccountRecord?
        let generation = try change(call) { () throws(APIError) in
            let record = try drafting { () throws(DraftError) in
                try draft.make(beside: accounts, at: call.now, by: call.caller.author)
            }
            made = record
            return ([.account(record)], recorded("create", record.id, fields))
        }
        guard let made else { preconditionFailure("a change that was made was decided on") }
        return .stored(generation: generation, APIAnswer(201, view(made)))
    }

    private func updateAccount(_ call: APICall) throws(APIError) -> APIOutcome {
        let (draft, fields) = try call.draft(AccountDraft.init)
        var record = try account(call)
        let generation = try change(call) { () throws(APIError) in
            record = try account(call)
            try call.requireMatch(view(record).tag)
            record = try drafting { () throws(DraftError) in
                try draft.changed(record.id, of: accounts, at: call.now, by: call.caller.author)
            }
            return ([.account(record)], recorded("update", record.id, fields))
        }
        return .stored(generation: generation, APIAnswer(200, view(record)))
    }

    // MARK: Parts

    /// What the store says of accounts.
    var accounts: StoredAccounts { index.others.accounts }

    private func account(_ call: APICall) throws(APIError) -> AccountRecord {
        let id = AccountID(call.id)
        guard configuration.hasAccount(id, accounts) else { throw .missing("account", call.id) }
        return accounts[id]
    }

    /// The account that something new is for, or that a query names, which must exist.
    ///
    /// - Parameter place: `field` or `parameter`, as the error says where it stands.
    func account(
        _ named: AccountID?,
        of call: APICall,
        at place: String = "field"
    ) throws(APIError) -> AccountID {
        let account = try call.account(named)
        guard configuration.hasAccount(account, accounts) else {
            throw APIError(
                .invalid,
                "accountId: there is no account \"\(account)\".",
                details: [place: "accountId"]
            )
        }
        return account
    }

    private func view(_ record: AccountRecord) -> AccountView {
        AccountView(record, at: configuration.gateways)
    }

    private func recorded(
        _ action: String,
        _ id: AccountID,
        _ fields: [String]
    ) -> RecordedChange {
        RecordedChange(
            action: action,
            type: "account",
            id: id.rawValue,
            account: id,
            fields: fields
        )
    }
}
