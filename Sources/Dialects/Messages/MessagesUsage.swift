import JSON
import Model

/// Writes what an answer took as messages tell it: the input without what the cache gave and took.
enum MessagesUsage {
    static func write(_ usage: Usage, _ writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("input_tokens", usage.input)
        writer.member("cache_creation_input_tokens", usage.cacheWrite)
        writer.member("cache_read_input_tokens", usage.cacheRead)
        if usage.cacheWrite5m != nil || usage.cacheWrite1h != nil {
            writer.key("cache_creation")
            writer.beginObject()
            writer.member("ephemeral_5m_input_tokens", usage.cacheWrite5m ?? 0)
            writer.member("ephemeral_1h_input_tokens", usage.cacheWrite1h ?? 0)
            writer.endObject()
        }
        writer.member("output_tokens", usage.output)
        if usage.reasoning > 0 {
            writer.key("output_tokens_details")
            writer.beginObject()
            writer.member("thinking_tokens", usage.reasoning)
            writer.endObject()
        }
        writer.endObject()
    }
}
