import Access
import Model
import Storage

/// `/gateway-config`: what an account tightens for itself.
extension ControlPlane {
    static let settingsRoutes: [APIRoute] = [
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
            let recorded = RecordedChange(
                action: "update",
                type: "gateway-config",
                id: account.rawValue,
                account: account,
                fields: fields
            )
            return ([.accountSettings(changed)], recorded)
        }
        return .stored(generation: generation, APIAnswer(200, AccountSettingsView(changed)))
    }

    private func settings(of account: AccountID) -> AccountSettings {
        accounts.settings[account]
            ?? AccountSettings(of: account, at: Timestamp(milliseconds: 0), by: "gateway.yaml")
    }

    /// The account that the query names, or that of the caller.
    private func asked(_ call: APICall) throws(APIError) -> AccountID {
        let named = call.query["accountId"].map { AccountID($0) }
        return try account(named, of: call, at: "parameter")
    }
}
