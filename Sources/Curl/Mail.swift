import CCurl

/// One mail, and the server that takes it.
package struct Mail: Sendable {
    /// `smtp://` or `smtps://`, host and port.
    package var url: String
    /// Whether the connection must be encrypted; else it is where the server offers it.
    package var needsTLS: Bool
    /// Who logs in, with the password; nil for nobody.
    package var login: (user: String, password: String)?
    /// The certificate authorities to trust; nil for the system's.
    package var caFile: String?
    /// Whom the server may write back to.
    package var sender: String
    /// Who gets it.
    package var receivers: [String]
    /// Head and text with CRLF at the end of each line; libcurl doubles the dots that need it.
    package var message: [UInt8]
    /// How long all of it may take.
    package var timeout = Duration.seconds(60)

    /// A mail.
    package init(
        url: String,
        needsTLS: Bool,
        login: (user: String, password: String)? = nil,
        caFile: String? = nil,
        sender: String,
        receivers: [String],
        message: [UInt8]
    ) {
        self.url = url
        self.needsTLS = needsTLS
        self.login = login
        self.caFile = caFile
        self.sender = sender
        self.receivers = receivers
        self.message = message
    }

    /// Hands it to the server while the thread waits: nil, or why that failed.
    ///
    /// Never on an event loop that serves.
    package func send() -> TransferFailure? {
        MailHandle(of: self).perform()
    }
}

/// A libcurl easy handle (`CURL`) for one mail.
@safe private final class MailHandle {
    private let easy: UnsafeMutableRawPointer
    private let errorText: UnsafeMutablePointer<CChar>
    /// Those who get it (`CURLOPT_MAIL_RCPT`).
    private var receivers: UnsafeMutablePointer<curl_slist>?
    private let message: [UInt8]
    private var sentCount = 0

    private static let read: curl_read_callback = { buffer, size, count, context in
        guard let buffer = unsafe buffer, let context = unsafe context else { return 0 }
        let handle = unsafe Unmanaged<MailHandle>.fromOpaque(context).takeUnretainedValue()
        return unsafe handle.fill(UnsafeMutableRawBufferPointer(start: buffer, count: size * count))
    }

    private static let drop: curl_write_callback = { _, size, count, _ in size * count }

    init(of mail: Mail) {
        guard let easy = unsafe curl_easy_init() else { fatalError("out of memory") }
        unsafe self.easy = unsafe easy
        unsafe errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe errorText[0] = 0
        message = mail.message
        setOptions(of: mail)
    }

    deinit {
        unsafe curl_easy_cleanup(easy)
        unsafe curl_slist_free_all(receivers)
        unsafe errorText.deallocate()
    }

    func perform() -> TransferFailure? {
        let code = unsafe curl_easy_perform(easy)
        if code == CURLE_OK { return nil }
        var text = unsafe String(cString: errorText)
        if text.isEmpty { text = unsafe String(cString: curl_easy_strerror(code)) }
        return switch code {
        case CURLE_URL_MALFORMAT: .invalidRequest(text)
        case CURLE_COULDNT_RESOLVE_HOST: .dns(text)
        case CURLE_COULDNT_CONNECT: .connect(text)
        case CURLE_OPERATION_TIMEDOUT: .connectTimeout(text)
        case CURLE_USE_SSL_FAILED, CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION:
            .tls(text)
        default: .other(text)
        }
    }

    private func setOptions(of mail: Mail) {
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe ccurl_set_pointer(easy, CURLOPT_ERRORBUFFER, errorText)
        unsafe ccurl_set_read_callback(easy, MailHandle.read, context)
        unsafe ccurl_set_body_callback(easy, MailHandle.drop, context)
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_UPLOAD, 1)
        set(CURLOPT_PROTOCOLS_STR, "smtp,smtps")
        set(CURLOPT_PROXY, "")
        set(CURLOPT_URL, mail.url)
        let security = mail.needsTLS ? CURLUSESSL_ALL : CURLUSESSL_TRY
        set(CURLOPT_USE_SSL, Int(security.rawValue))
        if let caFile = mail.caFile { set(CURLOPT_CAINFO, caFile) }
        set(CURLOPT_TIMEOUT_MS, max(1, mail.timeout.whole(.milliseconds)))
        if let login = mail.login {
            set(CURLOPT_USERNAME, login.user)
            set(CURLOPT_PASSWORD, login.password)
        }
        set(CURLOPT_MAIL_FROM, "<\(mail.sender)>")
        for receiver in mail.receivers {
            unsafe receivers = "<\(receiver)>".withCString {
                unsafe curl_slist_append(receivers, $0)
            }
        }
        unsafe ccurl_set_pointer(easy, CURLOPT_MAIL_RCPT, receivers)
    }

    /// Copies what comes next of the message; how much that was.
    private func fill(_ room: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(room.count, message.count - sentCount)
        unsafe room.copyBytes(from: message[sentCount..<(sentCount + count)])
        sentCount += count
        return count
    }

    private func set(_ option: CURLoption, _ value: Int) {
        let code = unsafe ccurl_set_long(easy, option, value)
        precondition(code == CURLE_OK, "libcurl refused option \(option.rawValue)")
    }

    private func set(_ option: CURLoption, _ value: String) {
        let code = unsafe value.withCString { unsafe ccurl_set_string(easy, option, $0) }
        precondition(code == CURLE_OK, "libcurl refused option \(option.rawValue)")
    }
}
