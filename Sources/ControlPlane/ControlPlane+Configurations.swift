import Access
import JSON
import Model
import Storage

/// `/access-key-configurations`.
extension ControlPlane {
    private static let path = "/access-key-configurations"

    static let configurationRoutes: [APIRoute] = [
        APIRoute(
            "GET",
            path,
            .read,
            parameters: APIRoute.listParameters,
            ControlPlane.listConfigurations
        ),
        APIRoute("POST", path, .account, ControlPlane.createConfiguration),
        APIRoute("GET", path + "/{id}", .read, ControlPlane.readConfiguration),
        APIRoute("PATCH", path + "/{id}", .account, ControlPlane.updateConfiguration),
        APIRoute("DELETE", path + "/{id}", .account, ControlPlane.deleteConfiguration),
    ]

    private func listConfigurations(_ call: APICall) throws(APIError) -> APIOutcome {
        let seen = index.others.configurations.records.values.filter {
            call.caller.sees($0.accountID)
        }
        let (records, hasMore) = try APIPage(call).cut(seen) { ($0.createdAt, $0.id.rawValue) }
        let last = hasMore ? records.last?.id.rawValue : nil
        return .answer(
            APIAnswer(
                "aiGatewayAccessKeyConfigurations",
                records.map(view),
                of: call,
                nextBefore: last
            )
        )
    }

    private func readConfiguration(_ call: APICall) throws(APIError) -> APIOutcome {
        .answer(APIAnswer(200, view(try keyConfiguration(call))))
    }

    private func createConfiguration(_ call: APICall) throws(APIError) -> APIOutcome {
        let (draft, account, fields) = try configurationDraft(call, takesAccount: true)
        guard let name = draft.name else {
            throw APIError(.fieldMissing, "\"name\" is missing.", details: ["field": "name"])
        }
        let owner = try self.account(account, of: call)
        let master = draft.makesKeys ? try masterKey() : nil
        var random = SystemRandomNumberGenerator()
        var made = KeyConfigurationRecord(
            id: .make(at: call.now, using: &random),
            accountID: owner,
            name: name,
            description: draft.description ?? "",
            metadata: draft.metadata ?? .empty,
            policy: KeyPolicy(),
            budget: draft.budget ?? nil,
            createdAt: call.now,
            updatedAt: call.now,
            createdBy: call.caller.author,
            lastUpdatedBy: call.caller.author
        )
        let generation = try change(call) { () throws(APIError) in
            let newKeys = try apply(draft, to: &made, under: master, call)
            return (try changes(to: made, making: newKeys), recorded("create", made, fields))
        }
        return .stored(generation: generation, APIAnswer(201, view(made)))
    }

    private func updateConfiguration(_ call: APICall) throws(APIError) -> APIOutcome {
        let (draft, _, fields) = try configurationDraft(call, takesAccount: false)
        var record = try keyConfiguration(call)
        let master = draft.makesKeys ? try masterKey() : nil
        let generation = try change(call) { () throws(APIError) in
            record = try keyConfiguration(call)
            try call.requireMatch(view(record).tag)
            if let name = draft.name { record.name = name }
            if let description = draft.description { record.description = description }
            if let metadata = draft.metadata { record.metadata = metadata }
            let newKeys = try apply(draft, to: &record, under: master, call)
            if let budget = draft.budget { record.budget = budget }
            record.updatedAt = call.now
            record.lastUpdatedBy = call.caller.author
            return (try changes(to: record, making: newKeys), recorded("update", record, fields))
        }
        return .stored(generation: generation, APIAnswer(200, view(record)))
    }

    private func deleteConfiguration(_ call: APICall) throws(APIError) -> APIOutcome {
        let generation = try change(call) { () throws(APIError) in
            let record = try keyConfiguration(call)
            try call.requireMatch(view(record).tag)
            try refuseUsed(record)
            return ([.configurationDeleted(record.id)], recorded("delete", record, []))
        }
        return .stored(generation: generation, APIAnswer(204))
    }

    // MARK: Parts

    /// The body; a new configuration may name its account besides.
    private func configurationDraft(
        _ call: APICall,
        takesAccount: Bool
    ) throws(APIError) -> (KeyConfigurationDraft, AccountID?, [String]) {
        let body = try call.body()
        var account: AccountID?
        if takesAccount, let named = body["accountId"], !named.isNull {
            guard let text = named.string, (1...Limits.identifierBytes).contains(text.utf8.count)
            else {
                throw APIError(
                    .invalid,
                    "accountId: no text of 1 to \(Limits.identifierBytes) bytes",
                    details: ["field": "accountId"]
                )
            }
            account = AccountID(text)
        }
        do throws(KeyConfigurationError) {
            let draft = try KeyConfigurationDraft(body, besides: takesAccount ? ["accountId"] : [])
            return (draft, account, body.members.map(\.name))
        } catch {
            throw APIError(error)
        }
    }

    /// Changes what a configuration says of providers, models and keys, by the providers as they
    /// are now.
    ///
    /// - Returns: the keys that are to be made for it.
    private func apply(
        _ draft: KeyConfigurationDraft,
        to record: inout KeyConfigurationRecord,
        under master: MasterKey?,
        _ call: APICall
    ) throws(APIError) -> [ProviderKeyRecord] {
        let maker = maker(for: record.accountID, call)
        let old = record.policy
        let made = try drafting { () throws(DraftError) in
            try maker.policy(of: draft, changing: old, under: master)
        }
        record.policy = made.policy
        return made.newKeys
    }

    /// A configuration with the keys that are made for it; its rules may name no others that are
    /// not there.
    private func changes(
        to record: KeyConfigurationRecord,
        making newKeys: [ProviderKeyRecord]
    ) throws(APIError) -> [StoreChange] {
        var keys = index.others.providerKeys
        for key in newKeys { keys[key.id] = key }
        if let problem = record.problem(with: keys) {
            throw APIError(.routerInvalid, problem, details: ["field": "router"])
        }
        return newKeys.map { .providerKey($0) } + [.configuration(record)]
    }

    private func refuseUsed(_ record: KeyConfigurationRecord) throws(APIError) {
        let count = index.accessKeyCount(under: record.id)
        guard count > 0 else { return }
        var query = KeyQuery()
        query.configuration = record.id
        let keys = try reading { () throws(StorageError) in
            try store.accessKeys(query, limit: 5)
        }
        let names = keys.map { "\($0.id) (\($0.name))" }.joined(separator: ", ")
        let more = count > keys.count ? " and \(count - keys.count) more" : ""
        throw APIError(
            .inUse,
            "The configuration \(record.id) is used by the access keys \(names)\(more); give them "
                + "another one first."
        )
    }

    private func keyConfiguration(_ call: APICall) throws(APIError) -> KeyConfigurationRecord {
        guard let record = index.others.configurations.records[ConfigurationID(call.id)],
            call.caller.sees(record.accountID)
        else { throw .missing("configuration", call.id) }
        return record
    }

    private func view(_ record: KeyConfigurationRecord) -> ConfigurationView {
        ConfigurationView(
            record,
            providerKeys: index.others.providerKeys,
            accessKeyCount: index.accessKeyCount(under: record.id)
        )
    }

    private func recorded(
        _ action: String,
        _ record: KeyConfigurationRecord,
        _ fields: [String]
    ) -> RecordedChange {
        RecordedChange(
            action: action,
            type: "access-key-configuration",
            id: record.id.rawValue,
            account: record.accountID,
            fields: fields
        )
    }
}
