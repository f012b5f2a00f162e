import Dialects
import JSON
import Model
import Testing

/// docs/dialects.md tells what becomes of each member: its tables are what the translation does.
///
/// LOCKKEEPER_RECORD=1 writes them anew.
@Suite struct `The page of dialects` {
    private static let path = "../../../docs/dialects.md"
    private static let seam = "<!-- The tables below are written by DialectsPageTests. -->\n"

    @Test func `tells what the translation does`() throws {
        let page = String(decoding: try #require(Fixture.bytes(Self.path)), as: UTF8.self)
        let start = try #require(page.firstRange(of: Self.seam))
        let tables = Self.contentTable() + Self.memberTables()
        if Fixture.isRecording {
            Fixture.record(Self.path, Array((page[..<start.upperBound] + tables).utf8))
        } else {
            #expect(String(page[start.upperBound...]) == tables)
        }
    }

    // MARK: Members

    private static func memberTables() -> String {
        var text = ""
        for client in Dialect.allCases {
            for provider in Dialect.allCases where provider != client {
                text += "\n## \(client.rawValue) to \(provider.rawValue)\n\n"
                text += "| member | becomes |\n|---|---|\n"
                for sample in MemberSample.all(client) {
                    let fate = fate(of: sample, from: client, to: provider)
                    text += "| `\(sample.name)` | \(fate) |\n"
                }
            }
        }
        return text
    }

    /// The least that a client of a dialect asks.
    private static func request(_ client: Dialect) -> String {
        switch client {
        case .openAIChat, .anthropicMessages: #"{"messages":[{"role":"user","content":"x"}]}"#
        case .openAIResponses: #"{"input":"x"}"#
        case .gemini: #"{"contents":[{"role":"user","parts":[{"text":"x"}]}]}"#
        }
    }

    private static func fate(
        of sample: MemberSample,
        from client: Dialect,
        to provider: Dialect
    ) -> String {
        let plain = request(client).dropLast()
        var added = String(sample.json.dropFirst().dropLast())
        // A choice means nothing without a tool.
        if sample.name.hasPrefix("tool_choice") || sample.name.hasPrefix("parallel_tool")
            || sample.name == "toolConfig",
            let tools = MemberSample.all(client).first(where: { $0.name == "tools" })
        {
            added += "," + tools.json.dropFirst().dropLast()
        }
        let without = translated(plain + "}", from: client, to: provider)
        let with = translated("\(plain),\(added)}", from: client, to: provider)
        if with.isRefused { return "**refused**" }
        if with.removed.contains(sample.name) { return "dropped" }
        let tools = sample.name.contains("ool") && sample.name != "tools" ? ["tools"] : []
        let names = with.members.filter { !without.members.contains($0) && !tools.contains($0) }
        return names.isEmpty
            ? "nothing to carry" : names.map { "`\($0)`" }.joined(separator: ", ")
    }

    private struct Translated {
        var isRefused = false
        var removed: [String] = []
        /// The members of the request that have a value of their own.
        var members: [String] = []
    }

    private static func translated(
        _ body: String,
        from client: Dialect,
        to provider: Dialect
    ) -> Translated {
        let model: String
        switch provider {
        case .openAIChat, .openAIResponses: model = "gpt-5.1"
        case .anthropicMessages: model = "claude-opus-4-6"
        case .gemini: model = "gemini-3-pro"
        }
        do throws(TranslationError) {
            let request = try RequestTranslation(Array(body.utf8).span, from: client)
            let target = TranslationTarget(dialect: provider, model: model)
            let translated = try request.translated(for: target)
            let root = TranslationCase.json(translated.body)
            return Translated(
                removed: translated.removedParameters,
                members: members(of: root)
            )
        } catch {
            return Translated(isRefused: true)
        }
    }

    /// Names of members, those in the objects that only group others with a dot.
    private static func members(of root: JSONCursor) -> [String] {
        let groups = ["generationConfig", "output_config", "text"]
        var names: [String] = []
        for (name, value) in root.members {
            let name = name.string ?? ""
            if groups.contains(name) || value["user_id"] != nil {
                names += value.members.map { "\(name).\($0.name.string ?? "")" }
            } else if name == "max_tokens" {
                // Anthropic's providers want it in every request.
                if value.integer != 4096 { names.append(name) }
            } else if name == "messages" {
                // Instructions are one more message.
                if value.elements.dropFirst().first(where: { _ in true }) != nil {
                    names.append(name)
                }
            } else {
                names.append(name)
            }
        }
        return names
    }

    // MARK: Content

    private static func contentTable() -> String {
        let header = Dialect.allCases.map { "to `\($0.rawValue)`" }.joined(separator: " | ")
        var text = "\n## What a conversation holds\n\n| | \(header) |\n|---|---|---|---|---|\n"
        for sample in ContentSample.all {
            let cells = Dialect.allCases.map { provider -> String in
                if provider == sample.client { return "as it is" }
                let told = translated(sample.body, from: sample.client, to: provider)
                if told.isRefused { return "**refused**" }
                return told.removed.isEmpty ? "yes" : "dropped"
            }
            text += "| \(sample.name) | \(cells.joined(separator: " | ")) |\n"
        }
        return text
    }
}
