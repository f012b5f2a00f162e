import Model
import Routing

extension ConfigurationSchema {
    static let gateway: [ConfigurationKey] = [
        ConfigurationKey(
            "id",
            .identifier,
            default: nil,
            .reload,
            "The name that nginx and access keys use."
        ),
        ConfigurationKey(
            "accounts",
            .list(.identifier),
            default: "[default]",
            .reload,
            "Whose access keys are accepted. There is one account so far."
        ),
        ConfigurationKey(
            "connect_timeout",
            .duration,
            default: "5s",
            .reload,
            "Finding, reaching and greeting a provider."
        ),
        ConfigurationKey(
            "first_byte_timeout",
            .duration,
            default: "60s",
            .reload,
            "Until a streamed answer begins."
        ),
        ConfigurationKey(
            "first_content_timeout",
            .optional(.duration),
            default: "null",
            .reload,
            "From there to the first content; null is per_request_timeout."
        ),
        ConfigurationKey(
            "per_request_timeout",
            .duration,
            default: "3m",
            .reload,
            "One attempt until its first content, or a whole answer that is not streamed. nginx's",
            "fastcgi_read_timeout must be longer."
        ),
        ConfigurationKey(
            "total_timeout",
            .duration,
            default: "6m",
            .reload,
            "All attempts together until the first content."
        ),
        ConfigurationKey(
            "stall_timeout",
            .duration,
            default: "60s",
            .reload,
            "The longest silence within a stream."
        ),
        ConfigurationKey(
            "max_stream_duration",
            .optional(.duration),
            default: "null",
            .reload,
            "The longest stream; null is without end."
        ),
        ConfigurationKey(
            "early_head_after",
            .duration,
            default: "10s",
            .reload,
            "When a client that waits for a stream is told that it goes on."
        ),
        ConfigurationKey(
            "hedge_after",
            .optional(.duration),
            default: "null",
            .reload,
            "When a second candidate is asked beside one whose stream has no content; null is never."
        ),
        ConfigurationKey(
            "stream_recovery",
            .choice(["off", "continue"]),
            default: "off",
            .reload,
            "Whether another candidate goes on with a stream that breaks off: off or continue."
        ),
        ConfigurationKey(
            "on_disconnect",
            .choice(DisconnectPolicy.allCases.map(\.rawValue)),
            default: "cancel",
            .reload,
            "What becomes of an answer whose client is gone: cancel tells the provider, drain reads it",
            "to its end. What came is charged."
        ),
        ConfigurationKey(
            "on_error",
            .choice(["halt", "continue"]),
            default: "halt",
            .reload,
            "Whether an error is the answer (halt) or nginx goes on with the request (continue)."
        ),
        ConfigurationKey(
            "on_error_location",
            .optional(.text),
            default: "null",
            .reload,
            "Where it goes on: a named location of nginx such as @fallback, or a path."
        ),
        ConfigurationKey(
            "max_input_tokens",
            .optional(.integer(1...1_000_000_000)),
            default: "null",
            .reload,
            "The longest request, in tokens as estimated; null is without a limit."
        ),
        ConfigurationKey(
            "max_output_tokens",
            .optional(.integer(1...1_000_000_000)),
            default: "null",
            .reload,
            "The most tokens that a client may ask for; one that does not say gets so many."
        ),
        ConfigurationKey(
            "only_allow_configured_providers",
            .flag,
            default: "false",
            .reload,
            "Whether only the providers listed below may be used."
        ),
        ConfigurationKey(
            "only_allow_configured_models",
            .flag,
            default: "false",
            .reload,
            "Whether only the models listed below may be used, each at its provider."
        ),
        ConfigurationKey(
            "model_selection",
            .section(modelSelection),
            default: "{}",
            .reload,
            "What chooses among the models of a request."
        ),
        ConfigurationKey(
            "api_key_selection",
            .section(keySelection),
            default: "{}",
            .reload,
            "What chooses among the keys of a provider."
        ),
        ConfigurationKey(
            "headers",
            .secrets,
            default: "{}",
            .reload,
            "Headers set on every upstream request."
        ),
        ConfigurationKey(
            "query_params",
            .secrets,
            default: "{}",
            .reload,
            "Query parameters added to every upstream request."
        ),
        ConfigurationKey(
            "body",
            .members,
            default: "{}",
            .reload,
            "Top-level members set in every upstream request's body, over the client's."
        ),
        ConfigurationKey(
            "providers",
            .list(.section(provider)),
            default: "[]",
            .reload,
            "The providers in order of preference. Built-in ones that are not listed come after",
            "them: " + BuiltInProviders.all.prefix(8).map(\.id.rawValue).joined(separator: ", ")
                + ",",
            BuiltInProviders.all.dropFirst(8).map(\.id.rawValue).joined(separator: ", ") + "."
        ),
    ]

