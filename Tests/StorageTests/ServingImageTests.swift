import Access
import Model
import Storage
import Testing

/// A worker that follows a store through everything that happens to it, against one that has just
/// been started.
@Suite struct `A worker's image of a store` {
    private let directory: TemporaryDirectory
    private let follower: StoreReader<ServingImage>

    init() throws {
        directory = try TemporaryDirectory()
        follower = try Self.reader(of: directory)
    }

    private static func reader(
        of directory: TemporaryDirectory
    ) throws -> StoreReader<ServingImage> {
        StoreReader(of: try directory.state(), into: ServingImage(format: .standard))
    }

    /// Everything that a worker could tell of so many keys.
    private static func answers(_ reader: StoreReader<ServingImage>, upTo count: Int) -> [String] {
        let table = reader.image.makeKeyTable()
        let keys = (0..<count).map { number in
            let token = Array(Records.token(number).text.exposed.utf8)
            let isThere = reader.image.contains("aigk_\(number)")
            guard case .found(let key) = table.find(token.span, atUnixSecond: 0) else {
                return "\(number): \(isThere)"
            }
            return "\(number): \(isThere) \(table.id(of: key)) \(table.name(of: key)) "
                + "\(table.account(of: key)) \(table.gateway(of: key)?.rawValue ?? "")"
        }
        let image = reader.image
        return keys + [
            "\(table.count) keys, \(image.recordCount) records, number \(reader.sequence)",
            image.providerKeys.keys.map(\.rawValue).sorted().joined(separator: " "),
            image.managementKeys.records.keys.map(\.rawValue).sorted().joined(separator: " "),
            image.accounts.records.keys.map(\.rawValue).sorted().joined(separator: " "),
            image.customProviders.virtualModels.keys.map(\.rawValue).sorted()
                .joined(separator: " "),
            "\(reader.tornByteCount) torn",
        ]
    }

    private func change(using random: inout SeededRandom) -> StoreChange {
        let number = Int.random(in: 0..<40, using: &random)
        switch Int.random(in: 0..<18, using: &random) {
        case 0: return .providerKey(Records.providerKey(number))
        case 1: return .providerKeyDeleted(ProviderKeyID("aigpk_\(number)"))
        case 2: return .managementKey(Records.managementKey(number))
        case 3: return .managementKeyDeleted(ManagementKeyID("aigm_\(number)"))
        case 8:
            return .virtualModel(Records.virtualModel("\(number)", ["gpt-4o"], of: .standard))
        case 9: return .virtualModelDeleted(VirtualModelID("aigvm_default_\(number)"))
        case 7: return .account(Records.account("acct\(number)"))
        case 4, 5, 6: return .accessKeyDeleted(AccessKeyID("aigk_\(number)"))
        default:
            let name = "\(random.next())"
            let isDisabled = Int.random(in: 0..<5, using: &random) == 0
            let gateway = Bool.random(using: &random) ? GatewayID("ep_\(number % 3)") : nil
            return .accessKey(
                Records.accessKey(number) {
                    $0.name = name
                    $0.isDisabled = isDisabled
                    $0.gatewayID = gateway
                }
            )
        }
    }

    /// Something that somebody else does to the file.
    private func disturb(using random: inout SeededRandom) throws {
        let lines = try directory.text("store.jsonl").split(separator: "\n")
        switch Int.random(in: 0..<6, using: &random) {
        case 0:  // A writer died at its line.
            let torn = Records.line(1 << 40, key: 1).prefix(Int.random(in: 1..<300, using: &random))
            try directory.append(String(torn), to: "store.jsonl")
        case 1:  // A backup was put back.
            let kept = lines.prefix(Int.random(in: 0...lines.count, using: &random))
            try directory.replace("store.jsonl", with: kept.map { $0 + "\n" }.joined())
        case 2:  // Somebody took lines out, in the file itself.
            let kept = lines.suffix(lines.count / 3)
            try directory.write(kept.map { $0 + "\n" }.joined(), to: "store.jsonl")
        default: break
        }
    }

    @Test(arguments: [1, 2, 3, UInt64.random(in: 4...9999)])
    func `is that of a worker that reads the whole store`(seed: UInt64) throws {
        print("serving image: seed \(seed)")
        var random = SeededRandom(seed: seed)
        var outcomes: [String: Int] = [:]
        for _ in 0..<120 {
            // Another process each time; it compacts when more than half of the lines are dead.
            let writer = try KeyStore(try directory.state())
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let change = change(using: &random)
                #expect(try writer.commit { _ in change }.compactionFailure == nil)
            }
            try disturb(using: &random)
            switch try follower.refresh() {
            case .appended: outcomes["appended", default: 0] += 1
            case .readWhole: outcomes["whole", default: 0] += 1
            case .unchanged: outcomes["unchanged", default: 0] += 1
            }
            let fresh = try Self.reader(of: directory)
            _ = try fresh.refresh()
            #expect(Self.answers(follower, upTo: 40) == Self.answers(fresh, upTo: 40))
        }
        #expect(outcomes["appended", default: 0] > 10 && outcomes["whole", default: 0] > 10)
    }

    @Test func `stays when a whole store is refused in the middle`() throws {
        let lines = (1...20).map { Records.line($0, key: $0) }
        try directory.write(lines.joined(), to: "store.jsonl")
        _ = try follower.refresh()
        let before = Self.answers(follower, upTo: 21)
        let broken = Records.line(1, key: 3) + Records.deletion(2, key: 3) + "{}\n"
        try directory.replace("store.jsonl", with: broken)
        #expect(throws: StorageError.self) { _ = try follower.refresh() }
        #expect(Self.answers(follower, upTo: 21) == before)
        try directory.replace("store.jsonl", with: lines.dropFirst().joined())
        _ = try follower.refresh()
        #expect(follower.image.contains("aigk_1") == false)
        #expect(follower.image.contains("aigk_3"))
    }

    /// What lets a worker keep a million keys through any number of compactions.
    @Test func `takes hardly more memory when the same keys are read whole again`() throws {
        let lines = (1...3000).map { Records.line($0, key: $0) }.joined()
        try directory.write(lines, to: "store.jsonl")
        _ = try follower.refresh()
        let before = follower.image.makeKeyTable()
        for _ in 0..<10 {
            try directory.replace("store.jsonl", with: lines)
            #expect(try follower.refresh() == .readWhole(lineCount: 3000))
            let table = follower.image.makeKeyTable()
            #expect(table.byteCount == before.byteCount)
            #expect(table.sharesUses(with: before))
        }
    }
}
