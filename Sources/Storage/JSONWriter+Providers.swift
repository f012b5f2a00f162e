package import Access
package import JSON

extension JSONWriter {
    /// A member that is a list of texts.
    package mutating func texts(_ name: StaticString, _ texts: [String]) {
        key(name)
        beginArray()
        for text in texts { string(text) }
        endArray()
    }

    /// The APIs of a provider that an account made, as the member `supportedApiSurfaces`.
    package mutating func customSurfaces(_ surfaces: [CustomSurface]) {
        key("supportedApiSurfaces")
        beginArray()
        for surface in surfaces {
            beginObject()
            member("format", surface.format.rawValue)
            if let api = surface.api { member("surface", api.rawValue) }
            key("supportedParams")
            beginArray()
            for name in surface.supportedParameters {
                beginObject()
                member("name", name)
                endObject()
            }
            endArray()
            endObject()
        }
        endArray()
    }

    /// The models of a provider that an account made, as the member `models`.
    package mutating func customModels(_ models: [CustomModel]) {
        key("models")
        beginArray()
        for model in models {
            beginObject()
            member("modelId", model.id)
            member("providerModelId", model.providerModelID)
            texts("unsupportedParams", model.unsupportedParameters)
            endObject()
        }
        endArray()
    }
}
