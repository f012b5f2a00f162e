import Dialects
import JSON
import Model

extension FuzzTarget {
    /// A request is refused in words or becomes JSON in each dialect; the first byte says whose it
    /// is.
    func feedRequest(_ input: Span<UInt8>) {
        let bytes = input.copy
        guard let first = bytes.first else { return }
        let client = Dialect.allCases[Int(first) % Dialect.allCases.count]
        let body = Array(bytes.dropFirst())
        for provider in Dialect.allCases {
            var target = TranslationTarget(
                dialect: provider,
                model: first & 4 == 0 ? "claude-3-5-haiku" : "claude-opus-4-6"
            )
            target.takesReasoningContent = first & 8 == 0
            do throws(TranslationError) {
                let translated = try RequestTranslation(body.span, from: client)
                    .translated(for: target)
                demand(isJSON(translated.body), "a request that is no JSON")
            } catch {
                demand(!error.parameter.isEmpty && !error.message.isEmpty, "refused without a word")
            }
        }
    }

    /// An answer, and a stream however it is split, become the same and sound in each dialect; the
    /// first byte says whose they are.
    func feedAnswer(_ input: Span<UInt8>) {
        let bytes = input.copy
        guard let first = bytes.first else { return }
        let provider = Dialect.allCases[Int(first) % Dialect.allCases.count]
        for client in Dialect.allCases {
            let context = AnswerContext(
                client: client,
                provider: provider,
                model: "m",
                requestID: "rq_1",
                created: 1
            )
            let whole = AnswerTranslation(
                Array(bytes.dropFirst()).span,
                status: first & 16 == 0 ? 200 : 429,
                context
            )
            demand(isJSON(whole.body), "an answer that is no JSON")
            let told = input.asOneAndInPieces.map { stream($0, context) }
            demand(told.allSatisfy { $0 == told[0] }, "a stream depends on how it is split")
            expectEvents(told[0])
        }
    }

    private func stream(_ pieces: [[UInt8]], _ context: AnswerContext) -> [UInt8] {
        var translation = StreamTranslation(context)
        var output: [UInt8] = []
        for piece in pieces { _ = translation.receive(piece.span, into: &output) }
        _ = translation.finish(into: &output)
        return output
    }

    /// Each event is one line of JSON.
    private func expectEvents(_ output: [UInt8]) {
        for line in output.split(separator: 0x0A) {
            let isData = line.starts(with: Array("data: ".utf8))
            demand(isData || line.starts(with: Array("event: ".utf8)), "a line of another kind")
            let data = Array(line.dropFirst(6))
            if isData, data != Array("[DONE]".utf8) {
                demand(isJSON(data), "an event that is no JSON")
            }
        }
    }

    private func isJSON(_ bytes: [UInt8]) -> Bool {
        do throws(ScanError) {
            _ = try JSONText(bytes.span)
            return true
        } catch {
            return false
        }
    }
}
