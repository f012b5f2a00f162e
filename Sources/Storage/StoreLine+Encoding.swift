package import Access
package import JSON
import Model

extension StoreLine {
    /// The version of the format that this program writes, and the only one it reads.
    static let version = 1

    /// The line as it stands in the file, newline included.
    func encode() -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("v")
        writer.integer(StoreLine.version)
        writer.key("seq")
        writer.integer(Int(clamping: sequence))
        switch change {
        case .accessKey(let record): writer.members(of: record)
        case .accessKeyDeleted(let id): writer.deletion("accessKey", id)
        case .providerKey(let record): writer.members(of: record)
        case .providerKeyDeleted(let id): writer.deletion("providerKey", id)
        case .configuration(let record): writer.members(of: record)
        case .configurationDeleted(let id): writer.deletion("accessKeyConfiguration", id)
        case .managementKey(let record): writer.members(of: record)
        case .managementKeyDeleted(let id): writer.deletion("managementKey", id)
        case .account(let record): writer.members(of: record)
        case .accountSettings(let settings): writer.members(of: settings)
        case .customProvider(let record): writer.members(of: record)
        case .customProviderDeleted(let id): writer.deletion("provider", id)
        case .virtualModel(let record): writer.members(of: record)
        case .virtualModelDeleted(let id): writer.deletion("virtualModel", id)
        case .compaction: writer.member("type", "compaction")
        }
        writer.endObject()
        writer.newline()
        return writer.bytes
    }
}

extension JSONWriter {
    /// A member that is text, or null.
    package mutating func member(_ name: StaticString, _ text: String?) {
        key(name)
        if let text { string(text) } else { null() }
    }

    /// A member that is a number, or null.
    package mutating func number(_ name: StaticString, _ number: Int?) {
        key(name)
        if let number { integer(number) } else { null() }
    }

    /// A record's metadata, in the form it came in.
    package mutating func metadata(_ metadata: Metadata) {
        key("metadata")
        switch metadata {
        case .text(let text): string(text)
        case .object(let json): raw(json.utf8Span.span)
        }
    }

    fileprivate mutating func deletion(_ type: String, _ id: some Identifier) {
        member("type", type)
        member("id", id.rawValue)
        key("deleted")
        bool(true)
    }

    fileprivate mutating func members(of record: AccessKeyRecord) {
        member("type", "accessKey")
        member("id", record.id.rawValue)
        member("accountId", record.accountID.rawValue)
        member("name", record.name)
        member("description", record.description)
        metadata(record.metadata)
        member("endpointId", record.gatewayID?.rawValue)
        member("accessKeyConfigurationId", record.configurationID?.rawValue)
        member("handle", record.handle.description)
        member("hash", record.hash.hexadecimal)
        member("keyRedacted", record.keyRedacted)
        member("createdAt", record.createdAt.description)
        member("updatedAt", record.updatedAt.description)
        member("createdBy", record.createdBy)
        member("lastUpdatedBy", record.lastUpdatedBy)
        member("expiresAt", record.expiresAt?.description)
        key("disabled")
        bool(record.isDisabled)
        optionalBudget(record.budget)
    }

    /// A budget where there is one: lines without are what they always were.
    private mutating func optionalBudget(_ budget: Budget?) {
        guard let budget else { return }
        key("budget")
        self.budget(budget)
    }

    fileprivate mutating func members(of record: AccountRecord) {
        member("type", "account")
        member("id", record.id.rawValue)
        member("name", record.name)
        member("description", record.description)
        metadata(record.metadata)
        key("disabled")
        bool(record.isDisabled)
        history(record.createdAt, record.updatedAt, record.createdBy, record.lastUpdatedBy)
    }