    static let modelSelection: [ConfigurationKey] = [
        ConfigurationKey(
            "strategy",
            .list(.text),
            default: "[]",
            .reload,
            "Expressions (CEL) over `ai.models`: the first that leaves a model decides. `lockkeeper eval`",
            "tries one; docs/routing.md has all names and functions."
        ),
        ConfigurationKey(
            "prefer",
            .optional(.choice(["cheapest", "fastest", "reliable"])),
            default: "null",
            .reload,
            "What puts the candidates of a model in order: its price for the request, or its speed or",
            "errors of late."
        ),
    ]

    static let keySelection: [ConfigurationKey] = [
        ConfigurationKey(
            "strategy",
            .list(.text),
            default: "[]",
            .reload,
            "Expressions over `ai.keys`: the first that leaves a key decides."
        )
    ]

    static let provider: [ConfigurationKey] = [
        ConfigurationKey(
            "id",
            .identifier,
            default: nil,
            .reload,
            "The name in `my-vllm:model`. That of a built-in provider changes the built-in one."
        ),
        ConfigurationKey(
            "display_name",
            .optional(.text),
            default: "null",
            .reload,
            "What people read."
        ),
        ConfigurationKey(
            "base_url",
            .optional(.text),
            default: "null",
            .reload,
            "https, or http on loopback, private and .internal hosts; a query survives. Known for",
            "built-in providers."
        ),
        ConfigurationKey(
            "dialects",
            .optional(.sections(Dialect.allCases.map(\.rawValue), dialect)),
            default: "null",
            .reload,
            "What it speaks: " + Dialect.allCases.map(\.rawValue).joined(separator: ", ") + ".",
            "null is openai-chat, or what the built-in provider speaks."
        ),
        ConfigurationKey(
            "http2",
            .flag,
            default: "false",
            .reload,
            "Whether HTTP/2 is asked for: fewer connections, more CPU for each streamed event."
        ),
        ConfigurationKey(
            "disabled",
            .flag,
            default: "false",
            .reload,
            "Whether it is switched off."
        ),
        ConfigurationKey(
            "api_keys",
            .list(.section(apiKey)),
            default: "[]",
            .reload,
            "Your keys, used in this order where an account has brought none. Without any, a",
            "provider that is not built in is called without a credential."
        ),
        ConfigurationKey(
            "forward_headers",
            .list(.text),
            default: "[]",
            .reload,
            "Client headers passed on beside the standard ones."
        ),
        ConfigurationKey(
            "supported_params",
            .list(.identifier),
            default: "[]",
            .reload,
            "The top-level members of a request that it takes: others are removed. None is all."
        ),
        ConfigurationKey(
            "headers",
            .secrets,
            default: "{}",
            .reload,
            "Headers set on its requests."
        ),
        ConfigurationKey(
            "body",
            .members,
            default: "{}",
            .reload,
            "Top-level members set in the bodies of its requests."
        ),
        ConfigurationKey(
            "models",
            .list(.section(model)),
            default: "[]",
            .reload,
            "Models it serves beside those of the catalog."
        ),
    ]

