import Access
import Model
import Storage
import Testing

/// Lines that the fast reader takes and lines that it leaves to the other one: both say the same.
@Suite struct `Lines as this program writes them` {
    private let directory: TemporaryDirectory

    init() throws {
        directory = try TemporaryDirectory()
    }

    private func record(_ number: Int, using random: inout SeededRandom) -> AccessKeyRecord {
        let texts = ["", "plain", "quo\"te", "back\\slash", "new\nline", "é", "🔑", "a/b"]
        func text() -> String {
            (0..<Int.random(in: 0..<4, using: &random))
                .map { _ in texts.randomElement(using: &random) ?? "" }.joined()
        }
        return Records.accessKey(number) {
            $0.name = text()
            $0.description = text()
            $0.metadata =
                Int.random(in: 0..<4, using: &random) == 0
                ? .object(json: #"{"a":1}"#) : .text(text())
            $0.gatewayID = Bool.random(using: &random) ? GatewayID("ep_1") : nil
            $0.configurationID = Bool.random(using: &random) ? ConfigurationID("aigac_1") : nil
            $0.updatedAt = Timestamp(milliseconds: Int64.random(in: 0..<1 << 42, using: &random))
            $0.lastUpdatedBy = text()
            $0.expiresAt =
                Bool.random(using: &random)
                ? Timestamp(unixSecond: Int64.random(in: 0..<1 << 33, using: &random)) : nil
            $0.isDisabled = Int.random(in: 0..<4, using: &random) == 0
            $0.budget =
                Int.random(in: 0..<4, using: &random) == 0
                ? Budget(NanoDollars(Int64(number + 1)), each: .week, of: .all) : nil
        }
    }

    /// What both readers make of the file: nothing, or a reason that is the same.
    private func read() throws -> (full: StoreContents, serving: ServingImage)? {
        let full = StoreReader(of: try directory.state(), into: StoreContents())
        let serving = StoreReader(
            of: try directory.state(),
            into: ServingImage(format: .standard)
        )
        var problems: [StorageError?] = [nil, nil]
        do throws(StorageError) { _ = try full.refresh() } catch { problems[0] = error }
        do throws(StorageError) { _ = try serving.refresh() } catch { problems[1] = error }
        #expect(problems[0] == problems[1])
        guard problems[0] == nil else { return nil }
        #expect(full.sequence == serving.sequence)
        return (full.image, serving.image)
    }

    private func expectSame(_ full: StoreContents, _ image: ServingImage, at second: Int64) {
        var image = image
        let table = image.makeKeyTable()
        #expect(table.count == full.accessKeys.count)
        for record in full.accessKeys.values {
            guard let number = Int(record.id.rawValue.dropFirst(5)) else { continue }
            let token = Array(Records.token(number).text.exposed.utf8)
            let isUsable =
                !record.isDisabled && second < record.expiresAt?.unixSecond ?? .max
                && record.hash == Records.token(number).hash
                && record.handle == Records.token(number).handle
            guard case .found(let key) = table.find(token.span, atUnixSecond: second) else {
                #expect(!isUsable, "\(record)")
                continue
            }
            #expect(isUsable, "\(record)")
            #expect(table.id(of: key) == record.id.rawValue)
            #expect(table.name(of: key) == record.name)
            #expect(table.account(of: key) == record.accountID)
            #expect(table.budget(of: key) == record.budget)
            #expect(table.gateway(of: key) == record.gatewayID)
            #expect(
                table.configurationIndex(of: key).map { table.configurations[$0] }
                    == record.configurationID
            )
        }
    }

    @Test(arguments: [1, 2, UInt64.random(in: 3...9999)])
    func `read the same`(seed: UInt64) throws {
        print("written keys: seed \(seed)")
        var random = SeededRandom(seed: seed)
        let store = try KeyStore(try directory.state())
        for number in 0..<60 {
            let made = record(number % 50, using: &random)
            _ = try store.commit { _ in .accessKey(made) }
        }
        let both = try #require(try read())
        for second in [0, 1 << 30, 1 << 32, 1 << 33] {
            expectSame(both.full, both.serving, at: Int64(second))
        }
    }

    @Test(arguments: [1, 2, UInt64.random(in: 3...9999)])
    func `read the same with a byte changed, added or missing`(seed: UInt64) throws {
        print("changed lines: seed \(seed)")
        var random = SeededRandom(seed: seed)
        let bytes = Array("0129afzAZ\"\\{}[],:-TZ. \u{7F}é\u{1}nulltruefalse".utf8)
        for _ in 0..<150 {
            var line = Array(Records.line(1, key: 1).utf8)
            for _ in 0..<Int.random(in: 1...2, using: &random) {
                let place = Int.random(in: 0..<line.count - 1, using: &random)
                let byte = bytes.randomElement(using: &random) ?? 0
                switch Int.random(in: 0..<4, using: &random) {
                case 0: line[place] = byte
                case 1: line.insert(byte, at: place)
                case 2: line.remove(at: place)
                default: line.swapAt(place, max(0, place - 1))
                }
            }
            try directory.write(line, to: "store.jsonl")
            guard let both = try read() else { continue }
            expectSame(both.full, both.serving, at: 0)
        }
    }

    @Test(arguments: [
        #""createdAt":"2026-02-30T02:13:05Z""#, #""createdAt":"2026-11-21T24:13:05Z""#,
        #""createdAt":"2026-13-21T02:13:05Z""#, #""createdAt":"2026-11-31T02:13:05.123Z""#,
        #""createdAt":"2026-11-21T02:60:05Z""#, #""createdAt":"2026-11-21 02:13:05Z""#,
        #""createdAt":"2026-11-21T02:13:60Z""#, #""createdAt":"2026-02-29T02:13:05Z""#,
        #""createdAt":"2024-02-29T02:13:05Z""#, #""createdAt":"2026-11-21T02:13:05+01:00""#,
    ])
    func `have moments that are the same to both`(moment: String) throws {
        let line = Records.line(1, key: 1)
        let start = try #require(line.firstRange(of: #""createdAt":"2026-11-21T02:13:05.123Z""#))
        try directory.write(line.replacingCharacters(start, with: moment), to: "store.jsonl")
        _ = try read()
    }
}

extension String {
    fileprivate func firstRange(of text: String) -> Range<String.Index>? {
        indices.first { self[$0...].hasPrefix(text) }
            .map { $0..<index($0, offsetBy: text.count) }
    }

    fileprivate func replacingCharacters(_ range: Range<String.Index>, with text: String) -> String
    {
        String(self[..<range.lowerBound]) + text + String(self[range.upperBound...])
    }
}
