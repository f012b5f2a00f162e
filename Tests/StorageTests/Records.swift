import Access
import Model

/// Records for tests, told apart by a number.
enum Records {
    static let made = Timestamp(milliseconds: 1_795_227_185_123)

    static func token(_ number: Int) -> AccessToken {
        var random = SeededRandom(seed: UInt64(number))
        return TokenFormat.standard.generate(using: &random)
    }

    static func accessKey(
        _ number: Int,
        change: (inout AccessKeyRecord) -> Void = { _ in }
    ) -> AccessKeyRecord {
        var record = AccessKeyRecord(
            of: token(number),
            id: AccessKeyID("aigk_\(number)"),
            accountID: .standard,
            createdAt: made,
            createdBy: "cli:test"
        )
        record.name = "key \(number)"
        change(&record)
        return record
    }

    static func providerKey(_ number: Int) -> ProviderKeyRecord {
        ProviderKeyRecord(
            id: ProviderKeyID("aigpk_\(number)"),
            accountID: .standard,
            providerID: ProviderID("openai"),
            name: "provider key \(number)",
            sealedValue: "v1.01234567.AAAAAAAAAAAAAAAA.AAAA",
            keyRedacted: "sk-proj-ab***wxyz",
            createdAt: made,
            updatedAt: made,
            createdBy: "cli:test",
            lastUpdatedBy: "cli:test"
        )
    }

    static func account(_ id: String) -> AccountRecord {
        AccountRecord(
            id: AccountID(id),
            createdAt: made,
            updatedAt: made,
            createdBy: "cli:test",
            lastUpdatedBy: "cli:test"
        )
    }

    static func virtualModel(
        _ name: String,
        _ targets: [String],
        of account: AccountID
    ) -> VirtualModelRecord {
        VirtualModelRecord(
            id: VirtualModelID("aigvm_\(account)_\(name)"),
            accountID: account,
            name: name,
            targets: targets,
            createdAt: made,
            updatedAt: made,
            createdBy: "cli:test",
            lastUpdatedBy: "cli:test"
        )
    }

    static func managementToken(_ number: Int) -> AccessToken {
        var random = SeededRandom(seed: UInt64(number))
        return TokenFormat.management.generate(using: &random)
    }

    static func managementKey(
        _ number: Int,
        _ scope: ManagementScope = .admin,
        change: (inout ManagementKeyRecord) -> Void = { _ in }
    ) -> ManagementKeyRecord {
        var record = ManagementKeyRecord(
            of: managementToken(number),
            id: ManagementKeyID("aigm_\(number)"),
            scope: scope,
            createdAt: made,
            createdBy: "cli:test"
        )
        change(&record)
        return record
    }

    /// A line of the store, newline included.
    static func line(_ sequence: Int, key number: Int) -> String {
        let record = accessKey(number)
        return """
            {"v":1,"seq":\(sequence),"type":"accessKey","id":"\(record.id)","accountId":"default",\
            "name":"\(record.name)","description":"","metadata":"","endpointId":null,\
            "accessKeyConfigurationId":null,"handle":"\(record.handle)",\
            "hash":"\(record.hash.hexadecimal)","keyRedacted":"\(record.keyRedacted)",\
            "createdAt":"2026-11-21T02:13:05.123Z","updatedAt":"2026-11-21T02:13:05.123Z",\
            "createdBy":"cli:test","lastUpdatedBy":"cli:test","expiresAt":null,"disabled":false}

            """
    }

    static func deletion(_ sequence: Int, key number: Int) -> String {
        """
        {"v":1,"seq":\(sequence),"type":"accessKey","id":"aigk_\(number)","deleted":true}

        """
    }
}

/// Numbers that are the same in every run (SplitMix64).
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return mixed ^ mixed >> 31
    }
}
