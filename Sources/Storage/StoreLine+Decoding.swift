import Access
import JSON
import Model

extension StoreLine {
    /// Reads a line without its newline.
    init(decoding bytes: [UInt8]) throws(MemberError) {
        var members = try MemberReader(bytes)
        let version = try members.integer(.v)
        guard version == StoreLine.version else {
            throw MemberError("version \(version) of the format, and this program knows version 1")
        }
        let sequence = try members.integer(.seq)
        guard sequence > 0 else { throw MemberError("\(MemberName.seq.quoted) is not positive") }
        self.sequence = UInt64(sequence)
        let type = try members.text(.type)
        switch type {
        case "accessKey":
            let id = AccessKeyID(try members.identifier(.id))
            change =
                try members.deletion()
                ? .accessKeyDeleted(id)
                : .accessKey(try AccessKeyRecord(id: id, from: &members))
        case "providerKey":
            let id = ProviderKeyID(try members.identifier(.id))
            change =
                try members.deletion()
                ? .providerKeyDeleted(id)
                : .providerKey(try ProviderKeyRecord(id: id, from: &members))
        case "accessKeyConfiguration":
            let id = ConfigurationID(try members.identifier(.id))
            change =
                try members.deletion()
                ? .configurationDeleted(id)
                : .configuration(try KeyConfigurationRecord(id: id, from: &members))
        case "managementKey":
            let id = ManagementKeyID(try members.identifier(.id))
            change =
                try members.deletion()
                ? .managementKeyDeleted(id)
                : .managementKey(try ManagementKeyRecord(id: id, from: &members))
        case "account":
            change = .account(try AccountRecord(from: &members))
        case "accountSettings":
            change = .accountSettings(try AccountSettings(from: &members))
        case "provider":
            let id = CustomProviderID(try members.identifier(.id))
            change =
                try members.deletion()
                ? .customProviderDeleted(id)
                : .customProvider(try CustomProviderRecord(id: id, from: &members))
        case "virtualModel":
            let id = VirtualModelID(try members.identifier(.id))
            change =
                try members.deletion()
                ? .virtualModelDeleted(id)
                : .virtualModel(try VirtualModelRecord(id: id, from: &members))
        case "compaction":
            change = .compaction
        default:
            throw MemberError("unknown type \"\(type)\"")
        }
        try members.refuseOthers()
    }
}

extension AccessKeyRecord {
    fileprivate init(id: AccessKeyID, from members: inout MemberReader) throws(MemberError) {
        self.init(
            id: id,
            accountID: AccountID(try members.identifier(.accountId)),
            name: try members.text(.name, atMost: Limits.nameLength),
            description: try members.text(.description, atMost: Limits.descriptionLength),
            metadata: try members.metadata(),
            gatewayID: try members.optionalIdentifier(.endpointId).map { GatewayID($0) },
            configurationID: try members.optionalIdentifier(.accessKeyConfigurationId)
                .map { ConfigurationID($0) },
            handle: try members.value(.handle) { TokenHandle($0) },
            hash: try members.value(.hash) { TokenHash(hexadecimal: $0) },
            keyRedacted: try members.text(.keyRedacted, atMost: Limits.nameLength),
            createdAt: try members.value(.createdAt) { Timestamp($0) },
            updatedAt: try members.value(.updatedAt) { Timestamp($0) },
            createdBy: try members.text(.createdBy, atMost: Limits.nameLength),
            lastUpdatedBy: try members.text(.lastUpdatedBy, atMost: Limits.nameLength),
            expiresAt: try members.optionalValue(.expiresAt) { Timestamp($0) },
            isDisabled: try members.bool(.disabled),
            budget: try members.budget()
        )
    }
}

extension AccountRecord {
    fileprivate init(from members: inout MemberReader) throws(MemberError) {
        let id = try members.identifier(.id)
        guard AccountID.isName(id) else { throw MemberError("\"\(id)\" is no account's name") }
        self.init(
            id: AccountID(id),
            name: try members.text(.name, atMost: Limits.nameLength),
            description: try members.text(.description, atMost: Limits.descriptionLength),
            metadata: try members.metadata(),
            isDisabled: try members.bool(.disabled),
            createdAt: try members.value(.createdAt) { Timestamp($0) },
            updatedAt: try members.value(.updatedAt) { Timestamp($0) },
            createdBy: try members.text(.createdBy, atMost: Limits.nameLength),
            lastUpdatedBy: try members.text(.lastUpdatedBy, atMost: Limits.nameLength)
        )
    }
}

