import CCurl

/// The options of an easy handle.
extension EasyHandle {
    /// libcurl's buffers for sending: it copies through the small one, but a large body in 16 KiB
    /// steps would cost a turn of its machine each.
    static let smallUploadBuffer = 16 * 1024
    static let largeUploadBuffer = 256 * 1024

    /// How a URL is taken apart: as the options of the same names have it.
    static let urlRules = CUnsignedInt(
        CURLU_NON_SUPPORT_SCHEME | CURLU_DISALLOW_USER | CURLU_PATH_AS_IS
    )

    /// Sets what stays the same for all transfers.
    func setLastingOptions() {
        let settings = multi.settings
        setCallbacks()
        unsafe ccurl_set_share(easy, multi.sessions)
        unsafe ccurl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText)
        set(CURLOPT_NOSIGNAL, 1)
        // A name look-up that is given up must not be waited for (the thread ends by itself).
        set(CURLOPT_QUICK_EXIT, 1)
        set(CURLOPT_PROTOCOLS_STR, multi.kind.isForAccounts ? "https" : "http,https")
        set(CURLOPT_FOLLOWLOCATION, 0)
        set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1)
        set(CURLOPT_PATH_AS_IS, 1)
        set(CURLOPT_PROXY, settings.proxy ?? "")
        set(CURLOPT_NOPROXY, "")
        set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        let usesHTTP2 = multi.kind.usesHTTP2
        set(CURLOPT_HTTP_VERSION, usesHTTP2 ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1)
        set(CURLOPT_PIPEWAIT, usesHTTP2 ? 1 : 0)
        set(CURLOPT_HTTP09_ALLOWED, 0)
        set(CURLOPT_HTTP_CONTENT_DECODING, 0)
        set(CURLOPT_BUFFERSIZE, settings.receiveBuffer)
        set(CURLOPT_UPLOAD_BUFFERSIZE, EasyHandle.smallUploadBuffer)
        set(CURLOPT_DNS_CACHE_TIMEOUT, settings.dnsCache.whole(.seconds))
        set(CURLOPT_TCP_KEEPALIVE, 1)
        setVerification(caFile: settings.caFile)
    }

    /// Debian builds libcurl with a certificate directory beside the bundle.
    ///
    /// With one set, the bundle is parsed for each new connection (15 ms); without, once for each
    /// multi handle.
    private func setVerification(caFile: String?) {
        set(CURLOPT_SSL_VERIFYPEER, 1)
        set(CURLOPT_SSL_VERIFYHOST, 2)
        unsafe ccurl_set_string(easy, CURLOPT_CAPATH, nil)
        if let caFile { set(CURLOPT_CAINFO, caFile) }
    }

    /// The contexts are not retained: the multi handle owns the easy handles and outlives its
    /// connections, which keep the close callback of the handle that opened them.
    private func setCallbacks() {
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        let owner = unsafe Unmanaged.passUnretained(multi).toOpaque()
        unsafe ccurl_set_pointer(easy, CURLOPT_PRIVATE, context)
        unsafe ccurl_set_header_callback(easy, EasyHandle.headerLineReceived, context)
        unsafe ccurl_set_body_callback(easy, EasyHandle.bodyReceived, context)
        unsafe ccurl_set_open_callback(easy, EasyHandle.socketNeeded, context)
        unsafe ccurl_set_close_callback(easy, MultiHandle.socketClosed, owner)
    }

    /// Sets the method; libcurl needs to know whether a body goes with it.
    func setMethod(_ method: HTTPMethod, hasBody: Bool) {
        set(CURLOPT_NOBODY, method == .head ? 1 : 0)
        if hasBody {
            set(CURLOPT_POST, 1)
        } else if method != .head {
            set(CURLOPT_HTTPGET, 1)
        }
        let isNatural = hasBody ? method == .post : method == .get || method == .head
        if isNatural {
            unsafe ccurl_set_string(easy, CURLOPT_CUSTOMREQUEST, nil)
        } else {
            set(CURLOPT_CUSTOMREQUEST, method.rawValue)
        }
    }

    /// Sets a number.
    func set(_ option: CURLoption, _ value: Int) {
        let code = unsafe ccurl_set_long(easy, option, value)
        precondition(code == CURLE_OK, "libcurl refused option \(option.rawValue)")
    }

    /// Sets a text, which libcurl copies.
    func set(_ option: CURLoption, _ value: String) {
        let code = unsafe value.withCString { unsafe ccurl_set_string(easy, option, $0) }
        precondition(code == CURLE_OK, "libcurl refused option \(option.rawValue)")
    }
}
