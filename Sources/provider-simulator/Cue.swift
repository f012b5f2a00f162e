/// What a model's name asks of the simulator: `sim+events=5+interval=20ms`.
///
/// The part before the first `+` is the model: `sim`, `sim-fast` (a prepared answer, no echo) or any
/// other name, which behaves like `sim`. An author or a provider may stand before it
/// (`openai/sim+status=429`). Times are `20ms`, `2s`, `1m`; amounts of bytes `200`, `64KB`, `1MB`.
struct Cue: Equatable {
    /// `sim-fast`: nothing is understood of the request beyond model and stream.
    var isFast = false
    /// `events=N`: that many content events, of text made up.
    var events: Int?
    /// `interval=20ms`: between content events; 0 sends all at once, in one write.
    var interval: Duration?
    /// `delay=200ms`: before the head.
    var delay: Duration?
    /// `first-delay=2s`: between the opening events and the first content.
    var firstDelay: Duration?
    /// `ping=1s`: a ping (Anthropic) or a comment (OpenAI) that often, besides the events.
    var ping: Duration?
    /// `stall=N`: silence for ever after N content events.
    var stall: Int?
    /// `cut=N`: the connection is closed after N content events (a plain answer: in its middle).
    var cut: Cut?
    /// `status=429`: an error of the dialect.
    var status: Int?
    /// `retry-after=2`: that header, on errors.
    var retryAfter: String?
    /// `size=200`: bytes of made-up text in each event, or in the plain answer.
    var size: Int?
    /// `bytes=500MB`: a stream of that much, as fast as it is taken.
    var bytes: Int?
    /// `garbage=1`: an answer that is not JSON.
    var isGarbage = false
    /// `empty=1`: an answer of no bytes.
    var isEmpty = false
    /// `hugeline=1MB`: the first content event is one line of that length.
    var hugeLine: Int?
    /// `error-event=N`: the dialect's error event after N content events.
    var errorEvent: Int?
    /// `fail-keys=sk-a,sk-b`: these credentials get `status` (401 when there is none), others succeed.
    var failKeys: [String] = []
    /// `every=10`: what else is asked happens to each tenth request of that name, on each of the
    /// simulator's loops; the others are answered as `sim` and `sim-fast` are.
    var every: Int?
    /// `hostile=1`: headers that no gateway should pass on.
    var isHostile = false
    /// `calls=2`: that many calls of tools at once, where the request has tools.
    var calls: Int?
    /// `think=3`: thoughts in that many pieces before the answer; 0 for none though asked for.
    var thoughts: Int?
    /// `cached=100`: that many tokens came from the cache, besides the others.
    var cachedTokens: Int?
    /// `cache-write=100`: that many were written to it.
    var cacheWriteTokens: Int?
    /// `usage=never`: where the tokens are told.
    var telling: UsageTelling?
    /// `spend=N`: that many output tokens are told; `spend=max`: as many as the request allows.
    var spending: Spending?
    /// `hidden=N`: that many more, of thoughts that nobody sees.
    var hiddenTokens: Int?
    /// `usage-in-error=1`: errors tell the tokens too.
    var tellsUsageInErrors = false
    /// `gate=1`: before the head, until the gate is open.
    var isGated = false
    /// `strict=1`: what the real provider would refuse in a request is refused, see `StrictCheck`.
    var isStrict = false
    /// `stamp=1`: each content event tells when it was written, `~` nanoseconds `~`, 19 digits.
    var isStamped = false
    /// `flush=1`: each content event is a write of its own, as servers that stream make it, even
    /// when all are sent at once.
    var isFlushed = false

    /// Where a connection is cut.
    enum Cut: Equatable {
        /// `cut=head`: before any byte.
        case beforeHead
        /// `cut=N`.
        case afterEvents(Int)
    }
}

/// A cue that is not one: the simulator answers 400 with this text, so that a slip in a test shows.
struct CueError: Error, Equatable {
    let text: String
}

extension Cue {
    /// Reads the cues of a model's name.
    static func parse(_ model: String) throws(CueError) -> Cue {
        var cue = Cue()
        let start = model.lastIndex { $0 == "/" || $0 == ":" }.map(model.index(after:))
        var parts = model[(start ?? model.startIndex)...].split(
            separator: "+",
            omittingEmptySubsequences: false
        )
        cue.isFast = parts.removeFirst() == "sim-fast"
        for part in parts {
            let pair = part.split(separator: "=", maxSplits: 1)
            guard pair.count == 2 else { throw CueError(text: "the cue \(part) has no value") }
            try cue.take(String(pair[0]), String(pair[1]))
        }
        return cue
    }

