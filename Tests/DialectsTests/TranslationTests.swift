import Dialects
import JSON
import Model
import Testing

@Suite struct Translation {
    @Test(arguments: TranslationCase.all(.requests))
    func `a request is written in every other dialect`(fixture: TranslationCase) {
        for other in fixture.others {
            fixture.expect(
                TranslationCase.pretty(translatedRequest(fixture, to: other)),
                to: other
            )
        }
    }

    private func translatedRequest(_ fixture: TranslationCase, to other: Dialect) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        do throws(TranslationError) {
            let isStream = fixture.options["stream"]?.bool
            let request = try RequestTranslation(
                fixture.input.span,
                from: fixture.dialect,
                isStream: isStream
            )
            let translated = try request.translated(for: fixture.target(other))
            writer.key("removed")
            writer.beginArray()
            for name in translated.removedParameters { writer.string(name) }
            writer.endArray()
            writer.key("request")
            writer.raw(translated.body.span)
        } catch {
            writer.key("refused")
            writer.string(error.parameter)
            writer.key("because")
            writer.string(error.message)
        }
        writer.endObject()
        return writer.bytes
    }

    @Test(arguments: TranslationCase.all(.answers))
    func `an answer is written in every other dialect`(fixture: TranslationCase) throws {
        for other in fixture.others {
            let answer = AnswerTranslation(
                fixture.input.span,
                status: 200,
                try fixture.context(client: other)
            )
            fixture.expect(described(answer), to: other)
        }
    }

    @Test(arguments: TranslationCase.all(.failures))
    func `a failure is written in every other dialect`(fixture: TranslationCase) throws {
        let status = try #require(Int(fixture.name.prefix { $0.isNumber }))
        for other in fixture.others {
            let answer = AnswerTranslation(
                fixture.input.span,
                status: status,
                try fixture.context(client: other)
            )
            fixture.expect(described(answer), to: other)
        }
    }

    private func described(_ answer: AnswerTranslation) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("status")
        writer.integer(answer.status)
        writer.key("usage")
        if let usage = answer.usage { writer.string(usage.words) } else { writer.null() }
        writer.key("body")
        writer.raw(answer.body.span)
        writer.endObject()
        return TranslationCase.pretty(writer.bytes)
    }

    @Test func `every file of a fixture is used, and none is missing`() {
        for kind in TranslationCase.Kind.allCases {
            for fixture in TranslationCase.all(kind) {
                let files = Fixture.names(fixture.folder)
                let unused = files.filter { !fixture.usedFiles.contains($0) }
                #expect(unused.isEmpty, "\(fixture.folder) has files of no use")
                #expect(files.contains(kind.input), "\(fixture.folder) has no input")
            }
        }
        #expect(
            Fixture.names("translation") == TranslationCase.Kind.allCases.map(\.rawValue).sorted()
        )
    }

    @Test(arguments: Dialect.allCases)
    func `every pair has as many fixtures as were promised`(client: Dialect) {
        let requests = TranslationCase.all(.requests).count { $0.dialect == client }
        #expect(requests >= 15)
        for provider in Dialect.allCases where provider != client {
            let answers = [TranslationCase.Kind.answers, .streams, .failures]
                .flatMap { TranslationCase.all($0) }
                .count { $0.dialect == provider }
            let isFirstPair = Set([client, provider]) == [.openAIChat, .anthropicMessages]
            #expect(requests + answers >= (isFirstPair ? 50 : 30))
        }
    }
}

extension Usage {
    /// The counts that are not zero, in words.
    var words: String {
        let counts: [(String, Int)] = [
            ("input", input), ("output", output), ("cacheRead", cacheRead),
            ("cacheWrite", cacheWrite), ("5m", cacheWrite5m ?? 0), ("1h", cacheWrite1h ?? 0),
            ("reasoning", reasoning),
        ]
        return counts.filter { $0.1 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    }
}