    static let apiKey: [ConfigurationKey] = [
        ConfigurationKey(
            "value",
            .secret,
            default: nil,
            .reload,
            "The key, best as ${env:NAME} or ${file:/path}."
        )
    ]

    static let dialect: [ConfigurationKey] = [
        ConfigurationKey(
            "base_url",
            .optional(.text),
            default: "null",
            .reload,
            "Where it is spoken; null is the provider's base_url."
        ),
        ConfigurationKey(
            "path",
            .optional(.text),
            default: "null",
            .reload,
            "What follows the base, such as /chat/completions; null is the usual path."
        ),
        ConfigurationKey(
            "auth",
            .optional(.choice(Auth.names)),
            default: "null",
            .reload,
            "How the key is sent, null being the dialect's own way:",
            Auth.names.joined(separator: ", ") + "."
        ),
    ]

    static let model: [ConfigurationKey] = [
        ConfigurationKey("id", .text, default: nil, .reload, "The name, here and at the provider."),
        ConfigurationKey(
            "author_id",
            .optional(.identifier),
            default: "null",
            .reload,
            "Who made it: `meta` makes it `meta/llama-3.3-70b` too."
        ),
        ConfigurationKey(
            "display_name",
            .optional(.text),
            default: "null",
            .reload,
            "What people read."
        ),
        ConfigurationKey(
            "description",
            .optional(.text),
            default: "null",
            .reload,
            "What it is for, in a sentence."
        ),
        ConfigurationKey(
            "input_modalities",
            .list(.choice(Modality.allCases.map(\.rawValue))),
            default: "[]",
            .reload,
            "What goes in: " + Modality.allCases.map(\.rawValue).joined(separator: ", ") + "."
        ),
        ConfigurationKey(
            "output_modalities",
            .list(.choice(Modality.allCases.map(\.rawValue))),
            default: "[]",
            .reload,
            "What comes out, of the same."
        ),
        ConfigurationKey(
            "max_context_window",
            .optional(.integer(1...1_000_000_000)),
            default: "null",
            .reload,
            "The tokens of its context."
        ),
        ConfigurationKey(
            "max_output_tokens",
            .optional(.integer(1...1_000_000_000)),
            default: "null",
            .reload,
            "The most tokens of one answer."
        ),
        ConfigurationKey(
            "supported_features",
            .list(.identifier),
            default: "[]",
            .reload,
            "What it can do, as the catalog calls it: tool-calling, structured-output, reasoning."
        ),
        ConfigurationKey(
            "unsupported_params",
            .list(.identifier),
            default: "[]",
            .reload,
            "Top-level members of a request that it does not take: they are removed."
        ),
        ConfigurationKey(
            "pricing",
            .optional(.section(pricing)),
            default: "null",
            .reload,
            "What it costs you, in dollars per million tokens."
        ),
    ]

    static let pricing: [ConfigurationKey] = [
        ConfigurationKey("input", .price, default: nil, .reload, "Input tokens."),
        ConfigurationKey(
            "output",
            .price,
            default: nil,
            .reload,
            "Output tokens, those of reasoning included."
        ),
        ConfigurationKey(
            "cache_read",
            .optional(.price),
            default: "null",
            .reload,
            "Input tokens that were cached; null is the price of input."
        ),
        ConfigurationKey(
            "cache_write",
            .optional(.price),
            default: "null",
            .reload,
            "Input tokens that are being cached; null is the price of input."
        ),
        ConfigurationKey(
            "cache_write_1h",
            .optional(.price),
            default: "null",
            .reload,
            "Those cached for an hour or longer; null is cache_write."
        ),
    ]

    static let virtualModel: [ConfigurationKey] = [
        ConfigurationKey("name", .text, default: nil, .reload, "What clients write for `model`."),
        ConfigurationKey(
            "description",
            .optional(.text),
            default: "null",
            .reload,
            "What it is for, in a sentence."
        ),
        ConfigurationKey(
            "targets",
            .list(.text),
            default: nil,
            .reload,
            "1 to 10 models, tried in this order; none of them virtual."
        ),
    ]
}
