import Access
import Model
import Storage

/// `/providers`: those that accounts add for themselves.
extension ControlPlane {
    static let providerRoutes: [APIRoute] = [
        APIRoute(
            "GET",
            "/providers",
            .read,
            parameters: APIRoute.listParameters,
            ControlPlane.listProviders
        ),
        APIRoute("POST", "/providers", .account, ControlPlane.createProvider),
        APIRoute("GET", "/providers/{id}", .read, ControlPlane.readProvider),
        APIRoute("PATCH", "/providers/{id}", .account, ControlPlane.updateProvider),
        APIRoute("DELETE", "/providers/{id}", .account, ControlPlane.deleteProvider),
    ]

    private func listProviders(_ call: APICall) throws(APIError) -> APIOutcome {
        let mine = index.others.customProviders.records.values.filter {
            call.caller.sees($0.accountID)
        }
        let (records, hasMore) = try APIPage(call).cut(mine) { ($0.createdAt, $0.id.rawValue) }
        return .answer(
            APIAnswer(
                "aiGatewayProviders",
                records.map(CustomProviderView.init),
                of: call,
                nextBefore: hasMore ? records.last?.id.rawValue : nil
            )
        )
    }

    private func readProvider(_ call: APICall) throws(APIError) -> APIOutcome {
        .answer(APIAnswer(200, CustomProviderView(try provider(call))))
    }

    private func createProvider(_ call: APICall) throws(APIError) -> APIOutcome {
        let (draft, fields) = try call.draft(of: .providers, CustomProviderDraft.init)
        let account = try account(draft.accountID, of: call)
        var random = SystemRandomNumberGenerator()
        let id = CustomProviderID.make(at: call.now, using: &random)
        var made: CustomProviderRecord?
        let generation = try change(call) { () throws(APIError) in
            let record = try drafting(of: .providers) { () throws(DraftError) in
                try draft.make(
                    id,
                    for: account,
                    beside: index.others.customProviders,
                    in: configuration,
                    at: call.now,
                    by: call.caller.author
                )
            }
            made = record
            return ([.customProvider(record)], recorded("create", record, fields))
        }
        guard let made else { preconditionFailure("a change that was made was decided on") }
        return .stored(generation: generation, APIAnswer(201, CustomProviderView(made)))
    }

    private func updateProvider(_ call: APICall) throws(APIError) -> APIOutcome {
        let (draft, fields) = try call.draft(of: .providers, CustomProviderDraft.init)
        var record = try provider(call)
        let generation = try change(call) { () throws(APIError) in
            record = try provider(call)
            try call.requireMatch(CustomProviderView(record).tag)
            try drafting(of: .providers) { () throws(DraftError) in
                try draft.apply(
                    to: &record,
                    in: configuration,
                    at: call.now,
                    by: call.caller.author
                )
            }
            return ([.customProvider(record)], recorded("update", record, fields))
        }
        return .stored(generation: generation, APIAnswer(200, CustomProviderView(record)))
    }

    private func deleteProvider(_ call: APICall) throws(APIError) -> APIOutcome {
        let generation = try change(call) { () throws(APIError) in
            let record = try provider(call)
            try call.requireMatch(CustomProviderView(record).tag)
            do throws(StorageError) {
                let deletion = try index.others.deletion(of: record)
                return ([deletion], recorded("delete", record, []))
            } catch {
                throw APIError(.providerInUse, "\(error.problem); \(error.remedy).")
            }
        }
        return .stored(generation: generation, APIAnswer(204))
    }

    // MARK: Parts

    /// The provider of the path, which must be there for the caller.
    private func provider(_ call: APICall) throws(APIError) -> CustomProviderRecord {
        guard let record = index.others.customProviders.records[CustomProviderID(call.id)],
            call.caller.sees(record.accountID)
        else { throw .missing("provider", call.id) }
        return record
    }

    private func recorded(
        _ action: String,
        _ record: CustomProviderRecord,
        _ fields: [String]
    ) -> RecordedChange {
        RecordedChange(
            action: action,
            type: "provider",
            id: record.id.rawValue,
            account: record.accountID,
            fields: fields
        )
    }
}