    private mutating func take(_ name: String, _ value: String) throws(CueError) {
        switch name {
        case "events": events = try count(name, value)
        case "interval": interval = try duration(name, value)
        case "delay": delay = try duration(name, value)
        case "first-delay": firstDelay = try duration(name, value)
        case "ping": ping = try duration(name, value)
        case "stall": stall = try count(name, value)
        case "cut": cut = value == "head" ? .beforeHead : .afterEvents(try count(name, value))
        case "status": status = try httpStatus(value)
        case "retry-after": retryAfter = try printable(name, value)
        case "size": size = try byteCount(name, value)
        case "bytes": bytes = try byteCount(name, value)
        case "garbage": isGarbage = try flag(name, value)
        case "empty": isEmpty = try flag(name, value)
        case "hugeline": hugeLine = try byteCount(name, value)
        case "error-event": errorEvent = try count(name, value)
        case "fail-keys": failKeys = value.split(separator: ",").map(String.init)
        case "every": every = try count(name, value)
        case "hostile": isHostile = try flag(name, value)
        case "calls": calls = try count(name, value)
        case "think": thoughts = try count(name, value)
        case "cached": cachedTokens = try count(name, value)
        case "cache-write": cacheWriteTokens = try count(name, value)
        case "usage": telling = try place(value)
        case "spend": spending = value == "max" ? .all : .exactly(try count(name, value))
        case "hidden": hiddenTokens = try count(name, value)
        case "usage-in-error": tellsUsageInErrors = try flag(name, value)
        case "gate": isGated = try flag(name, value)
        case "strict": isStrict = try flag(name, value)
        case "stamp": isStamped = try flag(name, value)
        case "flush": isFlushed = try flag(name, value)
        default: throw CueError(text: "there is no cue \(name)")
        }
    }

    private func count(_ name: String, _ value: String) throws(CueError) -> Int {
        guard let count = Int(value), (0...1_000_000).contains(count) else {
            throw CueError(text: "\(name)=\(value) is not a number up to a million")
        }
        return count
    }

    private func place(_ value: String) throws(CueError) -> UsageTelling {
        guard let place = UsageTelling(rawValue: value) else {
            throw CueError(text: "usage=\(value) is none of never, zero, twice, late, early")
        }
        return place
    }

    private func httpStatus(_ value: String) throws(CueError) -> Int {
        guard let status = Int(value), (200...599).contains(status) else {
            throw CueError(text: "status=\(value) is not a status")
        }
        return status
    }

    private func flag(_ name: String, _ value: String) throws(CueError) -> Bool {
        guard value == "0" || value == "1" else {
            throw CueError(text: "\(name)=\(value) is neither 0 nor 1")
        }
        return value == "1"
    }

    /// A header's value comes from the client: it must not bring a header of its own.
    private func printable(_ name: String, _ value: String) throws(CueError) -> String {
        guard value.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw CueError(text: "\(name)=\(value) can't be a header")
        }
        return value
    }

    private func duration(_ name: String, _ value: String) throws(CueError) -> Duration {
        let (number, unit) = split(value)
        guard let number, number <= 86_400_000 else {
            throw CueError(text: "\(name)=\(value) is not a time")
        }
        switch unit {
        case "us": return .microseconds(number)
        case "ms": return .milliseconds(number)
        case "s": return .seconds(number)
        case "m": return .seconds(number) * 60
        case "" where number == 0: return .zero
        default: throw CueError(text: "\(name)=\(value) is not a time: 20ms, 2s, 1m")
        }
    }

    private func byteCount(_ name: String, _ value: String) throws(CueError) -> Int {
        let (number, unit) = split(value)
        guard let number, number <= 1 << 31 else {
            throw CueError(text: "\(name)=\(value) is not an amount of bytes")
        }
        switch unit {
        case "", "B": return number
        case "KB": return number * 1000
        case "MB": return number * 1_000_000
        default: throw CueError(text: "\(name)=\(value) is not an amount of bytes: 200, 64KB, 1MB")
        }
    }

    private func split(_ value: String) -> (Int?, Substring) {
        let digits = value.prefix { ("0"..."9").contains($0) }
        return (Int(digits), value[digits.endIndex...])
    }
}
