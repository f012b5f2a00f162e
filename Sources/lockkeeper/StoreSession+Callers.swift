import Access
import Model
import Routing
import Storage

/// Who asks with an access key.
struct Caller {
    /// The account of the key.
    let account: AccountID
    /// What the key is under.
    let configuration: KeyConfigurationRecord?
    /// The key itself.
    let record: AccessKeyRecord
}

extension StoreSession {
    /// Who asks with a key at a gateway; one that would not be let in is refused as it is there.
    func caller(_ key: String, at gateway: GatewayConfiguration) throws -> Caller {
        let record = try store.contents.accessKey(key)
        if let bound = record.gatewayID, bound != gateway.id {
            throw Refused("ERR_NGROK_27008 (403): \(key) works at gateway \(bound) alone")
        }
        if record.isDisabled { throw Refused("ERR_NGROK_27007 (401): \(key) is disabled") }
        if let expiry = record.expiresAt, expiry <= now {
            throw Refused("ERR_NGROK_27007 (401): \(key) expired at \(expiry)")
        }
        if store.contents.accounts.isDisabled(record.accountID) {
            throw Refused(
                "ERR_NGROK_27007 (401): the account \(record.accountID) of \(key) is disabled"
            )
        }
        guard gateway.accounts.contains(record.accountID) else {
            throw Refused(
                "ERR_NGROK_27007 (401): \(gateway.id) does not accept keys of the account "
                    + "\(record.accountID)"
            )
        }
        guard let id = record.configurationID else {
            return Caller(account: record.accountID, configuration: nil, record: record)
        }
        guard let configuration = store.contents.configurations.records[id],
            configuration.accountID == record.accountID
        else {
            throw Refused(
                "ERR_NGROK_27007 (401): \(key) is under the configuration \(id), which is not there"
            )
        }
        return Caller(account: record.accountID, configuration: configuration, record: record)
    }
}

extension RouteTable {
    /// The rules of a configuration, as a worker would have them.
    func keyRules(_ configuration: KeyConfigurationRecord?) -> KeyRules? {
        guard let configuration else { return nil }
        let turns = KeyTurns(
            of: [(configuration.id, configuration.policy)],
            keyCount: 0,
            seed: 0
        )
        var builder = KeyRulesBuilder(routes: self, turns: turns)
        return builder.rules(configuration.id, configuration.policy)
    }
}