extension AccountSettings {
    fileprivate init(from members: inout MemberReader) throws(MemberError) {
        let id = try members.identifier(.id)
        guard AccountID.isName(id) else { throw MemberError("\"\(id)\" is no account's name") }
        self.init(
            accountID: AccountID(id),
            totalTimeout: try members.optionalValue(.totalTimeout) {
                ConfigurationQuantity.duration($0)
            },
            perRequestTimeout: try members.optionalValue(.perRequestTimeout) {
                ConfigurationQuantity.duration($0)
            },
            maxInputTokens: try members.optionalInteger(.maxInputTokens, Limits.settingsTokens),
            maxOutputTokens: try members.optionalInteger(.maxOutputTokens, Limits.settingsTokens),
            metadata: try members.metadata(),
            createdAt: try members.value(.createdAt) { Timestamp($0) },
            updatedAt: try members.value(.updatedAt) { Timestamp($0) },
            createdBy: try members.text(.createdBy, atMost: Limits.nameLength),
            lastUpdatedBy: try members.text(.lastUpdatedBy, atMost: Limits.nameLength)
        )
    }
}

extension ManagementKeyRecord {
    fileprivate init(id: ManagementKeyID, from members: inout MemberReader) throws(MemberError) {
        let scope = try members.value(.role) { ManagementScope.Role(rawValue: $0) }
        let account = try members.optionalIdentifier(.accountId).map { AccountID($0) }
        guard let scope = ManagementScope(scope, account) else {
            throw MemberError(
                "\(MemberName.accountId.quoted) is of every role but admin, and of that never"
            )
        }
        self.init(
            id: id,
            scope: scope,
            name: try members.text(.name, atMost: Limits.nameLength),
            description: try members.text(.description, atMost: Limits.descriptionLength),
            metadata: try members.metadata(),
            handle: try members.value(.handle) { TokenHandle($0) },
            hash: try members.value(.hash) { TokenHash(hexadecimal: $0) },
            keyRedacted: try members.text(.keyRedacted, atMost: Limits.nameLength),
            createdAt: try members.value(.createdAt) { Timestamp($0) },
            updatedAt: try members.value(.updatedAt) { Timestamp($0) },
            createdBy: try members.text(.createdBy, atMost: Limits.nameLength),
            lastUpdatedBy: try members.text(.lastUpdatedBy, atMost: Limits.nameLength),
            expiresAt: try members.optionalValue(.expiresAt) { Timestamp($0) },
            isDisabled: try members.bool(.disabled)
        )
    }
}

extension ProviderKeyRecord {
    fileprivate init(id: ProviderKeyID, from members: inout MemberReader) throws(MemberError) {
        self.init(
            id: id,
            accountID: AccountID(try members.identifier(.accountId)),
            providerID: ProviderID(try members.identifier(.providerId)),
            name: try members.text(.name, atMost: Limits.nameLength),
            description: try members.text(.description, atMost: Limits.descriptionLength),
            metadata: try members.metadata(),
            sealedValue: try members.text(.sealedValue),
            keyRedacted: try members.text(.keyRedacted, atMost: Limits.nameLength),
            createdAt: try members.value(.createdAt) { Timestamp($0) },
            updatedAt: try members.value(.updatedAt) { Timestamp($0) },
            createdBy: try members.text(.createdBy, atMost: Limits.nameLength),
            lastUpdatedBy: try members.text(.lastUpdatedBy, atMost: Limits.nameLength)
        )
    }
}

extension KeyConfigurationRecord {
    fileprivate init(id: ConfigurationID, from members: inout MemberReader) throws(MemberError) {
        self.init(
            id: id,
            accountID: AccountID(try members.identifier(.accountId)),
            name: try members.text(.name, atMost: Limits.nameLength),
            description: try members.text(.description, atMost: Limits.descriptionLength),
            metadata: try members.metadata(),
            policy: try KeyPolicy(
                access: try members.tree(.access),
                router: try members.tree(.router)
            ),
            budget: try members.budget(),
            createdAt: try members.value(.createdAt) { Timestamp($0) },
            updatedAt: try members.value(.updatedAt) { Timestamp($0) },
            createdBy: try members.text(.createdBy, atMost: Limits.nameLength),
            lastUpdatedBy: try members.text(.lastUpdatedBy, atMost: Limits.nameLength)
        )
    }
}
