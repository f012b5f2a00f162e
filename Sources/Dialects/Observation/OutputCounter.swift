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
            case .string: if isText { addString(data.extracting(walker.range)) }
            // A list of texts is one too.
            case .arrayStart: break
            case .objectStart, .objectEnd, .arrayEnd, .number, .true, .false, .null: isText = false
            }
        }
    }

    /// Counts a string as JSON writes it, without its quotes.
    private mutating func addString(_ text: Span<UInt8>) {
        var start = 0
        for place in text.indices where text[place] == UInt8(ascii: "\\") && place >= start {
            estimator.add(text.extracting(start..<place))
            guard place + 1 < text.count else { return }
            switch text[place + 1] {
            case UInt8(ascii: "u"):
                // Mostly a letter that is not ASCII, which the estimator knows by its bytes.
                addEscape(text, at: place)
                start = min(place + 6, text.count)
            case UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
                estimator.add(Self.lineEnd.utf8Span.span)
                start = place + 2
            default:
                estimator.add(text.extracting((place + 1)..<(place + 2)))
                start = place + 2
            }
        }
        if start < text.count { estimator.add(text.extracting(start..<text.count)) }
    }

    private static let lineEnd = "\n"

    private mutating func addEscape(_ text: Span<UInt8>, at place: Int) {
        guard place + 6 <= text.count else { return }
        var unit: UInt32 = 0
        for digit in (place + 2)..<(place + 6) {
            unit = unit << 4 | Self.hexadecimal(text[digit])
        }
        // Half of a pair counts as a picture's half; what is no letter as a sign.
        let scalar = Unicode.Scalar(unit) ?? (unit < 0xDC00 ? "\u{1F600}" : " ")
        estimator.add(String(Character(scalar)).utf8Span.span)
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt32 {
        switch byte {
        case 0x30...0x39: UInt32(byte) - 0x30
        case 0x41...0x46, 0x61...0x66: UInt32(byte | 0x20) - 0x61 + 10
        default: 0
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
