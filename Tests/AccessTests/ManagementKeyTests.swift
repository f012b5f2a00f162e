import Access
import Model
import Testing

@Suite struct `Management keys` {
    private static let now = Timestamp(milliseconds: 1_800_000_000_000)

    private static func make(
        _ seed: UInt64,
        _ scope: ManagementScope = .admin
    ) -> (token: String, record: ManagementKeyRecord) {
        var random = SeededRandom(seed: seed)
        let token = TokenFormat.management.generate(using: &random)
        let record = ManagementKeyRecord(
            of: token,
            id: ManagementKeyID("aigm_\(seed)"),
            scope: scope,
            createdAt: now,
            createdBy: "test"
        )
        return (token.text.exposed, record)
    }

    private static func find(_ token: String, in keys: ManagementKeys) -> ManagementKeys.Lookup {
        keys.find(token.utf8Span.span, at: now)
    }

    @Test func `are found by their tokens`() {
        var keys = ManagementKeys()
        let made = (1...5).map { Self.make(UInt64($0)) }
        for key in made { keys.set(key.record) }
        for key in made { #expect(Self.find(key.token, in: keys) == .found(key.record)) }
        #expect(Self.find(Self.make(6).token, in: keys) == .unknown)
        #expect(Self.find("", in: keys) == .malformed)
        #expect(Self.find(String(made[0].token.dropLast()), in: keys) == .malformed)
        keys.remove(made[0].record.id)
        #expect(Self.find(made[0].token, in: keys) == .unknown)
        #expect(Self.find(made[1].token, in: keys) == .found(made[1].record))
    }

    @Test func `are not found with another secret`() {
        let (_, record) = Self.make(1)
        var random = SeededRandom(seed: 2)
        let other = TokenFormat.management.generate(using: &random)
        let forged = ManagementKeyRecord(
            id: record.id,
            scope: .admin,
            handle: other.handle,
            hash: record.hash,
            keyRedacted: "",
            createdAt: Self.now,
            updatedAt: Self.now,
            createdBy: "",
            lastUpdatedBy: ""
        )
        var keys = ManagementKeys()
        keys.set(forged)
        #expect(Self.find(other.text.exposed, in: keys) == .unknown)
    }

    @Test(
        arguments: [
            (nil, false, true), (nil, true, false), (1, false, true), (1, true, false),
            (0, false, false), (-1, false, false),
        ] as [(Int64?, Bool, Bool)]
    )
    func `that expired or are disabled are unknown`(
        expiry: Int64?,
        isDisabled: Bool,
        isFound: Bool
    ) {
        var (token, record) = Self.make(1)
        record.expiresAt = expiry.map { Timestamp(milliseconds: Self.now.milliseconds + $0) }
        record.isDisabled = isDisabled
        var keys = ManagementKeys()
        keys.set(record)
        #expect(Self.find(token, in: keys) == (isFound ? .found(record) : .unknown))
    }

    @Test func `and access keys are told apart by their shape`() {
        var random = SeededRandom(seed: 1)
        let access = TokenFormat.standard.generate(using: &random).text.exposed
        let management = Self.make(1).token
        #expect(Self.find(access, in: ManagementKeys()) == .malformed)
        let table = KeyTable.build(from: [])
        #expect(table.find(management.utf8Span.span, atUnixSecond: 0) == .managementKey)
        let cut = String(management.dropLast())
        #expect(table.find(cut.utf8Span.span, atUnixSecond: 0) == .malformed)
        #expect(table.find(access.utf8Span.span, atUnixSecond: 0) == .unknown)
    }

    @Test(
        arguments: [
            (.admin, nil, .admin), (.admin, "acme", nil),
            (.account, nil, nil), (.account, "acme", .account(AccountID("acme"))),
            (.read, nil, nil), (.read, "acme", .read(AccountID("acme"))),
        ] as [(ManagementScope.Role, String?, ManagementScope?)]
    )
    func `have an account unless they are admins`(
        role: ManagementScope.Role,
        account: String?,
        scope: ManagementScope?
    ) {
        let made = ManagementScope(role, account.map { AccountID($0) })
        #expect(made == scope)
        guard let made else { return }
        #expect(made.role == role)
        #expect(made.accountID?.rawValue == account)
        #expect(made.covers(AccountID("acme")))
        #expect(made.covers(AccountID("other")) == (role == .admin))
        #expect(made.mayWrite == (role != .read))
    }
}
