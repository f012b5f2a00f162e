import JSON
package import Model
import Tokenizer

/// Counts what a model says as it goes by: about how many tokens that is, where nobody told it yet.
///
/// It sees text wherever a dialect has it: answers, thoughts, refusals, the arguments of calls.
package struct OutputCounter: Sendable {
    private var estimator = TokenEstimator()

    /// A count of nothing.
    package init() {}

    /// About how many tokens were said.
    package var tokens: Int { estimator.tokens }

    /// About how many tokens the words of a whole answer are.
    package static func tokens(of answer: Span<UInt8>, in dialect: Dialect) -> Int {
        var counter = OutputCounter()
        counter.add(answer, of: dialect)
        return counter.tokens
    }

    /// Counts a text.
    mutating func add(_ text: String) {
        estimator.add(text.utf8Span.span)
    }

    /// Counts what a JSON text says, be it an event of a stream or a whole answer.
    ///
    /// As far as it is sound.
    mutating func add(_ data: Span<UInt8>, of dialect: Dialect) {
        var walker = StructureWalker(0..<data.count)
        var isText = false
        while let step = walker.next(data) {
            switch step {
            case .key: isText = Self.isText(data.extracting(walker.range), in: dialect)
            case .string: if isText { estimator.add(jsonString: data.extracting(walker.range)) }
            // A list of texts is one too.
            case .arrayStart: break
            case .objectStart, .objectEnd, .arrayEnd, .number, .true, .false, .null: isText = false
            }
        }
    }

    /// Whether a model's own words stand behind a key.
    private static func isText(_ key: Span<UInt8>, in dialect: Dialect) -> Bool {
        switch dialect {
        case .openAIChat:
            key.spells("content") || key.spells("reasoning_content") || key.spells("reasoning")
                || key.spells("arguments") || key.spells("refusal") || key.spells("text")
        case .openAIResponses:
            key.spells("delta") || key.spells("text") || key.spells("arguments")
                || key.spells("refusal")
        case .anthropicMessages:
            key.spells("text") || key.spells("thinking") || key.spells("partial_json")
        // The arguments of its calls are objects, whose members have any name.
        case .gemini: !isFrameOfGemini(key)
        }
    }

    private static func isFrameOfGemini(_ key: Span<UInt8>) -> Bool {
        key.spells("role") || key.spells("finishReason") || key.spells("modelVersion")
            || key.spells("responseId") || key.spells("thoughtSignature") || key.spells("mimeType")
            || key.spells("data") || key.spells("createTime") || key.spells("category")
            || key.spells("probability") || key.spells("blockReason") || key.spells("modality")
            || key.spells("trafficType")
    }
}
