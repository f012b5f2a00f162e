package import Model

/// The management keys of an installation: few, and looked up by people and scripts alone.
package struct ManagementKeys: Equatable, Sendable {
    /// By their ids.
    package private(set) var records: [ManagementKeyID: ManagementKeyRecord] = [:]
    private var ids: [TokenHandle: ManagementKeyID] = [:]

    /// What the look-up of a token comes to.
    package enum Lookup: Equatable, Sendable {
        /// No token of a management key: of another kind, or mistyped.
        case malformed
        /// Unknown, deleted, expired or disabled: nobody is told which.
        case unknown
        /// One that may be used.
        case found(ManagementKeyRecord)
    }

    /// None.
    package init() {}

    /// Takes a key as it is now.
    package mutating func set(_ record: ManagementKeyRecord) {
        remove(record.id)
        records[record.id] = record
        ids[record.handle] = record.id
    }

    /// A key is no more.
    package mutating func remove(_ id: ManagementKeyID) {
        guard let old = records.removeValue(forKey: id) else { return }
        if ids[old.handle] == id { ids[old.handle] = nil }
    }

    /// Finds the key that a token opens.
    ///
    /// The time it takes tells whether there is such a handle, which is public, and nothing about
    /// the hash.
    package func find(_ token: Span<UInt8>, at now: Timestamp) -> Lookup {
        guard case .valid(let handle) = TokenFormat.management.shape(of: token) else {
            return .malformed
        }
        guard let record = ids[handle].flatMap({ records[$0] }),
            record.hash.matches(TokenHash(of: token)), record.isUsable(at: now)
        else { return .unknown }
        return .found(record)
    }
}
