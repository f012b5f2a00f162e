package import Access
package import JSON
package import Model
import Routing

/// A virtual model of an account as a person writes it, or a change to one: what is nil is left out.
package struct VirtualModelDraft: Equatable, Sendable {
    /// The account it belongs to; of a new one alone.
    package var accountID: AccountID?
    /// What clients write.
    package var name: String?
    /// What people say about it.
    package var description: String?
    /// What programs say about it.
    package var metadata: Metadata?
    /// The model addresses that are tried, in order.
    package var targets: [String]?

    /// Nothing at all.
    package init() {}

    /// Reads a JSON object; a member that is null clears what stands there.
    package init(_ root: JSONValue) throws(DraftError) {
        let reader = try DraftReader(
            root,
            members: ["accountId", "name", "description", "metadata", "targets"]
        )
        accountID = try reader.optional("accountId") { (written) throws(MemberError) in
            AccountID(try written.identifier())
        }
        .flatMap(\.self)
        name = try reader.value("name", .nameCharacter) { (written) throws(MemberError) in
            // How long it may be is checked with what it may have in it.
            written.isNull ? "" : try written.text(atMost: .max)
        }
        description = try reader.description()
        metadata = try reader.metadata()
        targets = try reader.written("targets").map { (written) throws(DraftError) in
            let targets = try written.saying(.targetCount) { () throws(MemberError) in
                try written.elements(1...Limits.virtualModelTargets)
            }
            return try targets.map { (target) throws(DraftError) in
                try target.saying(.unknownTarget) { () throws(MemberError) in
                    try target.text(atMost: ModelAddress.longest)
                }
            }
        }
    }

    /// A new virtual model.
    ///
    /// - Parameter site: what its targets must be there for, and its name must not be.
    package func make(
        _ id: VirtualModelID,
        for account: AccountID,
        in site: AccountSite,
        at now: Timestamp,
        by author: String
    ) throws(DraftError) -> VirtualModelRecord {
        guard let name else { throw DraftError(.missingName, "\"name\" is missing") }
        guard !name.isEmpty else { throw DraftError(.missingName, "name: empty") }
        guard targets != nil else { throw DraftError(.targetCount, "\"targets\" is missing") }
        guard site.virtualModels.count < Limits.accountVirtualModels else {
            throw DraftError(
                .tooManyVirtualModels,
                "an account has \(Limits.accountVirtualModels) virtual models at most"
            )
        }
        var record = VirtualModelRecord(
            id: id,
            accountID: account,
            name: "",
            targets: [],
            createdAt: now,
            updatedAt: now,
            createdBy: author,
            lastUpdatedBy: author
        )
        try apply(to: &record, in: site, at: now, by: author)
        return record
    }

    /// Changes a virtual model by what is said.
    package func apply(
        to record: inout VirtualModelRecord,
        in site: AccountSite,
        at now: Timestamp,
        by author: String
    ) throws(DraftError) {
        guard accountID == nil || accountID == record.accountID else {
            throw DraftError(.value, "accountId: it can't be changed; make another virtual model")
        }
        if let name, name.isEmpty || name != record.name {
            try check(name: name, of: record.id, in: site)
            record.name = name
        }
        if let description { record.description = description }
        if let metadata { record.metadata = metadata }
        if let targets {
            try check(targets, of: record, in: site)
            record.targets = targets
        }
        record.updatedAt = now
        record.lastUpdatedBy = author
    }

    private func check(
        name: String,
        of id: VirtualModelID,
        in site: AccountSite
    ) throws(DraftError) {
        guard !name.isEmpty else { throw DraftError(.missingName, "name: empty") }
        guard name.utf8.count <= Limits.virtualModelNameBytes else {
            throw DraftError(
                .nameTooLong,
                "name: more than \(Limits.virtualModelNameBytes) characters"
            )
        }
        guard AccountID.isName(name) else {
            throw DraftError(
                .nameCharacter,
                "name: it has letters, digits, dots, underscores and hyphens alone"
            )
        }
        let taken = site.virtualModels.contains {
            $0.id != id && $0.name.lowercased() == name.lowercased()
        }
        if taken { throw DraftError(.exists, "name: there is a virtual model '\(name)' already") }
        if let reason = site.reasonWhyTaken(name) {
            throw DraftError(.exists, "name: '\(name)' is \(reason)")
        }
    }

    private func check(
        _ targets: [String],
        of record: VirtualModelRecord,
        in site: AccountSite
    ) throws(DraftError) {
        guard (1...Limits.virtualModelTargets).contains(targets.count) else {
            throw DraftError(
                .targetCount,
                "targets: there must be 1 to \(Limits.virtualModelTargets) models"
            )
        }
        var seen: Set<String> = []
        for (place, target) in targets.enumerated() {
            let path = "targets[\(place)]"
            guard seen.insert(target.lowercased()).inserted else {
                throw DraftError(.duplicateTarget, "\(path): '\(target)' is there twice")
            }
            let isOwn = [record.name, name ?? ""].contains {
                $0.lowercased() == target.lowercased()
            }
            guard !isOwn, !site.isVirtual(target) else {
                throw DraftError(
                    .nestedTarget,
                    "\(path): '\(target)' is virtual itself: name its targets"
                )
            }
            if let reason = site.reasonWhyUnknown(target) {
                throw DraftError(.unknownTarget, "\(path): \(reason)")
            }
        }
    }
}
