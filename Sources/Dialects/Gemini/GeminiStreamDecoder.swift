import JSON
import Model

/// Reads the chunks of a streamed answer, each an answer of its own.
struct GeminiStreamDecoder: StreamDecoding {
    private var hasBegun = false
    private var callCount = 0

    /// Takes a chunk and tells its steps; the stream's end is its only end.
    mutating func take(_ chunk: JSONCursor, _ tell: (ProviderDelta) -> Void) {
        if let usage = chunk["usageMetadata"],
            let counts = Gemini.usage(usage.range, in: usage.source.bytes.span)
        {
            tell(.usage(counts))
        }
        if let error = chunk["error"], error.says {
            tell(.failure(FailureDecoder.decode(error: error, status: nil, .gemini)))
            return
        }
        if !hasBegun {
            hasBegun = true
            tell(.begin(id: chunk.responseID, model: chunk["modelVersion"]?.repairedString))
        }
        if chunk["promptFeedback"]?["blockReason"] != nil { tell(.stop(.refusal)) }
        guard let candidate = chunk["candidates"]?.elements.first(where: { _ in true }) else {
            return
        }
        if let parts = candidate["content"]?["parts"] {
            for part in parts.elements { take(part: part, tell) }
        }
        guard let reason = candidate["finishReason"] else { return }
        do throws(ProviderFailure) {
            tell(.stop(try GeminiAnswerDecoder.stop(reason)))
        } catch {
            tell(.failure(error))
        }
    }

    private mutating func take(part: JSONCursor, _ tell: (ProviderDelta) -> Void) {
        let signature = Signature(part["thoughtSignature"]?.repairedString, carriedIn: .gemini)
        if let call = part["functionCall"], let name = call["name"]?.repairedString {
            // A call comes whole.
            let (id, hidden) = CallID.split(call["id"]?.repairedString ?? "")
            tell(.call(key: callCount, id: id, name: name, signature: signature ?? hidden))
            let arguments = call["args"]?.compact ?? Array("{}".utf8)
            tell(.arguments(key: callCount, String(decoding: arguments, as: UTF8.self)))
            callCount += 1
            return
        }
        guard let text = part["text"]?.repairedString else { return }
        if part["thought"]?.bool == true {
            tell(.reasoning(text))
            if let signature { tell(.signature(signature)) }
        } else {
            tell(.text(text))
        }
    }
}
