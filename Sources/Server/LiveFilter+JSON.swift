import JSON
import Model

/// A filter on its way to the worker.
extension LiveFilter {
    func write(into writer: inout JSONWriter) {
        writer.field("account", account)
        writer.field("key", key)
        writer.field("model", model)
        writer.field("status", status?.description)
    }

    /// Nil for a status that is none.
    init?(_ json: JSONValue) {
        self.init()
        account = json["account"]?.string
        key = json["key"]?.string
        model = json["model"]?.string
        guard let text = json["status"]?.string else { return }
        guard let status = Status(text) else { return nil }
        self.status = status
    }
}
