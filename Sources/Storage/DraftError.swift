/// What is wrong with a record that somebody wrote, or with a change to one.
package struct DraftError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The kind of fault, for whoever answers with a code.
    package enum Reason: Equatable, Sendable {
        /// It is no object, or has a member that there is not.
        case shape
        /// A member that must be there is not.
        case missing
        /// The name: no text, empty or too long.
        case name
        /// The description: no text or too long.
        case description
        /// The metadata: neither text nor an object, or too long.
        case metadata
        /// The value of another member.
        case value
        /// There is one of that name already.
        case exists
        /// Of a provider: its id, what it is called already, or what is the operator's.
        case providerID, duplicateProvider, reservedProvider
        /// Of a provider: its URL, or a host that it may not be at.
        case baseURL, host
        /// Of a provider's API: whose form it has, or which one of that form.
        case format, surface
        /// Of a provider's model: its name here, there, or another of that name.
        case modelID, providerModelID, duplicateModel
        /// Of a model's parameters: their number, or one that is too long, there twice, or empty.
        case tooManyParameters, parameterTooLong, duplicateParameter, emptyParameter
        /// Of a virtual model: its name, or how many there are.
        case missingName, nameTooLong, nameCharacter, tooManyVirtualModels
        /// Of a virtual model's targets: their number, or one that is there twice, unknown, or
        /// virtual itself.
        case targetCount, duplicateTarget, unknownTarget, nestedTarget
        /// Of a configuration: a virtual model in an allow list, or a rule of its router.
        case listedVirtualModel, router
    }

    /// The kind of fault.
    package let reason: Reason
    /// `role: "king" is none of admin, account, read`.
    package let description: String

    /// A fault in words.
    package init(_ reason: Reason, _ description: String) {
        self.reason = reason
        self.description = description
    }
}
