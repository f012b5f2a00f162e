package import JSON
import Model
package import Routing

/// The report as `lockkeeper metrics` and selection expressions name its parts.
extension MetricsReport {
    /// Writes an object: the models with their scopes, and the keys with all their models.
    package func write(into writer: inout JSONWriter) {
        var models: [String: [Entry]] = [:]
        var keys: [(String, MetricsSummary)] = []
        for entry in entries {
            if let model = entry.subject.model {
                models[model, default: []].append(entry)
            } else if case .key(let key) = entry.subject.scope {
                keys.append((key, entry.summary))
            }
        }
        writer.beginObject()
        writer.key("window_s")
        writer.integer(MetricsWindow.minutes * 60)
        writer.key("models")
        writer.beginObject()
        for (model, entries) in models.sorted(by: { $0.key < $1.key }) {
            writer.key(model)
            write(entries, into: &writer)
        }
        writer.endObject()
        write("api_keys", keys, into: &writer)
        writer.endObject()
    }

    private func write(_ entries: [Entry], into writer: inout JSONWriter) {
        var accounts: [(String, MetricsSummary)] = []
        var gateways: [(String, MetricsSummary)] = []
        var keys: [(String, MetricsSummary)] = []
        writer.beginObject()
        for entry in entries {
            switch entry.subject.scope {
            case .global:
                writer.key("global")
                entry.summary.write(into: &writer)
            case .account(let id): accounts.append((id.rawValue, entry.summary))
            case .gateway(let id): gateways.append((id.rawValue, entry.summary))
            case .key(let name): keys.append((name, entry.summary))
            }
        }
        write("accounts", accounts, into: &writer)
        write("endpoints", gateways, into: &writer)
        write("api_keys", keys, into: &writer)
        writer.endObject()
    }

    private func write(
        _ name: StaticString,
        _ summaries: [(String, MetricsSummary)],
        into writer: inout JSONWriter
    ) {
        writer.key(name)
        writer.beginObject()
        for (name, summary) in summaries.sorted(by: { $0.0 < $1.0 }) {
            writer.key(name)
            summary.write(into: &writer)
        }
        writer.endObject()
    }

    /// Reads what ``write(into:)`` wrote; what is missing is zero.
    package init(_ json: JSONValue) {
        var entries: [Entry] = []
        for (model, scopes) in json["models"]?.members ?? [] {
            let add = { (scope: MetricsSubject.Scope, summary: JSONValue) in
                let subject = MetricsSubject(model: model, scope: scope)
                entries.append(Entry(subject, MetricsSummary(summary)))
            }
            if let global = scopes["global"] { add(.global, global) }
            for (id, one) in scopes["accounts"]?.members ?? [] { add(.account(AccountID(id)), one) }
            for (id, one) in scopes["endpoints"]?.members ?? [] {
                add(.gateway(GatewayID(id)), one)
            }
            for (name, one) in scopes["api_keys"]?.members ?? [] { add(.key(name), one) }
        }
        for (name, one) in json["api_keys"]?.members ?? [] {
            let subject = MetricsSubject(model: nil, scope: .key(name))
            entries.append(Entry(subject, MetricsSummary(one)))
        }
        self.init(entries)
    }
}
