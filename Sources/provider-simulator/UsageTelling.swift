/// Where an answer tells its tokens, other than where the provider's own answers do: `usage=never`.
enum UsageTelling: String {
    /// Nowhere, asked for or not.
    case never
    /// Where it always is: all counts are 0.
    case zero
    /// In two places of a stream, the same counts in both.
    case twice
    /// Behind the reason why the model stopped, asked for or not, and nowhere before.
    case late
    /// Before the content of a stream, and never again.
    case early
}

/// How many output tokens are told, whatever was said.
enum Spending: Equatable {
    /// `spend=N`.
    case exactly(Int)
    /// `spend=max`: the request's limit; without one, what was said.
    case all
}

/// What a reply tells of its tokens, and where a stream does.
extension Reply {
    /// Whether a whole answer tells its tokens.
    var tellsUsage: Bool { telling != .never }

    /// Whether a stream tells them before its content.
    var tellsUsageFirst: Bool { telling == .early }

    /// Whether a stream tells them where the provider's own do.
    var tellsUsageAsUsual: Bool { telling == nil || telling == .zero || telling == .twice }

    /// Whether a stream tells them behind its end, where that is not usual.
    var tellsUsageLast: Bool { telling == .late || telling == .twice }
}
