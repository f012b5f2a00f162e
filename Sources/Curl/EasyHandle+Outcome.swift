import CCurl

/// What became of a transfer.
extension EasyHandle {
    /// How the transfer ended that libcurl gave this code for.
    func outcome(of code: CURLcode) -> TransferOutcome {
        if code == CURLE_OK {
            if connectsOnly { return outcomeOfConnecting() }
            guard head.isComplete else {
                return .failed(.cut("the connection ended inside the head"))
            }
            return .complete
        }
        // A server that answers before it has read the body may reset the stream after the answer.
        if code == CURLE_HTTP2_STREAM, head.isComplete, head.contentLength == .known(bodyCount) {
            return .complete
        }
        return .failed(failure(of: code))
    }

    private func outcomeOfConnecting() -> TransferOutcome {
        guard let text = unsafe ccurl_text(easy, CURLINFO_PRIMARY_IP),
            let address = unsafe IPAddress(String(cString: text))
        else { return .failed(.connect("the address is not known")) }
        let port = unsafe ccurl_number(easy, CURLINFO_PRIMARY_PORT)
        transfer?.peer = PeerAddress(address: address, port: port)
        return .complete
    }

    /// How the transfer ended whose request was refused.
    var refusal: TransferOutcome {
        .failed(ownFailure ?? .other("refused"))
    }

    /// How long its parts took so far.
    var timings: TransferTimings {
        var timings = TransferTimings()
        let isConnected = unsafe ccurl_microseconds(easy, CURLINFO_PRETRANSFER_TIME_T) > 0
        let connections = unsafe ccurl_number(easy, CURLINFO_NUM_CONNECTS)
        timings.reusedConnection = isConnected && connections == 0
        if !timings.reusedConnection {
            let handshake = unsafe ccurl_microseconds(easy, CURLINFO_APPCONNECT_TIME_T)
            let connect = unsafe ccurl_microseconds(easy, CURLINFO_CONNECT_TIME_T)
            timings.connect = .microseconds(max(handshake, connect))
        }
        timings.firstByte = .microseconds(
            unsafe ccurl_microseconds(easy, CURLINFO_STARTTRANSFER_TIME_T)
        )
        return timings
    }

    private func failure(of code: CURLcode) -> TransferFailure {
        if let ownFailure { return ownFailure }
        let text = text(of: code)
        if let refusedAddress, !isConnectionTried {
            return .addressRefused("address \(refusedAddress) is refused")
        }
        return switch code {
        case CURLE_URL_MALFORMAT, CURLE_LOGIN_DENIED: .invalidRequest(text)
        case CURLE_UNSUPPORTED_PROTOCOL where !isConnectionTried && head.byteCount == 0:
            .invalidRequest(text)
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY: .dns(text)
        case CURLE_COULDNT_CONNECT, CURLE_PROXY: .connect(text)
        case CURLE_OPERATION_TIMEDOUT: .connectTimeout(text)
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM,
            CURLE_SSL_CIPHER, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR,
            CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CRL_BADFILE:
            .tls(text)
        case CURLE_SEND_ERROR, CURLE_SEND_FAIL_REWIND: .sendFailed(text)
        case CURLE_GOT_NOTHING: .emptyAnswer(text)
        case CURLE_PARTIAL_FILE: .cut(text)
        case CURLE_RECV_ERROR, CURLE_HTTP2, CURLE_HTTP2_STREAM: interruption(text)
        case CURLE_WEIRD_SERVER_REPLY, CURLE_UNSUPPORTED_PROTOCOL, CURLE_BAD_CONTENT_ENCODING:
            .protocolError(text)
        // libcurl's answer to a single header line beyond its own limit.
        case CURLE_OUT_OF_MEMORY where !head.isComplete: .headersTooLarge(text)
        default: .other(text)
        }
    }

    /// The connection broke while an answer was awaited.
    private func interruption(_ text: String) -> TransferFailure {
        if head.byteCount > 0 { return .cut(text) }
        let isConnected = unsafe ccurl_microseconds(easy, CURLINFO_PRETRANSFER_TIME_T) > 0
        return isConnected ? .emptyAnswer(text) : .connect(text)
    }

    private func text(of code: CURLcode) -> String {
        var text = unsafe String(cString: errorText)
        if text.isEmpty { text = unsafe String(cString: curl_easy_strerror(code)) }
        return URLParts.scrubbed(text)
    }
}
