import JSON
import Model
import Routing

/// Health on its way from one worker to the next, which may be of another version: JSON in a line.
extension HealthReport {
    /// A text without a newline.
    var text: String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("keys")
        writer.beginArray()
        for key in keys { write(key, into: &writer) }
        writer.endArray()
        writer.key("candidates")
        writer.beginArray()
        for candidate in candidates {
            writer.beginObject()
            writer.key("gateway")
            writer.string(candidate.gateway.rawValue)
            writer.key("name")
            writer.string(candidate.name)
            writer.key("probe_ms")
            writer.integer(milliseconds(candidate.untilProbe))
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private func write(_ key: Key, into writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("gateway")
        writer.string(key.gateway.rawValue)
        writer.key("provider")
        writer.string(key.provider.rawValue)
        switch key.source {
        case .managed(let place):
            writer.key("managed")
            writer.integer(place)
        case .own(let id):
            writer.key("own")
            writer.string(id.rawValue)
        case .nobody: break
        }
        writer.key("remaining_ms")
        writer.integer(milliseconds(key.remaining))
        writer.key("next_ms")
        writer.integer(milliseconds(key.next))
        writer.endObject()
    }

    private func milliseconds(_ duration: Duration) -> Int {
        Int(clamping: duration.components.seconds) * 1000
            + Int(duration.components.attoseconds / 1_000_000_000_000_000)
    }

    /// What can be read of a text; nothing from one that is none.
    init(text: String) {
        self.init()
        let root: JSONValue
        do throws(JSONParseError) {
            root = try JSONDocument.parse(text.utf8Span.span).root
        } catch {
            return
        }
        keys = root["keys"]?.elements.prefix(Self.limit).compactMap { key(of: $0) } ?? []
        candidates =
            root["candidates"]?.elements.prefix(Self.limit).compactMap { one in
                guard let gateway = one["gateway"]?.string, let name = one["name"]?.string,
                    let probe = duration(one["probe_ms"])
                else { return nil }
                return Candidate(gateway: GatewayID(gateway), name: name, untilProbe: probe)
            } ?? []
    }

    private func key(of one: JSONValue) -> Key? {
        guard let gateway = one["gateway"]?.string, let provider = one["provider"]?.string,
            let remaining = duration(one["remaining_ms"]), let next = duration(one["next_ms"])
        else { return nil }
        var source = Credential.Source.nobody
        if let place = one["managed"]?.integer {
            source = .managed(Int(place))
        } else if let id = one["own"]?.string {
            source = .own(ProviderKeyID(id))
        }
        return Key(
            gateway: GatewayID(gateway),
            provider: ProviderID(provider),
            source: source,
            remaining: remaining,
            next: next
        )
    }

    /// A year at most: what another version says must not overflow here.
    private func duration(_ value: JSONValue?) -> Duration? {
        guard let milliseconds = value?.integer, milliseconds >= 0 else { return nil }
        return .milliseconds(min(milliseconds, 365 * 86_400_000))
    }
}
