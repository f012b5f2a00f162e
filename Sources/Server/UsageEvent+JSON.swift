import Accounting
import JSON
import Model

/// What is kept of an attempt, on its way to the worker that keeps it.
extension SettlementRecord {
    func write(into writer: inout JSONWriter) {
        writer.beginObject()
        if let claim {
            writer.key("claim")
            claim.write(into: &writer)
        }
        writer.field("charge", charge)
        writer.field("list", list)
        if let event {
            writer.key("event")
            event.write(into: &writer)
        }
        writer.endObject()
    }

    init?(json: JSONValue) {
        guard let list = json.amount("list") else { return nil }
        let (claim, event) = (json["claim"], json["event"])
        self.init(
            claim: claim.flatMap(ClaimRecord.init(json:)),
            charge: json.amount("charge"),
            list: list,
            event: event.flatMap(UsageEvent.init(json:))
        )
        // What can't be read must not be taken for none.
        if claim != nil, self.claim == nil { return nil }
        if event != nil, self.event == nil { return nil }
    }
}

extension UsageEvent {
    func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("request", requestID)
        writer.field("time", time.milliseconds)
        writer.field("account", account.rawValue)
        writer.field("access_key", accessKey.rawValue)
        writer.field("configuration", configuration?.rawValue)
        writer.field("gateway", gateway.rawValue)
        writer.field("provider", provider.rawValue)
        writer.field("model", model)
        writer.field("virtual_model", virtualModel)
        writer.field("attempt", attempt)
        writer.field("status", status)
        writer.field("outcome", outcome)
        writer.field("stop_reason", stopReason)
        writer.field("key_source", keySource.rawValue)
        writer.field("provider_key", providerKey?.rawValue)
        writer.field("milliseconds", milliseconds)
        writer.field("milliseconds_to_content", millisecondsToContent)
        writer.field("milliseconds_of_request", millisecondsOfRequest)
        writer.field("list_cost", listCost)
        writer.key("signs")
        writer.beginArray()
        for (name, isTrue) in signs where isTrue { writer.string(name) }
        writer.endArray()
        if let reported {
            writer.key("reported")
            reported.write(into: &writer)
        }
        writer.key("counted")
        counted.write(into: &writer)
        if let charge {
            writer.key("charge")
            charge.write(into: &writer)
        }
        writer.endObject()
    }

    private var signs: [(name: String, isTrue: Bool)] {
        [
            ("final", isFinal), ("served", isServed), ("timed_out", isTimedOut), ("error", isError),
            ("stream", isStream),
            ("estimated", isEstimated), ("unpriced", isUnpriced),
        ]
    }

    init?(json: JSONValue) {
        guard let request = json["request"]?.string, let time = json["time"]?.integer,
            let account = json["account"]?.string, let key = json["access_key"]?.string,
            let gateway = json["gateway"]?.string, let provider = json["provider"]?.string,
            let model = json["model"]?.string, let attempt = json["attempt"]?.integer,
            let source = json["key_source"]?.string.flatMap(KeySource.init(rawValue:)),
            let counted = json["counted"]
        else { return nil }
        self.init(
            requestID: request,
            time: Timestamp(milliseconds: time),
            account: AccountID(account),
            accessKey: AccessKeyID(key),
            gateway: GatewayID(gateway),
            provider: ProviderID(provider),
            model: model,
            attempt: Int(attempt),
            keySource: source
        )
        configuration = json["configuration"]?.string.map { ConfigurationID($0) }
        virtualModel = json["virtual_model"]?.string
        status = json["status"]?.integer.map { Int($0) }
        outcome = json["outcome"]?.string ?? ""
        stopReason = json["stop_reason"]?.string
        providerKey = json["provider_key"]?.string.map { ProviderKeyID($0) }
        milliseconds = json["milliseconds"]?.integer.map { Int($0) } ?? 0
        millisecondsToContent = json["milliseconds_to_content"]?.integer.map { Int($0) }
        millisecondsOfRequest = json["milliseconds_of_request"]?.integer.map { Int($0) }
        listCost = json.amount("list_cost")
        let signs = json["signs"]?.elements.compactMap(\.string) ?? []
        isFinal = signs.contains("final")
        isServed = signs.contains("served")
        isTimedOut = signs.contains("timed_out")
        isError = signs.contains("error")
        isStream = signs.contains("stream")
        isEstimated = signs.contains("estimated")
        isUnpriced = signs.contains("unpriced")
        reported = json["reported"].map { Usage(json: $0) }
        self.counted = Usage(json: counted)
        charge = json["charge"].map { Charge(json: $0) }
    }
}

extension Usage {
    fileprivate func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("input", input)
        writer.field("output", output)
        writer.field("cache_read", cacheRead)
        writer.field("cache_write", cacheWrite)
        writer.field("cache_write_5m", cacheWrite5m)
        writer.field("cache_write_1h", cacheWrite1h)
        writer.field("reasoning", reasoning)
        writer.endObject()
    }

    fileprivate init(json: JSONValue) {
        func count(_ name: String) -> Int? { json[name]?.integer.map { Int($0) } }
        self.init(
            input: count("input") ?? 0,
            output: count("output") ?? 0,
            cacheRead: count("cache_read") ?? 0,
            cacheWrite: count("cache_write") ?? 0,
            cacheWrite5m: count("cache_write_5m"),
            cacheWrite1h: count("cache_write_1h"),
            reasoning: count("reasoning") ?? 0
        )
    }
}

extension Charge {
    /// Pico-dollars may be more than 64 bits carry: they are texts.
    fileprivate func write(into writer: inout JSONWriter) {
        writer.beginObject()
        writer.field("input", input.description)
        writer.field("output", output.description)
        writer.field("cache_read", cacheRead.description)
        writer.field("cache_write_5m", cacheWrite5m.description)
        writer.field("cache_write_1h", cacheWrite1h.description)
        writer.field("fee", fee.description)
        writer.endObject()
    }

    fileprivate init(json: JSONValue) {
        func part(_ name: String) -> Int128 { json[name]?.string.flatMap { Int128($0) } ?? 0 }
        self.init(
            input: part("input"),
            output: part("output"),
            cacheRead: part("cache_read"),
            cacheWrite5m: part("cache_write_5m"),
            cacheWrite1h: part("cache_write_1h"),
            fee: part("fee")
        )
    }
}
