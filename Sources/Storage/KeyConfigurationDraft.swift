package import Access
package import JSON
package import Model

/// An access key configuration as a person writes it, or a change to one: what is nil is left out.
package struct KeyConfigurationDraft: Equatable, Sendable {
    /// What people call it.
    package var name: String?
    /// What people say about it.
    package var description: String?
    /// What programs say about it.
    package var metadata: Metadata?
    /// What its keys may reach.
    package var access: AllowLists?
    /// By which provider keys.
    package var rules: [KeyRuleDraft]?
    /// What its keys together may cost; nil in it for no limit.
    package var budget: Budget??

    /// Nothing at all.
    package init() {}

    /// Reads a JSON object; a member that is null clears what stands there.
    ///
    /// - Parameter others: members that it may have and that somebody else reads.
    package init(
        _ root: JSONValue,
        besides others: [String] = []
    ) throws(KeyConfigurationError) {
        do throws(MemberError) {
            try self.init(WrittenValue(root), besides: others)
        } catch {
            throw KeyConfigurationError(description: error.reason)
        }
    }

    private init(_ root: WrittenValue, besides others: [String]) throws(MemberError) {
        try root.requireObject(
            of: ["name", "description", "metadata", "access", "router", "budget"] + others
        )
        if let written = root["name"] {
            let text = try written.text(atMost: Limits.nameLength)
            guard !text.isEmpty else { throw written.error("empty") }
            name = text
        }
        if let written = root["description"] {
            description = written.isNull ? "" : try written.text(atMost: Limits.descriptionLength)
        }
        metadata = try root["metadata"].map { (written) throws(MemberError) in
            try Metadata(written)
        }
        access = try root["access"].map { (written) throws(MemberError) in
            try AllowLists(written)
        }
        rules = try root["router"].map { (written) throws(MemberError) in
            try KeyRuleDraft.list(written)
        }
        budget = try root["budget"].map { (written) throws(MemberError) in
            written.isNull ? nil : try Budget(written)
        }
    }
}

/// What is wrong with a configuration that somebody wrote: the member and the reason.
package struct KeyConfigurationError: Error, Equatable, Sendable, CustomStringConvertible {
    /// `router.rules[0].steps: empty`.
    package let description: String
}

extension Metadata {
    init(_ written: WrittenValue) throws(MemberError) {
        switch written.value.kind {
        case .null: self = .empty
        case .object:
            var writer = JSONWriter()
            writer.value(written.value)
            self = .object(json: String(decoding: writer.bytes, as: UTF8.self))
        case .string, .number, .array, .true, .false:
            self = .text(try written.text(atMost: Limits.metadataBytes))
        }
        guard byteCount <= Limits.metadataBytes else {
            throw written.error("more than \(Limits.metadataBytes) bytes")
        }
    }
}
