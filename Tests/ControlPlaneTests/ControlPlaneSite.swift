import Access
import Accounting
import ControlPlane
import Glibc
import JSON
import Ledger
import Model
import Platform
import Storage

/// A control plane over a directory of a test's own, with records of two accounts.
final class ControlPlaneSite {
    let path: String
    let plane: ControlPlane
    private(set) var moment = Timestamp(milliseconds: 1_795_227_185_123)

    static let other = AccountID("other")
    static let admin = APICaller("aigm_admin", .admin)

    /// One caller of each kind, from the view of the account `default`.
    static let callers: [(name: String, caller: APICaller)] = [
        ("admin", admin),
        ("own account", APICaller("aigm_own", .account(.standard))),
        ("own read", APICaller("aigm_look", .read(.standard))),
        ("other account", APICaller("aigm_other", .account(other))),
        ("other read", APICaller("aigm_peek", .read(other))),
        ("account that there is not", APICaller("aigm_gone", .account(AccountID("gone")))),
        ("read of one that there is not", APICaller("aigm_lost", .read(AccountID("gone")))),
    ]

    init() throws {
        var template = Array("/tmp/lockkeeper-control-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else { throw SystemError.last("mkdtemp") }
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let yaml = """
            listen: unix:\(path)/worker.sock
            state: \(path)
            master_key: MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=
            gateways:
              - id: ep_main
                accounts: [default]
                providers: [{id: openai}]

            """
        let file = try File("\(path)/gateway.yaml", for: .creating)
        try file.write(Array(yaml.utf8).span, at: 0)
        let configuration = try ConfigurationLoader.load(path: "\(path)/gateway.yaml")
        let directory = try StateDirectory(path)
        try ControlPlaneSite.fill(directory, at: moment)
        try ControlPlaneSite.fillLedger(directory, at: moment)
        plane = try ControlPlane(configuration)
    }

    deinit {
        guard let directory = unsafe opendir(path) else { return }
        while let entry = unsafe readdir(directory) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != ".", name != ".." { unsafe unlink("\(path)/\(name)") }
        }
        unsafe closedir(directory)
        unsafe rmdir(path)
    }

    /// A grant, and a request whose second attempt served.
    private static func fillLedger(_ directory: StateDirectory, at moment: Timestamp) throws {
        try directory.prepareLedger()
        let ledger = try LedgerDatabase(directory.ledgerPath, sync: .normal, instance: "test")
        _ = try ledger.grant(
            NanoDollars(7_500_000_000),
            .purchase,
            to: .standard,
            key: "sample",
            at: moment,
            expiringAt: Timestamp(milliseconds: moment.milliseconds + 86_400_000)
        )
        var event = UsageEvent(
            requestID: "rq_sample",
            time: moment,
            account: .standard,
            accessKey: AccessKeyID("aigk_sample"),
            gateway: GatewayID("ep_main"),
            provider: ProviderID("anthropic"),
            model: "some-model",
            attempt: 1,
            keySource: .managed
        )
        event.isFinal = false
        event.isError = true
        event.status = 429
        event.outcome = "429"
        try ledger.write([.usage(event)])
        event.provider = ProviderID("openai")
        event.attempt = 2
        event.isFinal = true
        event.isError = false
        event.isServed = true
        event.status = 200
        event.outcome = "200"
        event.stopReason = "stop"
        event.reported = Usage(input: 100, output: 40)
        event.counted = Usage(input: 98, output: 41)
        event.charge = Charge(
            input: 100_000,
            output: 40_000,
            cacheRead: 0,
            cacheWrite5m: 0,
            cacheWrite1h: 0,
            fee: 4_001
        )
        event.millisecondsOfRequest = 30
        try ledger.write([.usage(event)])
    }

