import JSON
import Model

/// Writes what an answer took as chat completions tell it: the input with what the cache gave and
/// took.
enum ChatUsage {
    static func write(_ usage: Usage, _ writer: inout JSONWriter) {
        let prompt = usage.input + usage.cacheRead + usage.cacheWrite
        writer.beginObject()
        writer.member("prompt_tokens", prompt)
        writer.member("completion_tokens", usage.output)
        writer.member("total_tokens", prompt + usage.output)
        writer.key("prompt_tokens_details")
        writer.beginObject()
        writer.member("cached_tokens", usage.cacheRead)
        if usage.cacheWrite > 0 { writer.member("cache_write_tokens", usage.cacheWrite) }
        writer.endObject()
        if usage.reasoning > 0 {
            writer.key("completion_tokens_details")
            writer.beginObject()
            writer.member("reasoning_tokens", usage.reasoning)
            writer.endObject()
        }
        writer.endObject()
    }
}
