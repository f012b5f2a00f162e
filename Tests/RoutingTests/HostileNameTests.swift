import Model
import Testing

@testable import Routing

/// What the network can send where a model's name is expected.
@Suite struct `Hostile names` {
    /// Pieces that mean something to the parser, and some that mean nothing to anybody.
    private static let pieces = [
        ":", "/", "?", "#", "%", "%2F", "..", ".", " ", "\0", "\r\n", "&", "=", "auto",
        "ngrok/auto",
        "openai", "groq", "gpt-4o", "GPT-4O", "meta", "\u{7F}", "\u{FFFD}", "é", "e\u{301}", "模",
        "\u{202E}", "\u{1F9E8}", "İ", "ß", String(repeating: "a", count: 200), "",
    ]

    private func name(_ random: inout some RandomNumberGenerator) -> String {
        if Bool.random(using: &random) {
            let bytes = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            return String(decoding: bytes, as: UTF8.self)
        }
        return (0..<Int.random(in: 0...6, using: &random))
            .map { _ in Self.pieces.randomElement(using: &random) ?? "" }.joined()
    }

    @Test func `of random bytes trap nowhere and reach no other provider than they name`() throws {
        let routes = try table(
            [try custom("mine")],
            own: ["openai", "groq", "google"].map { ownKey($0, $0) }
        )
        var random = SeededGenerator(seed: 0x10CC)
        for _ in 0..<5000 {
            let names = (0..<Int.random(in: 0...3, using: &random)).map { _ in name(&random) }
            let dialect = Dialect.allCases.randomElement(using: &random) ?? .gemini
            do throws(ModelRefusal) {
                let resolved = try routes.resolve(
                    model: names.first,
                    models: Array(names.dropFirst()),
                    for: .only(dialect)
                )
                #expect(!resolved.candidates.isEmpty)
                for candidate in resolved.candidates {
                    let provider = routes.providers[candidate.providerIndex]
                    let surface = provider.surface(for: dialect)
                    let url = surface?.url(
                        for: .gemini(.generateContent),
                        model: candidate.model,
                        clientQuery: names.last ?? ""
                    )
                    #expect(url?.utf8.allSatisfy { (0x21...0x7E).contains($0) } == true)
                    #expect(url?.hasPrefix(surface?.baseURL.prefix ?? "-") == true)
                }
            } catch {
                #expect(!error.message.isEmpty)
                #expect((27201...27231).contains(error.code))
            }
        }
    }

    @Test func `of hosts and URLs trap nowhere`() {
        var random = SeededGenerator(seed: 0x10CC)
        let pieces = [
            "https://", "http://", "[", "]", ":", "::", ".", "/", "@", "1", "255", "256", "ffff",
            "127.0.0.1", "0x7f", "localhost", ".internal", "-", "?", "#", "é",
        ]
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 0...8, using: &random))
                .map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
            do throws(BaseURLError) {
                let url = try BaseURL(text)
                #expect(HostKind(host: url.host) != .forbidden)
                #expect(HostKind(host: url.host) != .malformed)
            } catch {
                #expect(!error.description.isEmpty)
            }
            _ = isAddressRange(text)
        }
    }
}
