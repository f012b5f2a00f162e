package import Access
package import JSON
package import Model
import Routing

/// A provider of an account as a person writes it, or a change to one: what is nil is left out.
package struct CustomProviderDraft: Equatable, Sendable {
    /// What it is called in addresses of models; of a new one alone.
    package var providerID: ProviderID?
    /// The account it belongs to; of a new one alone.
    package var accountID: AccountID?
    /// What people call it.
    package var name: String?
    /// Where it is.
    package var baseURL: String?
    /// What programs say about it.
    package var metadata: Metadata?
    /// What it speaks.
    package var surfaces: [CustomSurface]?
    /// The models that are known of it.
    package var models: [CustomModel]?

    /// Nothing at all.
    package init() {}

    /// Reads a JSON object; a member that is null clears what stands there.
    package init(_ root: JSONValue) throws(DraftError) {
        let reader = try DraftReader(
            root,
            members: [
                "accountId", "providerId", "name", "baseUrl", "metadata", "supportedApiSurfaces",
                "models",
            ]
        )
        accountID = try reader.optional("accountId") { (written) throws(MemberError) in
            AccountID(try written.identifier())
        }
        .flatMap(\.self)
        providerID = try reader.value("providerId", .providerID) { (written) throws(MemberError) in
            ProviderID(try written.text(atMost: Limits.identifierBytes))
        }
        name = try reader.value("name", .name) { (written) throws(MemberError) in
            try written.text(atMost: Limits.nameLength)
        }
        baseURL = try reader.value("baseUrl", .baseURL) { (written) throws(MemberError) in
            try written.text(atMost: Limits.baseURLBytes)
        }
        metadata = try reader.metadata()
        surfaces = try reader.written("supportedApiSurfaces").map { (written) throws(DraftError) in
            written.isNull ? [] : try written.customSurfaces()
        }
        models = try reader.written("models").map { (written) throws(DraftError) in
            written.isNull ? [] : try written.customModels()
        }
    }

    /// A new provider.
    ///
    /// - Parameters:
    ///   - id: its own.
    ///   - configuration: whose providers it must not be mistaken for.
    package func make(
        _ id: CustomProviderID,
        for account: AccountID,
        beside providers: CustomProviders,
        in configuration: Configuration,
        at now: Timestamp,
        by author: String
    ) throws(DraftError) -> CustomProviderRecord {
        guard let providerID else { throw DraftError(.missing, "\"providerId\" is missing") }
        guard name != nil else { throw DraftError(.missing, "\"name\" is missing") }
        guard baseURL != nil else { throw DraftError(.missing, "\"baseUrl\" is missing") }
        try check(providerID)
        if BuiltInProviders.provider(providerID.rawValue.lowercased()) != nil {
            throw DraftError(
                .reservedProvider,
                "providerId: '\(providerID)' is a built-in provider"
            )
        }
        if configuration.hasProvider(providerID.rawValue, for: account) {
            throw DraftError(
                .reservedProvider,
                "providerId: '\(providerID)' is a provider of the gateway's operator"
            )
        }
        guard providers.record(providerID.rawValue, of: account) == nil else {
            throw DraftError(
                .duplicateProvider,
                "providerId: there is a provider '\(providerID)' already"
            )
        }
        guard providers.records(of: account).count < Limits.customProviders else {
            throw DraftError(
                .value,
                "an account has \(Limits.customProviders) providers of its own at most"
            )
        }
        var record = CustomProviderRecord(
            id: id,
            accountID: account,
            providerID: providerID,
            name: "",
            baseURL: "",
            createdAt: now,
            updatedAt: now,
            createdBy: author,
            lastUpdatedBy: author
        )
        try apply(to: &record, in: configuration, at: now, by: author)
        return record
    }

    /// Changes a provider by what is said.
    package func apply(
        to record: inout CustomProviderRecord,
        in configuration: Configuration,
        at now: Timestamp,
        by author: String
    ) throws(DraftError) {
        guard accountID == nil || accountID == record.accountID else {
            throw DraftError(.value, "accountId: it can't be changed; make another provider")
        }
        guard providerID == nil || providerID == record.providerID else {
            throw DraftError(.providerID, "providerId: it can't be changed; make another provider")
        }
        if let name {
            guard !name.isEmpty else { throw DraftError(.name, "name: empty") }
            record.name = name
        }
        if let baseURL {
            try configuration.check(accountURL: baseURL)
            record.baseURL = baseURL
        }
        if let metadata { record.metadata = metadata }
        if let surfaces { record.surfaces = surfaces }
        if let models { record.models = models }
        record.updatedAt = now
        record.lastUpdatedBy = author
    }

    private func check(_ id: ProviderID) throws(DraftError) {
        guard ConfigurationQuantity.isIdentifier(id.rawValue) else {
            throw DraftError(
                .providerID,
                "providerId: '\(id)' is no provider's id: it has 1 to \(Limits.identifierBytes) "
                    + "letters, digits, dots, underscores and hyphens, the first a letter or a digit"
            )
        }
    }
}

extension Configuration {
    /// Whether gateway.yaml lists a provider of that id at a gateway that an account uses.
    package func hasProvider(_ id: String, for account: AccountID) -> Bool {
        gateways.contains { gateway in
            gateway.accounts.contains(account) && gateway.providers.index(of: id) != nil
        }
    }

    /// Refuses what an account's provider can't be at.
    ///
    /// The addresses behind a name are judged when a connection is opened.
    package func check(accountURL text: String) throws(DraftError) {
        guard text.utf8.count <= Limits.baseURLBytes else {
            throw DraftError(.baseURL, "baseUrl: more than \(Limits.baseURLBytes) bytes")
        }
        let base: BaseURL
        do throws(BaseURLError) {
            base = try BaseURL(text)
        } catch {
            let reason: DraftError.Reason
            switch error {
            case .forbiddenHost, .plainHTTP: reason = .host
            case .tooLong, .badCharacter, .notHTTP, .hasFragment, .hasCredential, .badPort,
                .badHost:
                reason = .baseURL
            }
            throw DraftError(reason, "baseUrl: \(error)")
        }
        let isInternal = base.host.lowercased().hasSuffix(".internal")
        if base.isPlainHTTP, !isInternal {
            throw DraftError(
                .host,
                "baseUrl: is http to \(base.host): use https (http is for .internal hosts)"
            )
        }
        switch HostKind(host: base.host) {
        case .public: return
        case .private where isInternal: return
        case .loopback, .private, .forbidden, .malformed: break
        }
        guard upstreams.allow.isEmpty else { return }
        throw DraftError(
            .host,
            "baseUrl: leads to \(base.host), which is no public host; the operator may allow "
                + "private addresses by upstreams.allow in gateway.yaml"
        )
    }
}
