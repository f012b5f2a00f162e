import Model

/// The providers that the product knows, in the order in which they are preferred.
///
/// Only what a provider documents in public stands here. An Anthropic base is what its SDK is
/// given, with the `/v1` that the SDK adds.
package enum BuiltInProviders {
    /// One provider as data, its main dialect first.
    private struct Row {
        let id: String
        let displayName: String
        let dialects: [(Dialect, base: String, Auth)]
        var forwardHeaders: [String] = []

        init(
            _ id: String,
            _ displayName: String,
            _ dialects: [(Dialect, base: String, Auth)],
            forwardHeaders: [String] = []
        ) {
            self.id = id
            self.displayName = displayName
            self.dialects = dialects
            self.forwardHeaders = forwardHeaders
        }
    }

    private static let rows: [Row] = [
        Row("openai", "OpenAI", openAI("https://api.openai.com/v1")),
        Row(
            "anthropic",
            "Anthropic",
            [(.anthropicMessages, "https://api.anthropic.com/v1", .xAPIKey)]
        ),
        Row(
            "google",
            "Google",
            [
                (.gemini, "https://generativelanguage.googleapis.com/v1beta", .googAPIKey),
                (
                    .openAIChat, "https://generativelanguage.googleapis.com/v1beta/openai",
                    .bearer
                ),
            ]
        ),
        Row("groq", "Groq", openAI("https://api.groq.com/openai/v1")),
        Row(
            "deepseek",
            "DeepSeek",
            chat("https://api.deepseek.com/v1")
                + messages("https://api.deepseek.com/anthropic/v1", .xAPIKey)
        ),
        Row(
            "openrouter",
            "OpenRouter",
            openAI("https://openrouter.ai/api/v1"),
            forwardHeaders: ["http-referer", "x-title"]
        ),
        Row("mistral", "Mistral AI", chat("https://api.mistral.ai/v1")),
        Row("xai", "xAI", openAI("https://api.x.ai/v1")),
        Row(
            "moonshotai",
            "Moonshot AI",
            openAI("https://api.moonshot.ai/v1")
                + messages("https://api.moonshot.ai/anthropic/v1", .bearer)
        ),
        Row(
            "z-ai",
            "Z.ai",
            chat("https://api.z.ai/api/paas/v4")
                + messages("https://api.z.ai/api/anthropic/v1", .bearer)
        ),
        Row(
            "minimax",
            "MiniMax",
            openAI("https://api.minimax.io/v1")
                + messages("https://api.minimax.io/anthropic/v1", .bearer)
        ),
        Row(
            "qwencloud",
            "QwenCloud",
            chat("https://dashscope-intl.aliyuncs.com/compatible-mode/v1")
        ),
        Row("hyperbolic", "Hyperbolic", chat("https://api.hyperbolic.xyz/v1")),
        Row("inceptionlabs", "Inception Labs", chat("https://api.inceptionlabs.ai/v1")),
        Row("inference-net", "Inference.net", chat("https://api.inference.net/v1")),
    ]

    private static func chat(_ base: String) -> [(Dialect, base: String, Auth)] {
        [(.openAIChat, base, .bearer)]
    }

    private static func openAI(_ base: String) -> [(Dialect, base: String, Auth)] {
        [(.openAIChat, base, .bearer), (.openAIResponses, base, .bearer)]
    }

    private static func messages(
        _ base: String,
        _ auth: Auth
    ) -> [(Dialect, base: String, Auth)] {
        [(.anthropicMessages, base, auth)]
    }

    /// Every one of them, nothing configured.
    package static let all: [Provider] = rows.map(provider)

    /// The one of that id.
    package static func provider(_ id: String) -> Provider? {
        all.first { $0.id.rawValue == id }
    }

    private static func provider(_ row: Row) -> Provider {
        var surfaces: [Dialect: Surface] = [:]
        for (dialect, base, auth) in row.dialects {
            do throws(BaseURLError) {
                surfaces[dialect] = Surface(baseURL: try BaseURL(base), auth: auth)
            } catch {
                preconditionFailure("the built-in base URL \(base) \(error)")
            }
        }
        var provider = Provider(
            id: ProviderID(row.id),
            displayName: row.displayName,
            isBuiltIn: true,
            mainDialect: row.dialects[0].0,
            surfaces: surfaces
        )
        provider.forwardHeaders = row.forwardHeaders
        return provider
    }
}
