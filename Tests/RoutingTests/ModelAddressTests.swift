import Testing

@testable import Routing

@Suite struct `A model address` {
    struct Form: Sendable {
        let text: String
        let provider: String?
        let author: String?
        let model: String
    }

    @Test(arguments: [
        Form(text: "gpt-4o", provider: nil, author: nil, model: "gpt-4o"),
        Form(text: "openai:gpt-4o", provider: "openai", author: nil, model: "gpt-4o"),
        Form(text: "openai/gpt-4o", provider: nil, author: "openai", model: "gpt-4o"),
        Form(
            text: "groq:meta/llama-3.3-70b",
            provider: "groq",
            author: "meta",
            model: "llama-3.3-70b"
        ),
        Form(text: "mine:llama3:8b", provider: "mine", author: nil, model: "llama3:8b"),
        Form(
            text: "openrouter:meta/llama:free",
            provider: "openrouter",
            author: "meta",
            model: "llama:free"
        ),
        Form(text: "meta/llama:free", provider: nil, author: "meta", model: "llama:free"),
        Form(
            text: "fw:accounts/a/models/b",
            provider: "fw",
            author: "accounts",
            model: "a/models/b"
        ),
        Form(text: "模型", provider: nil, author: nil, model: "模型"),
    ])
    func `is taken apart at the first colon and the first slash`(_ form: Form) throws {
        let address = try ModelAddress.parse(form.text)
        #expect(address.provider == form.provider)
        #expect(address.author == form.author)
        #expect(address.model == form.model)
    }

    @Test(arguments: [
        ("", ModelAddressError.empty),
        (":", .emptyProvider),
        (":gpt-4o", .emptyProvider),
        ("openai:", .emptyModel),
        ("openai/", .emptyModel),
        ("/gpt-4o", .emptyAuthor),
        ("groq:/llama", .emptyAuthor),
        ("groq:meta/", .emptyModel),
        ("gpt 4o", .badCharacter),
        (" gpt-4o", .badCharacter),
        ("gpt-4o\n", .badCharacter),
        ("gpt\u{0}", .badCharacter),
        ("gpt\u{7F}", .badCharacter),
        (String(repeating: "m", count: 511), .tooLong),
    ])
    func `that is malformed is refused with the reason`(_ text: String, _ error: ModelAddressError)
    {
        #expect(throws: error) { try ModelAddress.parse(text) }
    }

    @Test func `of the greatest length is read`() throws {
        let name = String(repeating: "m", count: 510)
        #expect(try ModelAddress.parse(name).model == name)
    }
}
