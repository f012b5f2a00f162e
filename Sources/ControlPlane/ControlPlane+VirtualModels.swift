import Access
import Model
import Routing
import Storage

/// `/virtual-models`: names that accounts give to lists of models.
extension ControlPlane {
    static let virtualModelRoutes: [APIRoute] = [
        APIRoute(
            "GET",
            "/virtual-models",
            .read,
            parameters: APIRoute.listParameters,
            ControlPlane.listVirtualModels
        ),
        APIRoute("POST", "/virtual-models", .account, ControlPlane.createVirtualModel),
        APIRoute("GET", "/virtual-models/{id}", .read, ControlPlane.readVirtualModel),
        APIRoute("PATCH", "/virtual-models/{id}", .account, ControlPlane.updateVirtualModel),
        APIRoute("DELETE", "/virtual-models/{id}", .account, ControlPlane.deleteVirtualModel),
    ]

    private func listVirtualModels(_ call: APICall) throws(APIError) -> APIOutcome {
        let mine = index.others.customProviders.virtualModels.values.filter {
            call.caller.sees($0.accountID)
        }
        let (records, hasMore) = try APIPage(call).cut(mine) { ($0.createdAt, $0.id.rawValue) }
        return .answer(
            APIAnswer(
                "aiGatewayVirtualModels",
                records.map(VirtualModelView.init),
                of: call,
                nextBefore: hasMore ? records.last?.id.rawValue : nil
            )
        )
    }

    private func readVirtualModel(_ call: APICall) throws(APIError) -> APIOutcome {
        .answer(APIAnswer(200, VirtualModelView(try virtualModel(call))))
    }

    private func createVirtualModel(_ call: APICall) throws(APIError) -> APIOutcome {
        let (draft, fields) = try call.draft(VirtualModelDraft.init)
        let account = try account(draft.accountID, of: call)
        var random = SystemRandomNumberGenerator()
        let id = VirtualModelID.make(at: call.now, using: &random)
        let catalog = try catalog()
        var made: VirtualModelRecord?
        let generation = try change(call) { () throws(APIError) in
            let site = site(of: account, catalog)
            let record = try drafting { () throws(DraftError) in
                try draft.make(id, for: account, in: site, at: call.now, by: call.caller.author)
            }
            made = record
            return ([.virtualModel(record)], recorded("create", record, fields))
        }
        guard let made else { preconditionFailure("a change that was made was decided on") }
        return .stored(generation: generation, APIAnswer(201, VirtualModelView(made)))
    }

    private func updateVirtualModel(_ call: APICall) throws(APIError) -> APIOutcome {
        let (draft, fields) = try call.draft(VirtualModelDraft.init)
        var record = try virtualModel(call)
        let catalog = try catalog()
        let generation = try change(call) { () throws(APIError) in
            record = try virtualModel(call)
            try call.requireMatch(VirtualModelView(record).tag)
            let site = site(of: record.accountID, catalog)
            try drafting { () throws(DraftError) in
                try draft.apply(to: &record, in: site, at: call.now, by: call.caller.author)
            }
            return ([.virtualModel(record)], recorded("update", record, fields))
        }
        return .stored(generation: generation, APIAnswer(200, VirtualModelView(record)))
    }

    private func deleteVirtualModel(_ call: APICall) throws(APIError) -> APIOutcome {
        let generation = try change(call) { () throws(APIError) in
            let record = try virtualModel(call)
            try call.requireMatch(VirtualModelView(record).tag)
            return ([.virtualModelDeleted(record.id)], recorded("delete", record, []))
        }
        return .stored(generation: generation, APIAnswer(204))
    }

    // MARK: Parts

    /// The virtual model of the path, which must be there for the caller.
    private func virtualModel(_ call: APICall) throws(APIError) -> VirtualModelRecord {
        guard let record = index.others.customProviders.virtualModels[VirtualModelID(call.id)],
            call.caller.sees(record.accountID)
        else { throw .missing("virtual model", call.id) }
        return record
    }

    private func site(of account: AccountID, _ catalog: Catalog) -> AccountSite {
        AccountSite(of: account, in: configuration, catalog, index.others.customProviders)
    }

    private func recorded(
        _ action: String,
        _ record: VirtualModelRecord,
        _ fields: [String]
    ) -> RecordedChange {
        RecordedChange(
            action: action,
            type: "virtual-model",
            id: record.id.rawValue,
            account: record.accountID,
            fields: fields
        )
    }
}
