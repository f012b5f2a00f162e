package import Access
import Crypto
package import Model

/// The operator's key, under which provider keys are stored.
///
/// A sealed value is `v1.<master key id>.<nonce>.<ciphertext and tag>`: AES-256-GCM, bound to the
/// record's id, account and provider, so that values can't be swapped between records.
package struct MasterKey: Sendable, CustomStringConvertible, CustomReflectable {
    /// Which key it is: 8 digits that tell nothing about it.
    package let id: String
    private let key: SymmetricKey

    /// Why a sealed value can't be opened.
    package enum OpeningError: Error, Equatable {
        /// It is not of the form that this program writes.
        case malformed
        /// It was sealed under another master key.
        case otherMasterKey(id: String)
        /// It was changed, or belongs to another record.
        case notAuthentic
    }

    /// Takes 32 bytes in base64, white space around them ignored; nil for everything else.
    package init?(base64 text: Secret) {
        let digits = text.exposed.filter { !$0.isWhitespace }
        guard let bytes = Base64.bytes(of: digits), bytes.count == 32 else { return nil }
        key = SymmetricKey(data: bytes)
        let digest = SHA256.hash(data: Array("lockkeeper master key id\0".utf8) + bytes)
        id = digest.prefix(4).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
            .joined()
    }

    /// Seals the value of a provider key's record.
    package func seal(_ value: Secret, for record: SealedRecord) -> String {
        do {
            let box = try AES.GCM.seal(
                Array(value.exposed.utf8),
                using: key,
                authenticating: record.associatedData
            )
            let nonce = Base64.urlText(of: Array(box.nonce))
            return "v1.\(id).\(nonce).\(Base64.urlText(of: Array(box.ciphertext) + box.tag))"
        } catch {
            preconditionFailure("AES-GCM takes any value under a key of 32 bytes: \(error)")
        }
    }

    /// Whether a value says that it was sealed under this key.
    package func hasSealed(_ value: String) -> Bool { value.hasPrefix("v1.\(id).") }

    /// Opens the value of a provider key's record.
    package func open(
        _ sealed: String,
        of record: SealedRecord
    ) throws(OpeningError) -> Secret {
        let parts = sealed.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 4, parts[0] == "v1",
            let nonce = Base64.bytes(of: parts[2]), let body = Base64.bytes(of: parts[3]),
            nonce.count == 12, body.count >= 16
        else { throw .malformed }
        guard parts[1] == id else { throw .otherMasterKey(id: parts[1]) }
        do {
            let box = try AES.GCM.SealedBox(combined: nonce + body)
            let value = try AES.GCM.open(box, using: key, authenticating: record.associatedData)
            return Secret(String(decoding: value, as: UTF8.self))
        } catch {
            throw .notAuthentic
        }
    }

    /// Its id.
    package var description: String { "master key \(id)" }

    /// Nothing.
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// What a sealed value is bound to.
package struct SealedRecord: Sendable {
    private let id: ProviderKeyID
    private let account: AccountID
    private let provider: ProviderID

    /// The binding of a record that is being made.
    package init(id: ProviderKeyID, account: AccountID, provider: ProviderID) {
        self.id = id
        self.account = account
        self.provider = provider
    }

    /// The binding of a record.
    package init(_ record: ProviderKeyRecord) {
        self.init(id: record.id, account: record.accountID, provider: record.providerID)
    }

    /// The three ids, each behind its length, so that no two records have the same bytes.
    fileprivate var associatedData: [UInt8] {
        var data = Array("lockkeeper provider key v1\0".utf8)
        for part in [id.rawValue, account.rawValue, provider.rawValue] {
            data += Array("\(part.utf8.count):\(part)".utf8)
        }
        return data
    }
}
