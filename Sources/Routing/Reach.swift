package import Model

/// Which providers can serve an operation, as far as the dialects go that they speak.
package enum Reach: Hashable, Sendable {
    /// Only those that speak this one.
    case only(Dialect)
    /// All: what is asked and answered can be translated.
    case every

    /// Each of them, in the order of their places.
    static let allCases = Dialect.allCases.map { Reach.only($0) } + [.every]

    /// The place in `allCases`.
    var ordinal: Int {
        switch self {
        case .only(let dialect): dialect.ordinal
        case .every: Dialect.allCases.count
        }
    }

    /// Whether a provider of these dialects is one of them.
    func includes(_ dialects: DialectSet) -> Bool {
        switch self {
        case .only(let dialect): dialects.contains(dialect)
        case .every: !dialects.isEmpty
        }
    }
}

extension Operation {
    /// Which providers can serve it.
    package var reach: Reach { generates ? .every : .only(dialect) }
}
