import Access
import JSON
import Model

/// Reads the members of a record that somebody wrote as a JSON object; null clears what stands
/// there.
struct DraftReader {
    private let root: WrittenValue

    /// Refuses what is no object, and members of other names.
    init(_ root: JSONValue, members: [String]) throws(DraftError) {
        self.root = WrittenValue(root)
        do throws(MemberError) {
            try self.root.requireObject(of: members)
        } catch {
            throw DraftError(.shape, error.reason)
        }
    }

    /// What a member says; nil where it is not there.
    func value<Value>(
        _ name: String,
        _ reason: DraftError.Reason = .value,
        _ read: (WrittenValue) throws(MemberError) -> Value
    ) throws(DraftError) -> Value? {
        guard let written = root[name] else { return nil }
        do throws(MemberError) {
            return try read(written)
        } catch {
            throw DraftError(reason, error.reason)
        }
    }

    /// What a member says, nil in it where it is null.
    func optional<Value>(
        _ name: String,
        _ reason: DraftError.Reason = .value,
        _ read: (WrittenValue) throws(MemberError) -> Value
    ) throws(DraftError) -> Value?? {
        try value(name, reason) { (written) throws(MemberError) -> Value? in
            written.isNull ? nil : try read(written)
        }
    }

    /// A member as it is written; nil where it is not there.
    func written(_ name: String) -> WrittenValue? { root[name] }

    /// What people call it.
    func name() throws(DraftError) -> String? {
        try value("name", .name) { (written) throws(MemberError) in
            written.isNull ? "" : try written.text(atMost: Limits.nameLength)
        }
    }

    /// What people say about it.
    func description() throws(DraftError) -> String? {
        try value("description", .description) { (written) throws(MemberError) in
            written.isNull ? "" : try written.text(atMost: Limits.descriptionLength)
        }
    }

    /// What programs say about it.
    func metadata() throws(DraftError) -> Metadata? {
        try value("metadata", .metadata) { (written) throws(MemberError) in
            try Metadata(written)
        }
    }
}

extension WrittenValue {
    /// Text that is an id.
    func identifier() throws(MemberError) -> String {
        guard let text = value.string else { throw error("not text") }
        guard (1...Limits.identifierBytes).contains(text.utf8.count) else {
            throw error("it does not have 1 to \(Limits.identifierBytes) bytes")
        }
        return text
    }

    /// `true` or `false`.
    func bool() throws(MemberError) -> Bool {
        guard let bool = value.bool else { throw error("neither true nor false") }
        return bool
    }

    /// A moment as RFC 3339 writes it.
    func moment() throws(MemberError) -> Timestamp {
        guard let moment = value.string.flatMap({ Timestamp($0) }) else {
            throw error("no moment such as 2027-01-31T00:00:00Z")
        }
        return moment
    }

    /// One of a few words.
    func word<Word: RawRepresentable & CaseIterable>() throws(MemberError) -> Word
    where Word.RawValue == String {
        guard let text = value.string else { throw error("not text") }
        guard let word = Word(rawValue: text) else {
            let all = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw error("\"\(text)\" is none of \(all)")
        }
        return word
    }
}
