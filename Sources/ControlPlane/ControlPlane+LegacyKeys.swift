import Access
import JSON
import Model
import Storage

/// `/ai_gateway_api_keys`: the older form of the same records, of those that work on one gateway.
extension ControlPlane {
    private static let path = "/ai_gateway_api_keys"

    static let legacyKeyRoutes: [APIRoute] = [
        APIRoute(
            "GET",
            path,
            .read,
            parameters: ["limit", "before_id"],
            ControlPlane.listLegacyKeys
        ),
        APIRoute("POST", path, .account, ControlPlane.createLegacyKey),
        APIRoute("GET", path + "/{id}", .read, ControlPlane.readLegacyKey),
        APIRoute("PATCH", path + "/{id}", .account, ControlPlane.updateLegacyKey),
        APIRoute("DELETE", path + "/{id}", .account, ControlPlane.deleteLegacyKey),
    ]

    private func listLegacyKeys(_ call: APICall) throws(APIError) -> APIOutcome {
        let page = try APIPage(call, before: "before_id")
        var query = KeyQuery()
        query.account = call.caller.scope.accountID
        query.before = page.beforeID.map { AccessKeyID($0) }
        query.isBound = true
        let found = try reading { () throws(StorageError) in
            try store.accessKeys(query, limit: page.limit + 1)
        }
        let shown = found.prefix(page.limit).map { legacyView($0) }
        let last = found.count > page.limit ? shown.last?.record.id.rawValue : nil
        let answer = APIAnswer(200) { writer in
            writer.beginObject()
            writer.key("ai_gateway_api_keys")
            writer.beginArray()
            for key in shown { key.write(into: &writer) }
            writer.endArray()
            writer.member("uri", call.request.path)
            writer.key("next_page_uri")
            writer.nextPage(of: call, "before_id", last)
            writer.endObject()
        }
        return .answer(answer)
    }

    private func readLegacyKey(_ call: APICall) throws(APIError) -> APIOutcome {
        .answer(APIAnswer(200, legacyView(try boundKey(call))))
    }

    private func createLegacyKey(_ call: APICall) throws(APIError) -> APIOutcome {
        let (draft, fields) = try call.draft(AccessKeyDraft.init(legacy:))
        guard draft.gatewayID != nil else {
            throw APIError(
                .fieldMissing,
                "\"endpoint_id\" is missing.",
                details: ["field": "endpoint_id"]
            )
        }
        let (made, token, generation) = try create(draft, fields, call)
        return .stored(generation: generation, APIAnswer(201, legacyView(made, token)))
    }

    private func updateLegacyKey(_ call: APICall) throws(APIError) -> APIOutcome {
        let (draft, fields) = try call.draft(AccessKeyDraft.init(legacy:))
        _ = try boundKey(call)
        let (key, generation) = try update(draft, fields, call)
        return .stored(generation: generation, APIAnswer(200, legacyView(key)))
    }

    private func deleteLegacyKey(_ call: APICall) throws(APIError) -> APIOutcome {
        _ = try boundKey(call)
        return try deleteAccessKey(call)
    }

    private func boundKey(_ call: APICall) throws(APIError) -> AccessKeyRecord {
        let key = try accessKey(call)
        guard key.gatewayID != nil else { throw .missing("key of one gateway", call.id) }
        return key
    }

    private func legacyView(_ key: AccessKeyRecord, _ token: Secret? = nil) -> LegacyKeyView {
        LegacyKeyView(record: key, lastUsed: lastUse(of: key.id.rawValue), token: token)
    }
}
