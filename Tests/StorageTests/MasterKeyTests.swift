import Access
import Model
import Storage
import Testing

@Suite struct `A master key` {
    private static let text = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    private let record = SealedRecord(Records.providerKey(1))

    private static func make(_ text: String = text) throws -> MasterKey {
        try #require(MasterKey(base64: Secret(text)))
    }

    @Test(arguments: [
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8",
        " AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n",
    ])
    func `is read with and without padding`(text: String) throws {
        #expect(try `A master key`.make(text).id == `A master key`.make().id)
    }

    @Test(arguments: [
        "", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHg==", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYX",
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh9=", "not base64 at all!",
        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gIQ==",
    ])
    func `of another length or form is refused`(text: String) {
        #expect(MasterKey(base64: Secret(text)) == nil)
    }

    @Test func `has an id that its bytes give`() throws {
        #expect(try `A master key`.make().id == "46069458")
        #expect(try "\(`A master key`.make())" == "master key 46069458")
    }

    @Test(arguments: ["sk-proj-0123456789", "", "語 with spaces"])
    func `opens what it sealed`(value: String) throws {
        let key = try `A master key`.make()
        let sealed = key.seal(Secret(value), for: record)
        #expect(try key.open(sealed, of: record).exposed == value)
        #expect(sealed.hasPrefix("v1.46069458."))
        #expect(sealed.split(separator: ".").count == 4)
        #expect(!sealed.contains("="))
    }

    @Test func `never seals alike`() throws {
        let key = try `A master key`.make()
        let all = (0..<200).map { _ in key.seal(Secret("same"), for: record) }
        #expect(Set(all).count == 200)
    }

    /// Made by Python's cryptography, AESGCM with nonce 0...11.
    @Test func `opens what another program sealed`() throws {
        #expect(
            try `A master key`.make().open(
                "v1.46069458.AAECAwQFBgcICQoL.NGn7dLGNp2nqA2y-9Rft9q-xi3A7xExh",
                of: record
            ).exposed == "sk-other"
        )
    }

    @Test func `does not open what belongs to another record`() throws {
        let key = try `A master key`.make()
        let id = ProviderKeyID("aigpk_1")
        let sealed = key.seal(
            Secret("value"),
            for: SealedRecord(id: id, account: .standard, provider: ProviderID("openai"))
        )
        for other in [
            SealedRecord(
                id: ProviderKeyID("aigpk_2"),
                account: .standard,
                provider: ProviderID("openai")
            ),
            SealedRecord(id: id, account: AccountID("acct_2"), provider: ProviderID("openai")),
            SealedRecord(id: id, account: .standard, provider: ProviderID("groq")),
        ] {
            #expect(throws: MasterKey.OpeningError.notAuthentic) {
                try key.open(sealed, of: other)
            }
        }
    }

    @Test func `does not open what was changed`() throws {
        let key = try `A master key`.make()
        let sealed = Array(key.seal(Secret("value"), for: record).utf8)
        for place in sealed.indices {
            var changed = sealed
            changed[place] = changed[place] == UInt8(ascii: "B") ? 0x43 : 0x42
            #expect(throws: MasterKey.OpeningError.self, "place \(place)") {
                try key.open(String(decoding: changed, as: UTF8.self), of: record)
            }
        }
        for count in sealed.indices {
            #expect(throws: MasterKey.OpeningError.self) {
                try key.open(String(decoding: sealed.prefix(count), as: UTF8.self), of: record)
            }
        }
    }

    @Test func `names the key that something was sealed under`() throws {
        let other = try `A master key`.make("/////////////////////////////////////////v8=")
        let sealed = other.seal(Secret("value"), for: record)
        #expect(throws: MasterKey.OpeningError.otherMasterKey(id: other.id)) {
            try `A master key`.make().open(sealed, of: record)
        }
    }
}