    private static func fill(_ directory: StateDirectory, at moment: Timestamp) throws {
        let store = try KeyStore(directory)
        var random = SystemRandomNumberGenerator()
        var key = AccessKeyRecord(
            of: TokenFormat.standard.generate(using: &random),
            id: AccessKeyID("aigk_sample"),
            accountID: .standard,
            createdAt: moment,
            createdBy: "cli:test"
        )
        let account = AccountRecord(
            id: other,
            createdAt: moment,
            updatedAt: moment,
            createdBy: "cli:test",
            lastUpdatedBy: "cli:test"
        )
        let provider = CustomProviderRecord(
            id: CustomProviderID("aigp_sample"),
            accountID: .standard,
            providerID: ProviderID("sample"),
            name: "Sample",
            baseURL: "https://llm.example.com/v1",
            createdAt: moment,
            updatedAt: moment,
            createdBy: "cli:test",
            lastUpdatedBy: "cli:test"
        )
        let model = VirtualModelRecord(
            id: VirtualModelID("aigvm_sample"),
            accountID: .standard,
            name: "sample-model",
            targets: ["openai:gpt-4o"],
            createdAt: moment,
            updatedAt: moment,
            createdBy: "cli:test",
            lastUpdatedBy: "cli:test"
        )
        key.gatewayID = GatewayID("ep_main")
        let records: [StoreChange] = [
            .accessKey(key),
            .managementKey(
                ManagementKeyRecord(
                    of: TokenFormat.management.generate(using: &random),
                    id: ManagementKeyID("aigm_sample"),
                    scope: .account(.standard),
                    createdAt: moment,
                    createdBy: "cli:test"
                )
            ),
            .configuration(
                KeyConfigurationRecord(
                    id: ConfigurationID("aigac_sample"),
                    accountID: .standard,
                    name: "sample",
                    description: "",
                    metadata: .empty,
                    createdAt: moment,
                    updatedAt: moment,
                    createdBy: "cli:test",
                    lastUpdatedBy: "cli:test"
                )
            ),
            .providerKey(
                ProviderKeyRecord(
                    id: ProviderKeyID("aigpk_sample"),
                    accountID: .standard,
                    providerID: ProviderID("openai"),
                    name: "sample",
                    sealedValue: "v1.01234567.AAAAAAAAAAAAAAAA.AAAA",
                    keyRedacted: "sk-proj-ab***wxyz",
                    createdAt: moment,
                    updatedAt: moment,
                    createdBy: "cli:test",
                    lastUpdatedBy: "cli:test"
                )
            ),
        ]
        _ = try store.commitAll { _ in
            records + [.account(account), .customProvider(provider), .virtualModel(model)]
        }
    }

    // MARK: Requests

    func request(_ method: String, _ path: String, body: String? = nil) -> APIRequest {
        moment = Timestamp(milliseconds: moment.milliseconds + 1)
        let parts = path.split(separator: "?", maxSplits: 1)
        var request = APIRequest(
            method,
            String(parts[0]),
            query: parts.count > 1 ? String(parts[1]) : "",
            at: moment
        )
        if let body {
            request.body = Array(body.utf8)
            request.contentType = "application/json"
        }
        return request
    }

    func answer(_ request: APIRequest, from caller: APICaller = admin) -> APIAnswer {
        switch plane.answer(request, from: caller) {
        case .answer(let answer), .stored(_, let answer): answer
        // Nobody has a ledger here.
        case .grant(_, let answer): answer(.keyReused)
        // Nor is there anybody to watch.
        case .events: APIAnswer(200)
        }
    }

    func get(_ path: String, from caller: APICaller = admin) -> APIAnswer {
        answer(request("GET", path), from: caller)
    }

    func post(_ path: String, _ body: String = "{}", from caller: APICaller = admin) -> APIAnswer {
        answer(request("POST", path, body: body), from: caller)
    }

    func auditLines() throws -> [String] {
        guard try FileStatus.of("\(path)/audit.jsonl") != nil else { return [] }
        let bytes = try File("\(path)/audit.jsonl", for: .reading).readAll(limit: 1 << 20)
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { String($0) }
    }
}

extension APIAnswer {
    /// Its body.
    func json() throws -> JSONValue { try JSONDocument.parse(body.span).root }

    /// The ids of a list.
    func ids(_ collection: String) throws -> [String] {
        try json()[collection]?.elements.compactMap { $0["id"]?.string } ?? []
    }

    func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}
