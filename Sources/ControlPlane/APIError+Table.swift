extension APIError {
    /// Every kind of error that the API answers with.
    package enum Kind: CaseIterable, Sendable {
        // Who asks.
        case noCredential, wrongCredential, unknownCredential, notAllowed
        // What is asked for.
        case notFound, methodNotAllowed
        // What was sent.
        case notJSON, bodyTooLong, invalid, fieldMissing, nameInvalid, metadataInvalid
        case routerInvalid, virtualModelListed
        case providerKeyName, providerKeyDescription, providerKeyMetadata
        case providerKeyFieldMissing, providerKeyEmpty, providerUnsupported
        // What was sent of a provider or its models.
        case providerName, providerMetadata, providerFieldMissing, providerIDLength
        case duplicateProvider, reservedProvider, baseURL, baseURLHost, apiFormat, apiSurface
        case modelID, providerModelID, duplicateModel
        case parameterTooLong, duplicateParameter, tooManyParameters, emptyParameter
        // What was sent of a virtual model.
        case virtualModelNameRequired, virtualModelNameTooLong, virtualModelNameCharacter
        case virtualModelLimit, virtualModelTargets, virtualModelTargetDuplicated
        case virtualModelTargetNotFound, virtualModelTargetNested
        // What is there already.
        case exists, inUse, keyInUse, providerInUse, versionConflict, idempotencyKeyReused
        // What we can't do.
        case encryptionMissing, busy, notStored, notInForce
    }
}

extension APIError.Kind {
    /// The HTTP status.
    package var status: Int { entry.status }

    /// `ERR_NGROK_27611`.
    package var code: String { "ERR_NGROK_" + entry.code }

    private var entry: (status: Int, code: String) {
        switch self {
        case .noCredential: (401, "206")
        case .wrongCredential: (401, "206")
        case .unknownCredential: (401, "202")
        case .notAllowed: (403, "27504")
        case .notFound: (404, "27611")
        case .methodNotAllowed: (405, "27614")
        case .notJSON: (415, "27606")
        case .bodyTooLong: (413, "AI_GATEWAY_REQUEST_BODY_TOO_LONG")
        case .invalid: (400, "27606")
        case .fieldMissing: (400, "27602")
        case .nameInvalid: (400, "27603")
        case .metadataInvalid: (400, "27604")
        case .routerInvalid: (400, "27605")
        case .virtualModelListed:
            (400, "AI_GATEWAY_ACCESS_CONFIG_VIRTUAL_MODEL_NOT_ALLOWED")
        case .providerKeyName: (400, "27501")
        case .providerKeyDescription: (400, "27502")
        case .providerKeyMetadata: (400, "27503")
        case .providerKeyFieldMissing: (400, "27510")
        case .providerKeyEmpty: (400, "27507")
        case .providerUnsupported: (400, "27508")
        case .providerName: (400, "27701")
        case .providerMetadata: (400, "27702")
        case .baseURL: (400, "27703")
        case .providerFieldMissing: (400, "27704")
        case .reservedProvider: (400, "27705")
        case .providerIDLength: (400, "27706")
        case .apiFormat: (400, "27707")
        case .apiSurface: (400, "27708")
        case .modelID: (400, "27709")
        case .providerInUse: (409, "27710")
        case .duplicateModel: (400, "27711")
        case .duplicateProvider: (409, "27712")
        case .providerModelID: (400, "27713")
        case .parameterTooLong: (400, "27714")
        case .duplicateParameter: (400, "27715")
        case .tooManyParameters: (400, "27716")
        case .emptyParameter: (400, "27717")
        case .baseURLHost: (400, "27718")
        case .virtualModelNameRequired: (400, "AI_GATEWAY_VIRTUAL_MODEL_NAME_REQUIRED")
        case .virtualModelNameTooLong: (400, "AI_GATEWAY_VIRTUAL_MODEL_NAME_TOO_LONG")
        case .virtualModelNameCharacter:
            (400, "AI_GATEWAY_VIRTUAL_MODEL_NAME_ILLEGAL_CHARACTER")
        case .virtualModelLimit: (400, "AI_GATEWAY_VIRTUAL_MODEL_LIMIT_EXCEEDED")
        case .virtualModelTargets: (400, "AI_GATEWAY_VIRTUAL_MODEL_TARGETS_OUT_OF_RANGE")
        case .virtualModelTargetDuplicated:
            (400, "AI_GATEWAY_VIRTUAL_MODEL_TARGET_DUPLICATED")
        case .virtualModelTargetNotFound: (400, "AI_GATEWAY_VIRTUAL_MODEL_TARGET_NOT_FOUND")
        case .virtualModelTargetNested:
            (400, "AI_GATEWAY_VIRTUAL_MODEL_TARGET_NESTING_NOT_ALLOWED")
        case .exists: (409, "27607")
        case .inUse: (409, "27615")
        case .keyInUse: (409, "27511")
        case .versionConflict: (412, "AI_GATEWAY_RESOURCE_VERSION_CONFLICT")
        case .idempotencyKeyReused: (409, "27617")
        case .encryptionMissing: (500, "27505")
        case .busy: (503, "AI_GATEWAY_REQUEST_CAPACITY_UNAVAILABLE")
        case .notStored: (500, "27613")
        case .notInForce: (500, "27613")
        }
    }
}

/// The kinds of error that the records of a resource have codes of their own for.
struct DraftCodes {
    let name: APIError.Kind
    let description: APIError.Kind
    let metadata: APIError.Kind
    let missing: APIError.Kind

    static let general = DraftCodes(
        name: .nameInvalid,
        description: .invalid,
        metadata: .metadataInvalid,
        missing: .fieldMissing
    )

    static let providerKeys = DraftCodes(
        name: .providerKeyName,
        description: .providerKeyDescription,
        metadata: .providerKeyMetadata,
        missing: .providerKeyFieldMissing
    )

    static let providers = DraftCodes(
        name: .providerName,
        description: .invalid,
        metadata: .providerMetadata,
        missing: .providerFieldMissing
    )
}
