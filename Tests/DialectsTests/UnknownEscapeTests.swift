import JSON
import Model
import Testing

@testable import Dialects

/// What a client writes with an escape that JSON does not have.
@Suite struct `Unknown escapes` {
    @Test(arguments: Dialect.allCases)
    func `in a schema's key make no body that is not JSON`(provider: Dialect) {
        let body = #"""
            {"model":"m","max_tokens":10,"messages":[{"role":"user","content":"hi"}],
            "tools":[{"name":"Read","input_schema":{"tys\^\\\\ool":{"a":{"type":"string"}}}}]}
            """#
        do throws(TranslationError) {
            let translated = try RequestTranslation(body.utf8Span.span, from: .anthropicMessages)
                .translated(for: TranslationTarget(dialect: provider, model: "m"))
            let text = String(decoding: translated.body, as: UTF8.self)
            #expect(throws: Never.self, "\(text)") { try JSONText(translated.body.span) }
        } catch {
            #expect(!error.message.isEmpty)
        }
    }
}
