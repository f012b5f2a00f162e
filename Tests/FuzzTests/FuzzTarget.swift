/// A parser that meets bytes from outside, with what must hold whatever they are.
///
/// `make fuzz` feeds each with libFuzzer's inputs; the seeds run once in `make test`. The seeds are
/// in Tests/Fuzz, in a folder of the target's name.
enum FuzzTarget: String, CaseIterable, Sendable {
    case records, connection, parameters, json, events, store, configuration, multipart, expression
    case requests, answers, tokens, vocabulary

    /// Feeds one input; what does not hold ends the process.
    func run(_ input: Span<UInt8>) {
        switch self {
        case .records: feedRecords(input)
        case .connection: feedConnection(input)
        case .parameters: feedParameters(input)
        case .json: feedJSON(input)
        case .events: feedEvents(input)
        case .store: feedStore(input)
        case .configuration: feedConfiguration(input)
        case .multipart: feedMultipart(input)
        case .expression: feedExpression(input)
        case .requests: feedRequest(input)
        case .answers: feedAnswer(input)
        case .tokens: feedTokens(input)
        case .vocabulary: feedVocabulary(input)
        }
    }
}

/// Ends the process where something does not hold, in an optimised build too.
func demand(_ isTrue: Bool, _ what: @autoclosure () -> String) {
    if !isTrue { fatalError(what()) }
}

extension Span where Element == UInt8 {
    /// The bytes as an array.
    var copy: [UInt8] {
        unsafe withUnsafeBufferPointer { unsafe Array($0) }
    }

    /// The bytes after the first one, in one piece and in pieces whose length the first one says.
    ///
    /// A parser of a stream must not care how it is split.
    var asOneAndInPieces: [[[UInt8]]] {
        guard let size = copy.first.map({ Int($0 % 17) + 1 }) else { return [[]] }
        let rest = Array(copy.dropFirst())
        let pieces = stride(from: 0, to: rest.count, by: size).map {
            Array(rest[$0..<Swift.min($0 + size, rest.count)])
        }
        return [[rest], pieces]
    }
}
