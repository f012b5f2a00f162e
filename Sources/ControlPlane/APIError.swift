import JSON
import Model
package import Storage

/// An error as a client of the API sees it.
package struct APIError: Error, Equatable, Sendable {
    /// What kind of error it is, which has a code and a status.
    package let kind: Kind
    /// What is wrong and what to do about it, in a sentence.
    package let message: String
    /// What programs may want to know of it: names and values.
    package let details: [String: String]
    /// The methods of the path, for one that is not among them.
    package var allowed: [String] = []

    /// An error.
    package init(_ kind: Kind, _ message: String, details: [String: String] = [:]) {
        self.kind = kind
        self.message = message
        self.details = details
    }

    /// What is wrong with a record that somebody wrote, by the codes of its kind.
    init(_ error: DraftError, of codes: DraftCodes = .general) {
        let kind: Kind =
            switch error.reason {
            case .shape, .value: .invalid
            case .description: codes.description
            case .missing: codes.missing
            case .name: codes.name
            case .metadata: codes.metadata
            case .exists: .exists
            case .providerID: .providerIDLength
            case .duplicateProvider: .duplicateProvider
            case .reservedProvider: .reservedProvider
            case .baseURL: .baseURL
            case .host: .baseURLHost
            case .format: .apiFormat
            case .surface: .apiSurface
            case .modelID: .modelID
            case .providerModelID: .providerModelID
            case .duplicateModel: .duplicateModel
            case .parameterTooLong: .parameterTooLong
            case .duplicateParameter: .duplicateParameter
            case .tooManyParameters: .tooManyParameters
            case .emptyParameter: .emptyParameter
            case .missingName: .virtualModelNameRequired
            case .nameTooLong: .virtualModelNameTooLong
            case .nameCharacter: .virtualModelNameCharacter
            case .tooManyVirtualModels: .virtualModelLimit
            case .targetCount: .virtualModelTargets
            case .duplicateTarget: .virtualModelTargetDuplicated
            case .unknownTarget: .virtualModelTargetNotFound
            case .nestedTarget: .virtualModelTargetNested
            case .listedVirtualModel: .virtualModelListed
            case .router: .routerInvalid
            }
        self.init(kind, error.description, details: APIError.field(of: error.description))
    }

    /// What is wrong with a configuration that somebody wrote.
    init(_ error: KeyConfigurationError) {
        let details = APIError.field(of: error.description)
        let kind: Kind =
            switch details["field"]?.prefix(while: { $0 != "." && $0 != "[" }) {
            case "name": .nameInvalid
            case "metadata": .metadataInvalid
            case "router": .routerInvalid
            default: .invalid
            }
        self.init(kind, error.description, details: details)
    }

    /// The member that words such as `router.rules[0].steps: empty` are about.
    private static func field(of text: String) -> [String: String] {
        let path = text.prefix { $0 != ":" }
        let isPath = path.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "["),
                UInt8(ascii: "]"):
                true
            default: false
            }
        }
        return isPath && path.count < text.count ? ["field": String(path)] : [:]
    }

    /// What the store or another file says; nothing was changed.
    package init(_ error: StorageError) {
        self.init(.notStored, error.description)
    }

    /// A change that stands in the store, and by which no worker serves.
    package static func notInForce(_ reason: String) -> APIError {
        APIError(.notInForce, "It was stored, but it is not in force: \(reason).")
    }

    /// A record that is not there, or not for the one who asks.
    static func missing(_ kind: String, _ id: String) -> APIError {
        APIError(.notFound, "There is no \(kind) \"\(id)\".")
    }

    /// The answer that tells it; a key that was put into the wrong place is not told again.
    package var answer: APIAnswer {
        var answer = APIAnswer(kind.status) { writer in
            writer.beginObject()
            writer.member("errorCode", kind.code)
            writer.member("statusCode", kind.status)
            writer.member("msg", KeyWords.masked(message))
            writer.key("details")
            writer.beginObject()
            for (name, value) in details.sorted(by: { $0.key < $1.key }) {
                writer.key(name)
                writer.string(KeyWords.masked(value))
            }
            writer.endObject()
            writer.endObject()
        }
        answer.errorCode = kind.code
        if kind == .methodNotAllowed {
            answer.headers.append(("Allow", allowed.joined(separator: ", ")))
        }
        if kind.status == 401 { answer.headers.append(("WWW-Authenticate", "Bearer")) }
        if kind == .busy { answer.headers.append(("Retry-After", "1")) }
        return answer
    }
}
