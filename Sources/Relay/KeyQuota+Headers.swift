package import Routing

extension KeyQuota {
    /// Takes one header of an answer, where it tells of a key's rate limits: OpenAI's names, which
    /// most others use too, or Anthropic's.
    ///
    /// - Parameter name: in lower case.
    package mutating func note(name: Span<UInt8>, value: Span<UInt8>) {
        if name.starts(with: "x-ratelimit-") {
            noteCommon(name, value)
        } else if name.starts(with: "anthropic-ratelimit-") {
            noteAnthropic(name, value)
        }
    }

    private mutating func noteCommon(_ name: Span<UInt8>, _ value: Span<UInt8>) {
        if name.elementsEqual("x-ratelimit-remaining-requests") {
            remainingRequests = number(value) ?? remainingRequests
        } else if name.elementsEqual("x-ratelimit-remaining-tokens") {
            remainingTokens = number(value) ?? remainingTokens
        } else if name.elementsEqual("x-ratelimit-limit-requests") {
            limitRequests = number(value) ?? limitRequests
        } else if name.elementsEqual("x-ratelimit-limit-tokens") {
            limitTokens = number(value) ?? limitTokens
        }
    }

    /// Where Anthropic tells of input and output apart only, that of input counts.
    private mutating func noteAnthropic(_ name: Span<UInt8>, _ value: Span<UInt8>) {
        if name.elementsEqual("anthropic-ratelimit-requests-remaining") {
            remainingRequests = number(value) ?? remainingRequests
        } else if name.elementsEqual("anthropic-ratelimit-requests-limit") {
            limitRequests = number(value) ?? limitRequests
        } else if name.elementsEqual("anthropic-ratelimit-tokens-remaining") {
            remainingTokens = number(value) ?? remainingTokens
        } else if name.elementsEqual("anthropic-ratelimit-tokens-limit") {
            limitTokens = number(value) ?? limitTokens
        } else if name.elementsEqual("anthropic-ratelimit-input-tokens-remaining") {
            remainingTokens = remainingTokens ?? number(value)
        } else if name.elementsEqual("anthropic-ratelimit-input-tokens-limit") {
            limitTokens = limitTokens ?? number(value)
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
