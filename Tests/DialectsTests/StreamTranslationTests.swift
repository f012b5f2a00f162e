import Dialects
import Model
import Testing

@Suite struct `Stream translation` {
    @Test(arguments: TranslationCase.all(.streams))
    func `a stream is written in every other dialect`(fixture: TranslationCase) throws {
        for other in fixture.others {
            let context = try fixture.context(client: other)
            fixture.expect(told(fixture.input, context, []), to: other)
        }
    }

    @Test(arguments: TranslationCase.all(.streams))
    func `a stream means the same byte by byte`(fixture: TranslationCase) throws {
        let input = fixture.input
        for other in fixture.others {
            let context = try fixture.context(client: other)
            let whole = told(input, context, [])
            #expect(told(input, context, Array(1..<input.count)) == whole)
        }
    }

    @Test(arguments: TranslationCase.all(.streams))
    func `a stream means the same split anywhere`(fixture: TranslationCase) throws {
        let input = fixture.input
        let context = try fixture.context(client: fixture.others[0])
        let whole = told(input, context, [])
        let differing = (1..<input.count).filter { told(input, context, [$0]) != whole }
        #expect(differing.isEmpty)
    }

    /// What the client is told, with what the gateway learns in a comment behind it.
    private func told(_ input: [UInt8], _ context: AnswerContext, _ splits: [Int]) -> [UInt8] {
        var translation = StreamTranslation(context)
        var output: [UInt8] = []
        var signs: StreamSigns = []
        var start = 0
        for end in splits + [input.count] {
            signs.formUnion(translation.receive(input.span.extracting(start..<end), into: &output))
            start = end
        }
        signs.formUnion(translation.finish(into: &output))
        let facts = [
            "signs \(signs.letters)", "usage \(translation.usage?.words ?? "untold")",
            translation.isComplete ? "complete" : "incomplete",
            translation.skippedCount == 0 ? "" : "skipped \(translation.skippedCount)",
            translation.failure.map { "failure \($0.status)" } ?? "",
        ]
        let line = ": " + facts.filter { !$0.isEmpty }.joined(separator: "; ") + "\n"
        return output + Array(line.utf8)
    }
}