    fileprivate mutating func members(of record: CustomProviderRecord) {
        member("type", "provider")
        member("id", record.id.rawValue)
        member("accountId", record.accountID.rawValue)
        member("providerId", record.providerID.rawValue)
        member("name", record.name)
        member("baseUrl", record.baseURL)
        metadata(record.metadata)
        customSurfaces(record.surfaces)
        customModels(record.models)
        history(record.createdAt, record.updatedAt, record.createdBy, record.lastUpdatedBy)
    }

    fileprivate mutating func members(of record: VirtualModelRecord) {
        member("type", "virtualModel")
        member("id", record.id.rawValue)
        member("accountId", record.accountID.rawValue)
        member("name", record.name)
        member("description", record.description)
        metadata(record.metadata)
        texts("targets", record.targets)
        history(record.createdAt, record.updatedAt, record.createdBy, record.lastUpdatedBy)
    }

    fileprivate mutating func members(of settings: AccountSettings) {
        member("type", "accountSettings")
        member("id", settings.accountID.rawValue)
        member("totalTimeout", settings.totalTimeout.map(ConfigurationQuantity.text))
        member("perRequestTimeout", settings.perRequestTimeout.map(ConfigurationQuantity.text))
        number("maxInputTokens", settings.maxInputTokens)
        number("maxOutputTokens", settings.maxOutputTokens)
        metadata(settings.metadata)
        history(
            settings.createdAt,
            settings.updatedAt,
            settings.createdBy,
            settings.lastUpdatedBy
        )
    }

    private mutating func history(
        _ createdAt: Timestamp,
        _ updatedAt: Timestamp,
        _ createdBy: String,
        _ lastUpdatedBy: String
    ) {
        member("createdAt", createdAt.description)
        member("updatedAt", updatedAt.description)
        member("createdBy", createdBy)
        member("lastUpdatedBy", lastUpdatedBy)
    }

    fileprivate mutating func members(of record: ManagementKeyRecord) {
        member("type", "managementKey")
        member("id", record.id.rawValue)
        member("accountId", record.accountID?.rawValue)
        member("role", record.role.rawValue)
        member("name", record.name)
        member("description", record.description)
        metadata(record.metadata)
        member("handle", record.handle.description)
        member("hash", record.hash.hexadecimal)
        member("keyRedacted", record.keyRedacted)
        member("createdAt", record.createdAt.description)
        member("updatedAt", record.updatedAt.description)
        member("createdBy", record.createdBy)
        member("lastUpdatedBy", record.lastUpdatedBy)
        member("expiresAt", record.expiresAt?.description)
        key("disabled")
        bool(record.isDisabled)
    }

    fileprivate mutating func members(of record: ProviderKeyRecord) {
        member("type", "providerKey")
        member("id", record.id.rawValue)
        member("accountId", record.accountID.rawValue)
        member("providerId", record.providerID.rawValue)
        member("name", record.name)
        member("description", record.description)
        metadata(record.metadata)
        member("sealedValue", record.sealedValue)
        member("keyRedacted", record.keyRedacted)
        member("createdAt", record.createdAt.description)
        member("updatedAt", record.updatedAt.description)
        member("createdBy", record.createdBy)
        member("lastUpdatedBy", record.lastUpdatedBy)
    }

    fileprivate mutating func members(of record: KeyConfigurationRecord) {
        member("type", "accessKeyConfiguration")
        member("id", record.id.rawValue)
        member("accountId", record.accountID.rawValue)
        member("name", record.name)
        member("description", record.description)
        metadata(record.metadata)
        policy(record.policy) { writer, id in
            writer.beginObject()
            writer.member("id", id.rawValue)
            writer.endObject()
        }
        optionalBudget(record.budget)
        member("createdAt", record.createdAt.description)
        member("updatedAt", record.updatedAt.description)
        member("createdBy", record.createdBy)
        member("lastUpdatedBy", record.lastUpdatedBy)
    }
}

extension StoreChange {
    /// What the record is, apart from which line it stands in: for whoever compares two of them.
    package var storedForm: [UInt8] { StoreLine(sequence: 0, change: self).encode() }
}
