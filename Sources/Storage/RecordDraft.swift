package import Access

/// A record as a person writes it, or a change to one: what is nil is left out.
package protocol RecordDraft {
    /// What people call it.
    var name: String? { get set }
    /// What people say about it.
    var description: String? { get set }
    /// What programs say about it.
    var metadata: Metadata? { get set }
    /// Nothing at all.
    init()
}
