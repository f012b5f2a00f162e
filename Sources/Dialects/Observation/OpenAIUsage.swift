import JSON
import Model

/// The `usage` object of OpenAI's APIs and of those compatible with them.
///
/// Chat says `prompt_tokens` and `completion_tokens`, responses and images say `input_tokens` and
/// `output_tokens`. The input includes what the cache gave and took; ours does not.
enum OpenAIUsage {
    private static let scanner = MemberScanner([
        "prompt_tokens", "input_tokens", "completion_tokens", "output_tokens",
        "prompt_tokens_details", "input_tokens_details", "completion_tokens_details",
        "output_tokens_details", "prompt_cache_hit_tokens",
    ])
    private static let inputDetails = MemberScanner(["cached_tokens", "cache_write_tokens"])
    private static let outputDetails = MemberScanner(["reasoning_tokens"])

    /// The usage that a member tells; nil when it is no object, as the `null` of most chunks.
    static func read(_ member: Member?, in text: Span<UInt8>) -> Usage? {
        guard let member, member.kind == .object else { return nil }
        return read(member.value, in: text)
    }

    /// The usage that an object tells, which is a part of a text.
    static func read(_ object: Range<Int>, in text: Span<UInt8>) -> Usage? {
        guard let usage = scanner.members(in: object, of: text) else { return nil }
        func count(_ place: Int, or other: Int) -> Int? {
            (usage[place] ?? usage[other])?.tokenCount(in: text)
        }
        let details = inputDetails.members(of: usage[4] ?? usage[5], in: text)
        let cached = details?[0]?.tokenCount(in: text) ?? usage[8]?.tokenCount(in: text) ?? 0
        let written = details?[1]?.tokenCount(in: text) ?? 0
        let reasoning = outputDetails.members(of: usage[6] ?? usage[7], in: text)
        let prompt = count(0, or: 1)
        let completion = count(2, or: 3)
        guard prompt != nil || completion != nil else { return nil }
        return Usage(
            input: max(0, (prompt ?? 0) - cached - written),
            output: completion ?? 0,
            cacheRead: cached,
            cacheWrite: written,
            reasoning: reasoning?[0]?.tokenCount(in: text) ?? 0
        )
    }
}
