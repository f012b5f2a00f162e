import JSON
import Model
import Routing
import Storage

/// A model as it is shown (chapter 13.5).
struct ModelView {
    private let model: ListedModel
    private let providers: ProviderTable
    private let now: Timestamp

    init(_ model: ListedModel, _ providers: ProviderTable, at now: Timestamp) {
        self.model = model
        self.providers = providers
        self.now = now
    }

    func write(into writer: inout JSONWriter) {
        let facts = model.facts
        writer.beginObject()
        writer.member("id", model.id)
        writer.member("name", model.displayName)
        writer.member("slug", model.id)
        writer.member("object", "model")
        // Clients' types want a time: the epoch says "unknown".
        writer.member("created", Int(facts.released?.start.unixSecond ?? 0))
        if let day = facts.released { writer.member("released", day.description) }
        if let day = facts.deprecated { writer.member("deprecated", day.description) }
        if let day = facts.retired { writer.member("retired", day.description) }
        if let text = facts.description { writer.member("description", text) }
        if let author = facts.author { writer.member("author", author) }
        writer.member("owned_by", isOwn ? "organization_owned" : "ngrok")
        writer.flag("virtual", model.isVirtual)
        writer.key("architecture")
        writeArchitecture(into: &writer)
        writer.strings("supported_features", facts.supportedFeatures)
        writer.key("providers")
        writer.beginArray()
        for offer in model.offers { write(offer, into: &writer) }
        writer.endArray()
        writer.endObject()
    }

    /// Whether the catalog does not know it: a name of the operator's or the account's.
    private var isOwn: Bool { model.isVirtual || model.offers.allSatisfy(\.isCustom) }

    private func writeArchitecture(into writer: inout JSONWriter) {
        let input = model.facts.inputModalities.names
        let output = model.facts.outputModalities.names
        let isKnown = !input.isEmpty && !output.isEmpty
        let modality = "\(input.joined(separator: "+"))->\(output.joined(separator: "+"))"
        writer.beginObject()
        writer.member("modality", isKnown ? modality : nil)
        writer.strings("input_modalities", input)
        writer.strings("output_modalities", output)
        writer.endObject()
    }

    private func write(_ offer: ModelOffer, into writer: inout JSONWriter) {
        let facts = offer.facts
        let provider = providers[offer.providerIndex]
        writer.beginObject()
        writer.member("model_id", offer.model)
        writer.member("id", offer.provider.rawValue)
        writer.member("display_name", provider.displayName)
        writer.member("context_length", facts.maxContextWindow ?? 0)
        writer.number("max_completion_tokens", facts.maxOutputTokens)
        writer.flag("supports_implicit_caching", facts.pricing?.usual.cacheRead != nil)
        writer.member("status", facts.isRetired(at: now) ? "inactive" : "active")
        writer.key("pricing")
        if let pricing = facts.pricing {
            ModelRates(pricing).write(into: &writer)
        } else {
            writer.null()
        }
        writer.key("supported_api_formats")
        writer.beginArray()
        for dialect in provider.dialects { writer.write(dialect) }
        writer.endArray()
        writer.strings("unsupported_parameters", facts.unsupportedParameters)
        writer.endObject()
    }
}

extension JSONWriter {
    /// A dialect as lists of models name it.
    fileprivate mutating func write(_ dialect: Dialect) {
        let (format, name, path) =
            switch dialect {
            case .openAIChat: ("openai", "chat-completions", "/v1/chat/completions")
            case .openAIResponses: ("openai", "responses", "/v1/responses")
            case .anthropicMessages: ("anthropic", "messages", "/v1/messages")
            case .gemini: ("gemini", "generate-content", "/v1beta/models/{model}:generateContent")
            }
        beginObject()
        member("format", format)
        member("name", name)
        member("path", path)
        endObject()
    }
}
