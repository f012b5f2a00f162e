/// A name of the operator's own for an ordered list of models.
package struct VirtualModel: Equatable, Sendable {
    /// What clients write.
    package let name: String
    /// What it is for.
    package let description: String?
    /// The model addresses that are tried, in order; none of them is a virtual model.
    package let targets: [String]

    /// A virtual model.
    package init(name: String, description: String? = nil, targets: [String]) {
        self.name = name
        self.description = description
        self.targets = targets
    }
}
