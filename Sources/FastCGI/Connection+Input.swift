import CFastCGI
import Platform

extension Connection {
    /// Takes what one read brought.
    func receive(_ bytes: Span<UInt8>) {
        var position = 0
        do throws(NotARecord) {
            while phase == .open, let piece = try parser.next(bytes, from: &position) {
                let content = bytes.extracting(piece.content)
                if piece.header.requestID == UInt16(FCGI_NULL_REQUEST_ID) {
                    try takeManagement(piece, content)
                } else {
                    try takeApplication(piece, content)
                }
            }
        } catch {
            close()
        }
    }

    private func takeApplication(
        _ piece: RecordPiece,
        _ content: Span<UInt8>
    ) throws(NotARecord) {
        switch RecordType(rawValue: piece.header.type) {
        case .beginRequest:
            begin.take(content, isFirst: piece.isFirst)
            if piece.isLast { try beginRequest(piece.header.requestID) }
        case .parameters:
            guard let request, request.id == piece.header.requestID else { return }
            try takeParameters(of: request, piece, content)
        case .input:
            guard let request, request.id == piece.header.requestID else { return }
            try takeInput(of: request, piece, content)
        case .abortRequest:
            guard let request, request.id == piece.header.requestID, piece.isLast else { return }
            abort(request)
        case .endRequest, .output, .errorOutput, .data, .getValues, .getValuesResult,
            .unknownType, nil:
            break
        }
    }

    private func beginRequest(_ id: UInt16) throws(NotARecord) {
        guard let body = begin.complete else { throw NotARecord() }
        hasBroughtRequest = true
        if let active = request {
            // The same id twice leaves no way to say which request a record belongs to.
            guard active.id != id else { throw NotARecord() }
            output.appendEnd(requestID: id, appStatus: 0, .cannotMultiplex)
            return outputGrew()
        }
        guard let role = Role(rawValue: body.role) else {
            return refuse(id, .unknownRole, keepsConnection: body.keepsConnection)
        }
        request = Request(
            id: id,
            role: role,
            keepsConnection: body.keepsConnection,
            connection: self
        )
        listener.activeRequestCount += 1
    }

    private func takeParameters(
        of request: Request,
        _ piece: RecordPiece,
        _ content: Span<UInt8>
    ) throws(NotARecord) {
        guard request.progress == .parameters else { return }
        if piece.header.contentLength > 0 {
            guard request.parameters.count + content.count <= listener.limits.parameterBytes else {
                end(request)
                return refuse(request.id, .overloaded, keepsConnection: request.keepsConnection)
            }
            return request.parameters.append(content)
        }
        guard request.parameters.forEach({ _, _ in }) else { throw NotARecord() }
        request.progress = .body
        listener.responder.requestBegan(request, ResponseWriter(request))
        if request.role == .authorizer { endBody(of: request) }
    }

    private func takeInput(
        of request: Request,
        _ piece: RecordPiece,
        _ content: Span<UInt8>
    ) throws(NotARecord) {
        switch request.progress {
        case .parameters:
            throw NotARecord()
        case .body where piece.header.contentLength > 0:
            listener.responder.requestReceivedBody(request, content)
        case .body, .finishing:
            if piece.header.contentLength == 0 { endBody(of: request) }
        case .bodyComplete, .ended:
            break
        }
    }

    private func endBody(of request: Request) {
        switch request.progress {
        case .body:
            request.progress = .bodyComplete
            listener.responder.requestBodyEnded(request)
        case .finishing(let appStatus):
            complete(request, appStatus: appStatus)
        case .parameters, .bodyComplete, .ended:
            break
        }
    }

    private func abort(_ request: Request) {
        abortRequest()
        endOnWire(request.id, .complete, keepsConnection: request.keepsConnection)
    }

    private func refuse(_ id: UInt16, _ status: ProtocolStatus, keepsConnection: Bool) {
        endOnWire(id, status, keepsConnection: keepsConnection)
    }

    // MARK: Management records

    private func takeManagement(
        _ piece: RecordPiece,
        _ content: Span<UInt8>
    ) throws(NotARecord) {
        guard piece.header.type == RecordType.getValues.rawValue else {
            if piece.isLast {
                output.appendUnknownType(piece.header.type)
                outputGrew()
            }
            return
        }
        let query = piece.isFirst ? ValuesQuery() : values ?? ValuesQuery()
        values = query
        try query.take(content)
        guard piece.isLast else { return }
        values = nil
        query.answer(connections: listener.limits.connections, into: &output)
        outputGrew()
    }
}

/// The eight bytes of a BEGIN_REQUEST, wherever they are split.
struct BeginBody {
    private var bits: UInt64 = 0
    private var count = 0

    mutating func take(_ content: Span<UInt8>, isFirst: Bool) {
        if isFirst { self = BeginBody() }
        for index in content.indices where count < 8 {
            bits = bits << 8 | UInt64(content[index])
            count += 1
        }
    }

    /// What it says; nil when it was too short.
    var complete: (role: UInt16, keepsConnection: Bool)? {
        guard count == 8 else { return nil }
        let flags = UInt8(truncatingIfNeeded: bits >> 40)
        return (UInt16(truncatingIfNeeded: bits >> 48), flags & UInt8(FCGI_KEEP_CONN) != 0)
    }
}
