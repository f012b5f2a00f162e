/// What an expression may speak of.
package struct Environment: Sendable {
    /// The names of values that are given when it runs, dotted ones among them, and their types.
    package var variables: [String: StaticType]
    /// Finds the rules of a time zone by its name, as `Europe/Berlin`.
    package var zone: @Sendable (String) -> TimeZone?
    /// The kind of object whose fields are names of their own; its number is 0.
    package var root: HostType?
    /// Every kind of object, in the order of their numbers.
    package var types: [HostType]
    /// Whether names and types are checked before it runs; otherwise a fault is one when it is met.
    package var isChecked: Bool

    /// An environment of these variables.
    package init(
        variables: [String: StaticType] = [:],
        root: HostType? = nil,
        types: [HostType] = [],
        isChecked: Bool = true,
        zone: @escaping @Sendable (String) -> TimeZone? = { _ in nil }
    ) {
        self.variables = variables
        self.root = root
        self.types = types
        self.isChecked = isChecked
        self.zone = zone
    }

    /// The zone of a fixed offset or of a name.
    func timeZone(_ text: String) -> TimeZone? {
        TimeZone(fixed: text) ?? zone(text)
    }
}
