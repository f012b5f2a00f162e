import Access
import Model
import Routing

/// What stands in both a line of the store and a draft: the APIs and models of a provider.
extension WrittenValue {
    /// `[{"format": "openai", "surface": "responses", "supportedParams": [{"name": "seed"}]}]`.
    func customSurfaces() throws(DraftError) -> [CustomSurface] {
        var surfaces: [CustomSurface] = []
        for written in try list(0...Limits.customSurfaces, .surface) {
            let surface = try written.customSurface()
            guard !surfaces.contains(where: { $0.dialect == surface.dialect }) else {
                throw DraftError(.surface, written.error("it is there twice").reason)
            }
            surfaces.append(surface)
        }
        return surfaces
    }

    private func customSurface() throws(DraftError) -> CustomSurface {
        try saying(.shape) { () throws(MemberError) in
            try requireObject(of: ["format", "surface", "supportedParams"])
        }
        let format = try saying(.format) { () throws(MemberError) -> CustomSurface.Format in
            try required("format").word()
        }
        let api = try saying(.surface) { () throws(MemberError) -> CustomSurface.API? in
            guard let written = self["surface"], !written.isNull else { return nil }
            return try written.word()
        }
        var parameters: [String] = []
        if let written = self["supportedParams"], !written.isNull {
            for parameter in try written.list(0...Limits.customParameters, .value) {
                let name = try parameter.saying(.value) { () throws(MemberError) in
                    try parameter.requireObject(of: ["name"])
                    return try parameter.required("name").text(atMost: Limits.nameLength)
                }
                parameters.append(name)
            }
        }
        let surface = CustomSurface(format: format, api: api, supportedParameters: parameters)
        guard surface.dialect != nil else {
            let name = api?.rawValue ?? ""
            throw DraftError(.surface, error("\(format.rawValue) has no \"\(name)\"").reason)
        }
        return surface
    }

    /// `[{"modelId": "llama", "providerModelId": "llama-3.3", "unsupportedParams": ["seed"]}]`.
    func customModels() throws(DraftError) -> [CustomModel] {
        var models: [CustomModel] = []
        var seen: Set<String> = []
        for written in try list(0...Limits.customModels, .value) {
            let model = try written.customModel()
            guard seen.insert(model.id.lowercased()).inserted else {
                let error = written.error("the model '\(model.id)' is there twice")
                throw DraftError(.duplicateModel, error.reason)
            }
            models.append(model)
        }
        return models
    }

    private func customModel() throws(DraftError) -> CustomModel {
        try saying(.shape) { () throws(MemberError) in
            try requireObject(of: ["modelId", "providerModelId", "unsupportedParams"])
        }
        guard let id = self["modelId"] else {
            throw DraftError(.missing, error("\"modelId\" is missing").reason)
        }
        return CustomModel(
            id: try id.modelName(.modelID),
            providerModelID: try self["providerModelId"].flatMap { (written) throws(DraftError) in
                written.isNull ? nil : try written.modelName(.providerModelID)
            },
            unsupportedParameters: try self["unsupportedParams"].map {
                (written) throws(DraftError) in
                written.isNull ? [] : try written.unsupportedParameters()
            } ?? []
        )
    }

    private func modelName(_ reason: DraftError.Reason) throws(DraftError) -> String {
        try saying(reason) { () throws(MemberError) in
            let text = try text(atMost: Limits.nameLength)
            guard !text.isEmpty else { throw error("empty") }
            do throws(ModelAddressError) {
                _ = try ModelAddress.parse(text)
            } catch {
                throw self.error("'\(text)' is no model's name: \(error)")
            }
            return text
        }
    }

    private func unsupportedParameters() throws(DraftError) -> [String] {
        var names: [String] = []
        for written in try list(0...Limits.unsupportedParameters, .tooManyParameters) {
            let name = try saying(.parameterTooLong) { () throws(MemberError) in
                try written.text(atMost: Limits.nameLength)
            }
            guard !name.isEmpty else {
                throw DraftError(.emptyParameter, written.error("empty").reason)
            }
            guard !names.contains(name) else {
                let error = written.error("'\(name)' is there twice")
                throw DraftError(.duplicateParameter, error.reason)
            }
            names.append(name)
        }
        return names
    }

    private func list(
        _ count: ClosedRange<Int>,
        _ reason: DraftError.Reason
    ) throws(DraftError) -> [WrittenValue] {
        try saying(reason) { () throws(MemberError) in try elements(count) }
    }

    /// What goes wrong is a fault of that kind.
    func saying<Value>(
        _ reason: DraftError.Reason,
        _ read: () throws(MemberError) -> Value
    ) throws(DraftError) -> Value {
        do throws(MemberError) {
            return try read()
        } catch {
            throw DraftError(reason, error.reason)
        }
    }
}
