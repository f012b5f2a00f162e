import Access
import Model
import Storage

/// `/accounts`, and what an account sets for itself: `/gateway-config`.
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
        APIRoute(
            "GET",
            "/gateway-config",
            .read,
            parameters: ["accountId"],
            ControlPlane.readSettings
        ),
        APIRoute(
            "PATCH",
            "/gateway-config",
            .account,
            parameters: ["accountId"],
            ControlPlane.updateSettings
        ),
    ]

    private func listAccounts(_ call: APICall) throws(APIError) -> APIOutcome {
        let (records, hasMore) = try APIPage(call)
            .cut(configuration.allAccounts(accounts)) { ($0.createdAt, $0.id.rawValue) }
        return .answer(
            APIAnswer(
                "accounts",
                records.map(view),
                of: call,
                nextBefore: hasMore ? records.last?.id.rawValue : nil
            )
        )
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
            return ([.account(record)], recorded("create", record.id, "account", fields))
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
            return ([.account(record)], recorded("update", record.id, "account", fields))
        }
        return .stored(generation: generation, APIAnswer(200, view(record)))
    }

    private func readSettings(_ call: APICall) throws(APIError) -> APIOutcome {
        .answer(APIAnswer(200, AccountSettingsView(settings(of: try asked(call)))))
    }

    private func updateSettings(_ call: APICall) throws(APIError) -> APIOutcome {
        let (draft, fields) = try call.draft(AccountSettingsDraft.init)
        let account = try asked(call)
        var changed = settings(of: account)
        let generation = try change(call) { () throws(APIError) in
            try call.requireMatch(AccountSettingsView(settings(of: account)).tag)
            changed = draft.changed(
                account,
                of: accounts,
                at: call.now,
                by: call.caller.author
            )
            return (
                [.accountSettings(changed)],
                recorded("update", account, "gateway-config", fields)
            )
        }
        return .stored(
            generation: generation,
            APIAnswer(200, AccountSettingsView(changed))
        )
    }

    // MARK: Parts

    private var accounts: StoredAccounts { index.others.accounts }

    private func settings(of account: AccountID) -> AccountSettings {
        accounts.settings[account]
            ?? AccountSettings(of: account, at: Timestamp(milliseconds: 0), by: "gateway.yaml")
    }

    /// The account that the query names, or that of the caller.
    private func asked(_ call: APICall) throws(APIError) -> AccountID {
        try account(call.query["accountId"].map { AccountID($0) }, of: call)
    }

    private func account(_ call: APICall) throws(APIError) -> AccountRecord {
        let id = AccountID(call.id)
        guard configuration.hasAccount(id, accounts) else { throw .missing("account", call.id) }
        return accounts[id]
    }

    /// The account that something new is for, which must exist.
    func account(_ named: AccountID?, of call: APICall) throws(APIError) -> AccountID {
        let account = try call.account(named)
        guard configuration.hasAccount(account, accounts) else {
            throw APIError(
                .invalid,
                "accountId: there is no account \"\(account)\".",
                details: ["field": "accountId"]
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
        _ type: String,
        _ fields: [String]
    ) -> RecordedChange {
        RecordedChange(
            action: action,
            type: type,
            id: id.rawValue,
            account: id,
            fields: fields
        )
    }
}
