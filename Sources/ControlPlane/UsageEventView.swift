import Accounting
import JSON
import Ledger
import Model
import Storage

/// What people call those whom events name by their ids.
struct UsageNames {
    var providers: [ProviderID: String] = [:]
    var providerKeys: [ProviderKeyID: String] = [:]
    /// By the provider and the name that it knows the model by.
    var models: [String: String] = [:]
}

/// A usage event as it is shown (chapter 13.12).
struct UsageEventView {
    private let stored: StoredUsageEvent
    private let names: UsageNames

    init(_ stored: StoredUsageEvent, _ names: UsageNames) {
        self.stored = stored
        self.names = names
    }

    private var event: UsageEvent { stored.event }

    /// What it is charged by: what the provider told, or what was counted in its place; nil where
    /// nobody knows.
    private var usage: Usage? {
        event.reported ?? (event.isEstimated ? event.counted : nil)
    }

    func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", "ue_\(stored.id)")
        writer.member("eventTime", event.time.description)
        writer.member("requestId", event.requestID)
        writer.member("accountId", event.account.rawValue)
        writer.member("accessKeyId", event.accessKey.rawValue)
        writer.member("endpointId", event.gateway.rawValue)
        writer.member("provider", event.provider.rawValue)
        let providerName = names.providers[event.provider] ?? event.provider.rawValue
        writer.member("providerDisplayName", providerName)
        writer.member("model", event.model)
        let modelName = names.models["\(event.provider):\(event.model)"] ?? event.model
        writer.member("modelDisplayName", modelName)
        writer.member("virtualModel", event.virtualModel)
        writeEnd(into: &writer)
        writeTokens(into: &writer)
        writeCosts(into: &writer)
        writer.member("keySource", event.keySource.rawValue)
        writer.member("providerKeyId", event.providerKey?.rawValue)
        writer.member(
            "providerKeyDisplayName",
            event.providerKey.flatMap { names.providerKeys[$0] }
        )
        writer.endObject()
    }

    private func writeEnd(into writer: inout JSONWriter) {
        writer.member("attemptNumber", event.attempt)
        writer.flag("isFinalAttempt", event.isFinal)
        writer.number("statusCode", event.status)
        writer.member("outcome", event.outcome)
        writer.flag("timedOut", event.isTimedOut)
        writer.flag("isError", event.isError)
        writer.flag("isStreaming", event.isStream)
        writer.member("stopReason", event.stopReason)
        writeDurations(into: &writer)
    }

    private func writeDurations(into writer: inout JSONWriter) {
        writer.number("requestDurationMs", event.millisecondsOfRequest)
        writer.member("upstreamDurationMs", event.milliseconds)
        writer.number("timeToFirstTokenMs", event.millisecondsToContent)
    }

    private func writeTokens(into writer: inout JSONWriter) {
        writer.number("inputTokens", usage?.input)
        writer.number("outputTokens", usage?.output)
        writer.number("cacheReadTokens", usage?.cacheRead)
        writer.number("cacheWriteTokens", usage?.cacheWrite)
        writer.number("cacheWrite5mTokens", usage?.cacheWrite5m)
        writer.number("cacheWrite1hTokens", usage?.cacheWrite1h)
        writer.number("reasoningTokens", usage?.reasoning)
        writer.member("inputTokensEstimate", event.counted.input)
        writer.member("outputTokensEstimate", event.counted.output)
        writer.flag("usageEstimated", event.isEstimated)
    }

    /// The parts are exact, to the pico-dollar.
    private func writeCosts(into writer: inout JSONWriter) {
        let charge = event.charge
        writer.flag("unpriced", event.isUnpriced)
        writer.member("totalCost", event.isUnpriced ? nil : event.totalCost.decimal)
        writer.member("listCost", event.listCost?.decimal)
        writer.cost("inputTokenCost", charge?.input)
        writer.cost("outputTokenCost", charge?.output)
        writer.cost("ngrokProcessingFee", charge?.fee)
        writer.cost("cacheReadCost", charge?.cacheRead)
        writer.cost("cacheWriteCost", charge.map { $0.cacheWrite5m + $0.cacheWrite1h })
        writer.cost("cacheWrite5mCost", charge?.cacheWrite5m)
        writer.cost("cacheWrite1hCost", charge?.cacheWrite1h)
    }

    // MARK: As one of a request's attempts

    /// Writes it with what became of it.
    func writeAttempt(before next: StoredUsageEvent?, into writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("event")
        write(into: &writer)
        writer.flag("served", event.isServed)
        writer.member("retryAction", next.map(retryAction))
        writer.member("completion", completion)
        writeDurations(into: &writer)
        writer.endObject()
    }

    private func retryAction(_ next: StoredUsageEvent) -> String {
        let isSame = next.event.provider == event.provider && next.event.model == event.model
        if !isSame { return "nextCandidate" }
        return next.event.providerKey == event.providerKey ? "retry" : "nextKey"
    }

    private var completion: String {
        switch event.outcome {
        case "client left": return "clientClosed"
        case "superseded": return "superseded"
        default: break
        }
        if event.isTimedOut { return "timedOut" }
        return event.isError ? "failed" : "complete"
    }
}

extension JSONWriter {
    mutating func flag(_ name: StaticString, _ isSo: Bool) {
        key(name)
        bool(isSo)
    }

    mutating func number(_ name: StaticString, _ number: Int?) {
        key(name)
        if let number { integer(number) } else { null() }
    }

    /// Pico-dollars as dollars with twelve decimals; null where nobody knows.
    fileprivate mutating func cost(_ name: StaticString, _ picoDollars: Int128?) {
        key(name)
        guard let picoDollars else { return null() }
        let (whole, rest) = picoDollars.magnitude.quotientAndRemainder(
            dividingBy: 1_000_000_000_000
        )
        let sign = picoDollars < 0 ? "-" : ""
        string("\(sign)\(whole).\(String(rest + 1_000_000_000_000).dropFirst())")
    }
}

extension NanoDollars {
    /// Dollars with nine decimals.
    var decimal: String {
        let (whole, rest) = rawValue.magnitude.quotientAndRemainder(dividingBy: 1_000_000_000)
        return "\(rawValue < 0 ? "-" : "")\(whole).\(String(rest + 1_000_000_000).dropFirst())"
    }

    /// Whole cents, rounded down.
    var cents: Int {
        let (quotient, rest) = rawValue.quotientAndRemainder(dividingBy: 10_000_000)
        return Int(rest < 0 ? quotient - 1 : quotient)
    }
}
