import Model
package import Routing

/// What the headers of an answer tell of a key's rate limits: by OpenAI's names, which most others
/// use too, or by Anthropic's.
package struct QuotaHeaders: Sendable {
    /// What is left.
    package private(set) var quota = KeyQuota()
    private var requestsReset: Reset?
    private var tokensReset: Reset?

    /// When a limit is whole again.
    private enum Reset {
        case after(Duration)
        case at(Timestamp)
    }

    /// What they tell, read at a moment; nil when they tell nothing.
    func told(at now: ContinuousClock.Instant, atUnixSecond second: Int64) -> ToldQuota? {
        guard !quota.isUnknown else { return nil }
        return ToldQuota(
            quota,
            at: now,
            requestsReset: requestsReset.map { moment($0, now, second) },
            tokensReset: tokensReset.map { moment($0, now, second) }
        )
    }

    /// A day at most: what a provider says must not lead beyond the end of time.
    private func moment(
        _ reset: Reset,
        _ now: ContinuousClock.Instant,
        _ second: Int64
    ) -> ContinuousClock.Instant {
        switch reset {
        case .after(let duration): return now + min(duration, .seconds(86_400))
        case .at(let moment):
            let seconds = moment.unixSecond - second
            return now + .seconds(min(max(0, seconds), 86_400))
        }
    }

    /// Takes one header; its name is in lower case.
    mutating func note(name: Span<UInt8>, value: Span<UInt8>) {
        if name.starts(with: "x-ratelimit-") {
            noteCommon(name, value)
        } else if name.starts(with: "anthropic-ratelimit-") {
            noteAnthropic(name, value)
        }
    }

    private mutating func noteCommon(_ name: Span<UInt8>, _ value: Span<UInt8>) {
        if name.elementsEqual("x-ratelimit-remaining-requests") {
            quota.remainingRequests = number(value) ?? quota.remainingRequests
        } else if name.elementsEqual("x-ratelimit-remaining-tokens") {
            quota.remainingTokens = number(value) ?? quota.remainingTokens
        } else if name.elementsEqual("x-ratelimit-limit-requests") {
            quota.limitRequests = number(value) ?? quota.limitRequests
        } else if name.elementsEqual("x-ratelimit-limit-tokens") {
            quota.limitTokens = number(value) ?? quota.limitTokens
        } else if name.elementsEqual("x-ratelimit-reset-requests") {
            requestsReset = ResetDuration.read(value).map { .after($0) }
        } else if name.elementsEqual("x-ratelimit-reset-tokens") {
            tokensReset = ResetDuration.read(value).map { .after($0) }
        }
    }

    /// Where Anthropic tells of input and output apart only, that of input counts.
    private mutating func noteAnthropic(_ name: Span<UInt8>, _ value: Span<UInt8>) {
        if name.elementsEqual("anthropic-ratelimit-requests-remaining") {
            quota.remainingRequests = number(value) ?? quota.remainingRequests
        } else if name.elementsEqual("anthropic-ratelimit-requests-limit") {
            quota.limitRequests = number(value) ?? quota.limitRequests
        } else if name.elementsEqual("anthropic-ratelimit-requests-reset") {
            requestsReset = Timestamp(value.text).map { .at($0) }
        } else if name.elementsEqual("anthropic-ratelimit-tokens-remaining") {
            quota.remainingTokens = number(value) ?? quota.remainingTokens
        } else if name.elementsEqual("anthropic-ratelimit-tokens-limit") {
            quota.limitTokens = number(value) ?? quota.limitTokens
        } else if name.elementsEqual("anthropic-ratelimit-tokens-reset") {
            tokensReset = Timestamp(value.text).map { .at($0) } ?? tokensReset
        } else if name.elementsEqual("anthropic-ratelimit-input-tokens-remaining") {
            quota.remainingTokens = quota.remainingTokens ?? number(value)
        } else if name.elementsEqual("anthropic-ratelimit-input-tokens-limit") {
            quota.limitTokens = quota.limitTokens ?? number(value)
        } else if name.elementsEqual("anthropic-ratelimit-input-tokens-reset") {
            tokensReset = tokensReset ?? Timestamp(value.text).map { .at($0) }
        }
    }

    /// A plain number of a length that can't overflow.
    private func number(_ value: Span<UInt8>) -> Int? {
        guard (1...15).contains(value.count) else { return nil }
        var number = 0
        for index in value.indices {
            guard (0x30...0x39).contains(value[index]) else { return nil }
            number = number * 10 + Int(value[index] - 0x30)
        }
        return number
    }
}

/// A time as OpenAI's headers write it: `6m0s`, `1.5s`, `120ms`; a bare number is seconds.
enum ResetDuration {
    /// Nil for anything else.
    static func read(_ text: Span<UInt8>) -> Duration? {
        guard (1...24).contains(text.count) else { return nil }
        var milliseconds = 0
        var index = 0
        while index < text.count {
            guard let (thousandths, end) = number(text, from: index),
                let (unit, next) = unit(text, from: end, isBare: index == 0)
            else { return nil }
            milliseconds += thousandths * unit / 1000
            index = next
        }
        return .milliseconds(milliseconds)
    }

    /// A number in thousandths, of at most seven digits, and where it ends: no sum overflows.
    private static func number(_ text: Span<UInt8>, from start: Int) -> (Int, Int)? {
        var value = 0
        var index = start
        while index < text.count, index <= start + 7, (0x30...0x39).contains(text[index]) {
            value = value * 10 + Int(text[index] - 0x30)
            index += 1
        }
        guard (1...7).contains(index - start) else { return nil }
        value *= 1000
        guard index < text.count, text[index] == UInt8(ascii: ".") else { return (value, index) }
        index += 1
        var place = 100
        while index < text.count, (0x30...0x39).contains(text[index]) {
            value += Int(text[index] - 0x30) * place
            place /= 10
            index += 1
        }
        return (value, index)
    }

    /// A unit in milliseconds, and where it ends.
    private static func unit(
        _ text: Span<UInt8>,
        from start: Int,
        isBare: Bool
    ) -> (Int, Int)? {
        guard start < text.count else { return isBare ? (1000, start) : nil }
        switch text[start] {
        case UInt8(ascii: "d"): return (86_400_000, start + 1)
        case UInt8(ascii: "h"): return (3_600_000, start + 1)
        case UInt8(ascii: "s"): return (1000, start + 1)
        case UInt8(ascii: "m"):
            let isMilli = start + 1 < text.count && text[start + 1] == UInt8(ascii: "s")
            return isMilli ? (1, start + 2) : (60_000, start + 1)
        default: return nil
        }
    }
}
