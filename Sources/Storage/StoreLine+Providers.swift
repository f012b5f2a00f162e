import Access
import Model
import Routing

/// The lines of providers and virtual models that accounts made.
extension CustomProviderRecord {
    init(id: CustomProviderID, from members: inout MemberReader) throws(MemberError) {
        let surfaces = WrittenValue(
            try members.tree(.supportedApiSurfaces),
            at: "\(MemberName.supportedApiSurfaces)"
        )
        let models = WrittenValue(try members.tree(.models), at: "\(MemberName.models)")
        self.init(
            id: id,
            accountID: AccountID(try members.identifier(.accountId)),
            providerID: ProviderID(try members.identifier(.providerId)),
            name: try members.text(.name, atMost: Limits.nameLength),
            baseURL: try members.text(.baseUrl, atMost: Limits.baseURLBytes),
            metadata: try members.metadata(),
            surfaces: try MemberError.saying { () throws(DraftError) in
                try surfaces.customSurfaces()
            },
            models: try MemberError.saying { () throws(DraftError) in try models.customModels() },
            createdAt: try members.value(.createdAt) { Timestamp($0) },
            updatedAt: try members.value(.updatedAt) { Timestamp($0) },
            createdBy: try members.text(.createdBy, atMost: Limits.nameLength),
            lastUpdatedBy: try members.text(.lastUpdatedBy, atMost: Limits.nameLength)
        )
    }
}

extension VirtualModelRecord {
    init(id: VirtualModelID, from members: inout MemberReader) throws(MemberError) {
        let written = WrittenValue(try members.tree(.targets), at: "\(MemberName.targets)")
        var targets: [String] = []
        for target in try written.elements(1...Limits.virtualModelTargets) {
            targets.append(try target.text(atMost: ModelAddress.longest))
        }
        self.init(
            id: id,
            accountID: AccountID(try members.identifier(.accountId)),
            name: try members.text(.name, atMost: Limits.virtualModelNameBytes),
            description: try members.text(.description, atMost: Limits.descriptionLength),
            metadata: try members.metadata(),
            targets: targets,
            createdAt: try members.value(.createdAt) { Timestamp($0) },
            updatedAt: try members.value(.updatedAt) { Timestamp($0) },
            createdBy: try members.text(.createdBy, atMost: Limits.nameLength),
            lastUpdatedBy: try members.text(.lastUpdatedBy, atMost: Limits.nameLength)
        )
    }
}

extension MemberError {
    /// What goes wrong is a fault of the line.
    fileprivate static func saying<Value>(
        _ read: () throws(DraftError) -> Value
    ) throws(MemberError) -> Value {
        do throws(DraftError) {
            return try read()
        } catch {
            throw MemberError(error.description)
        }
    }
}
