import Crypto
import Model

extension CreditWarningSettings.Webhook {
    /// What a receiver knows a post of ours by: the value of `Lockkeeper-Signature`.
    ///
    /// `t` is the second of the post, which the receiver should find recent; `v1` is the
    /// HMAC-SHA256 of `t`, a dot and the body, in hexadecimal digits.
    package func signature(of body: [UInt8], at second: Int64) -> String {
        var hash = HMAC<SHA256>(key: SymmetricKey(data: Array(secret.exposed.utf8)))
        hash.update(data: Array("\(second).".utf8))
        hash.update(data: body)
        let digits = hash.finalize().map { byte in
            String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }
        return "t=\(second),v1=\(digits.joined())"
    }
}
