import Access
import JSON
import Model
import Storage

/// `/provider-keys`.
extension ControlPlane {
    static let providerKeyRoutes: [APIRoute] = [
        APIRoute(
            "GET",
            "/provider-keys",
            .read,
            parameters: APIRoute.listParameters + ["provider"],
            ControlPlane.listProviderKeys
        ),
        APIRoute("POST", "/provider-keys", .account, ControlPlane.createProviderKey),
        APIRoute("GET", "/provider-keys/{id}", .read, ControlPlane.readProviderKey),
        APIRoute("PATCH", "/provider-keys/{id}", .account, ControlPlane.updateProviderKey),
        APIRoute("DELETE", "/provider-keys/{id}", .account, ControlPlane.deleteProviderKey),
        APIRoute("POST", "/provider-keys/{id}/rotate", .account, ControlPlane.rotateProviderKey),
    ]

    private func listProviderKeys(_ call: APICall) throws(APIError) -> APIOutcome {
        let provider = call.query["provider"]?.lowercased()
        let seen = index.others.providerKeys.values.filter { key in
            call.caller.sees(key.accountID)
                && (provider == nil || key.providerID.rawValue.lowercased() == provider)
        }
        let (keys, hasMore) = try APIPage(call).cut(seen) { ($0.createdAt, $0.id.rawValue) }
        let last = hasMore ? keys.last?.id.rawValue : nil
        return .answer(
            APIAnswer("aiGatewayProviderKeys", keys.map(view), of: call, nextBefore: last)
        )
    }

    private func readProviderKey(_ call: APICall) throws(APIError) -> APIOutcome {
        .answer(APIAnswer(200, view(try providerKey(call))))
    }

    private func createProviderKey(_ call: APICall) throws(APIError) -> APIOutcome {
        let (draft, fields) = try call.draft(of: .providerKeys) {
            (root) throws(DraftError) in
            try ProviderKeyDraft(
                root,
                members: ["providerId", "name", "value", "description", "metadata", "accountId"]
            )
        }
        guard let provider = draft.provider else { throw missing("providerId") }
        guard let name = draft.name else { throw missing("name") }
        let value = try value(of: draft)
        let owner = try account(draft.accountID, of: call)
        let master = try masterKey()
        var made: ProviderKeyRecord?
        let generation = try change(call) { () throws(APIError) in
            let maker = maker(for: owner, call)
            var key = maker.providerKey(
                name,
                value,
                for: try known(provider, by: maker),
                under: master
            )
            draft.apply(to: &key, at: call.now, by: call.caller.author)
            made = key
            return ([.providerKey(key)], recorded("create", key, fields))
        }
        guard let made else { preconditionFailure("a change that was made was decided on") }
        return .stored(generation: generation, APIAnswer(201, view(made)))
    }

    private func updateProviderKey(_ call: APICall) throws(APIError) -> APIOutcome {
        let (draft, fields) = try call.draft(of: .providerKeys) { (root) throws(DraftError) in
            try ProviderKeyDraft(root, members: ["name", "description", "metadata"])
        }
        return try change(call, "update", fields) { (key) throws(APIError) in
            draft.apply(to: &key, at: call.now, by: call.caller.author)
        }
    }

    /// Another value under the same id.
    private func rotateProviderKey(_ call: APICall) throws(APIError) -> APIOutcome {
        _ = try providerKey(call)
        let (draft, fields) = try call.draft(of: .providerKeys) { (root) throws(DraftError) in
            try ProviderKeyDraft(root, members: ["name", "value"])
        }
        guard draft.name != nil else { throw missing("name") }
        let value = try value(of: draft)
        let master = try masterKey()
        return try change(call, "rotate", fields) { (key) throws(APIError) in
            draft.apply(to: &key, at: call.now, by: call.caller.author)
            key.sealedValue = master.seal(value, for: SealedRecord(key))
            key.keyRedacted = value.redacted
        }
    }

    private func deleteProviderKey(_ call: APICall) throws(APIError) -> APIOutcome {
        let generation = try change(call) { () throws(APIError) in
            let key = try providerKey(call)
            try call.requireMatch(view(key).tag)
            do throws(StorageError) {
                return ([try index.others.deletion(of: key)], recorded("delete", key, []))
            } catch {
                throw APIError(.keyInUse, "\(error.problem).")
            }
        }
        return .stored(generation: generation, APIAnswer(204))
    }

    // MARK: Parts

    private func change(
        _ call: APICall,
        _ action: String,
        _ fields: [String],
        _ apply: (inout ProviderKeyRecord) throws(APIError) -> Void
    ) throws(APIError) -> APIOutcome {
        var key = try providerKey(call)
        let generation = try change(call) { () throws(APIError) in
            key = try providerKey(call)
            try call.requireMatch(view(key).tag)
            try apply(&key)
            return ([.providerKey(key)], recorded(action, key, fields))
        }
        return .stored(generation: generation, APIAnswer(200, view(key)))
    }

    private func providerKey(_ call: APICall) throws(APIError) -> ProviderKeyRecord {
        guard let key = index.others.providerKeys[ProviderKeyID(call.id)],
            call.caller.sees(key.accountID)
        else { throw .missing("provider key", call.id) }
        return key
    }

    private func known(
        _ provider: String,
        by maker: RecordMaker
    ) throws(APIError) -> ProviderID {
        do throws(DraftError) {
            return try maker.provider(provider, at: "providerId")
        } catch {
            throw APIError(
                .providerUnsupported,
                error.description,
                details: ["field": "providerId"]
            )
        }
    }

    private func missing(_ name: String) -> APIError {
        APIError(.providerKeyFieldMissing, "\"\(name)\" is missing.", details: ["field": name])
    }

    private func value(of draft: ProviderKeyDraft) throws(APIError) -> Secret {
        guard let value = draft.value else { throw missing("value") }
        guard let problem = ProviderKeyRecord.problem(ofValue: value.exposed) else { return value }
        let kind: APIError.Kind = value.exposed.isEmpty ? .providerKeyEmpty : .invalid
        throw APIError(kind, "value: \(problem).", details: ["field": "value"])
    }

    /// What values are sealed under.
    func masterKey() throws(APIError) -> MasterKey {
        do throws(StorageError) {
            return try configuration.requireMasterKey()
        } catch {
            throw APIError(.encryptionMissing, "Nothing can be sealed: \(error).")
        }
    }

    private func view(_ key: ProviderKeyRecord) -> ProviderKeyView {
        ProviderKeyView(key, lastUsed: lastUse(of: key.id.rawValue))
    }

    private func recorded(
        _ action: String,
        _ key: ProviderKeyRecord,
        _ fields: [String]
    ) -> RecordedChange {
        RecordedChange(
            action: action,
            type: "provider-key",
            id: key.id.rawValue,
            account: key.accountID,
            fields: fields
        )
    }
}
