import CCurl
import Glibc
import Platform

/// A libcurl easy handle (`CURL`), used for one transfer after another.
///
/// What is the same for all transfers is set once; a request sets only what is its own.
@safe final class EasyHandle {
    /// Where the handle is.
    ///
    /// Spare → waiting or refused → running (from waiting) → spare.
    enum Stage {
        /// Without a transfer.
        case spare
        /// Set up; libcurl does not have it yet.
        case waiting
        /// The request can't be sent; the handler is told at the end of the turn.
        case refused
        /// libcurl has it.
        case running
    }

    let easy: UnsafeMutableRawPointer
    unowned let multi: MultiHandle
    /// The most bytes of a head.
    let maxHeaderBytes: Int
    var stage = Stage.spare
    /// Its index among the multi handle's active ones.
    var place = 0
    /// The transfer it runs; nil when there is none.
    private(set) var transfer: Transfer?
    /// What is known of the answer's head.
    var head = HeadState()
    /// How many bytes of the body were delivered.
    var bodyCount = 0
    /// What the handle itself, not libcurl, found wrong.
    var ownFailure: TransferFailure?
    /// The last address that the rule refused.
    var refusedAddress: IPAddress?
    /// Whether a connection to a permitted address was tried.
    var isConnectionTried = false
    /// The sockets that the transfer has opened since the last line of a head.
    var openedSockets: [CInt] = []
    /// Whether libcurl holds bytes of the body back.
    var isHeld = false
    /// The rule as it applies to the URL.
    private(set) var rule = AddressRule.accountProvider
    /// What went wrong, in libcurl's words (`CURLOPT_ERRORBUFFER`).
    let errorText: UnsafeMutablePointer<CChar>

    private var headerMemory = HeaderMemory()
    /// The URL of the last transfer, and the same taken apart (`CURLU`): libcurl does that anew
    /// for each transfer and puts it together again, unless it is given both.
    private var url: String?
    private let urlParts: OpaquePointer
    private var bodyOwner: AnyObject?
    private var options = ChangingOptions()

    /// The options that few requests change, as they are set now.
    private struct ChangingOptions {
        var method: HTTPMethod?
        var isFresh = false
        var isLargeBody = false
        var connectsOnly = false
        var connectTimeout = Duration.zero
    }

    /// A spare handle.
    init(multi: MultiHandle) {
        guard let easy = unsafe curl_easy_init(), let urlParts = unsafe curl_url() else {
            fatalError("out of memory")
        }
        self.multi = multi
        maxHeaderBytes = multi.settings.maxHeaderBytes
        unsafe self.easy = unsafe easy
        unsafe self.urlParts = unsafe urlParts
        unsafe errorText = .allocate(capacity: Int(CURL_ERROR_SIZE))
        unsafe errorText[0] = 0
        setLastingOptions()
    }

    deinit {
        unsafe curl_easy_cleanup(easy)
        unsafe curl_url_cleanup(urlParts)
        unsafe errorText.deallocate()
    }

    // MARK: One transfer

    /// Takes a transfer and sets what its request needs: false, and refused, when it can't be sent.
    func begin(_ request: borrowing TransferRequest, for transfer: Transfer) -> Bool {
        self.transfer = transfer
        head = HeadState()
        bodyCount = 0
        ownFailure = nil
        refusedAddress = nil
        isConnectionTried = false
        openedSockets.removeAll(keepingCapacity: true)
        isHeld = false
        rule = request.addressRule.applied(to: request.url)
        bodyOwner = request.bodyOwner
        unsafe errorText[0] = 0
        ownFailure = defect(of: request) ?? setOptions(of: request)
        stage = ownFailure == nil ? .waiting : .refused
        return ownFailure == nil
    }

    /// Whether the transfer is over when it has connected.
    var connectsOnly: Bool { options.connectsOnly }

    /// Forgets the transfer: the handle is spare again.
    func finish() {
        transfer = nil
        bodyOwner = nil
        stage = .spare
        if head.isBlockTaken { multi.giveBack(head.takeBlock()) }
    }

    /// Drops the transfer without another call to its handler.
    func cancel() {
        transfer = nil
        multi.cancel(self)
    }

    /// Lets held bytes flow again; nothing is to be done when none was held.
    func resume() {
        if isHeld { multi.resume(self) }
    }

    /// Whether held bytes are to flow now; they count as delivered.
    func takeHeld() -> Bool {
        guard isHeld, let transfer, !transfer.isPaused else { return false }
        isHeld = false
        return true
    }

    /// What can be said against a request before libcurl sees it.
    private func defect(of request: borrowing TransferRequest) -> TransferFailure? {
        if let name = request.headers.refusedName {
            return .invalidRequest("header \(name) can't be sent")
        }
        if request.url != url, !URLParts.isPrintable(request.url) {
            return .invalidRequest("the URL holds a space or a control byte")
        }
        if multi.settings.proxy != nil, request.connectsOnly {
            return .connect("this path can't go through the proxy")
        }
        if multi.settings.proxy != nil, let host = URLParts.numericHost(of: request.url) {
            // The proxy connects, so the address is not seen later.
            guard let address = IPAddress(host) else {
                return .addressRefused("unusual address \(host)")
            }
            if !rule.permits(address) { return .addressRefused("address \(address) is refused") }
        }
        return nil
    }

    private func setOptions(of request: borrowing TransferRequest) -> TransferFailure? {
        guard setURL(request.url) else { return .invalidRequest("the URL can't be taken") }
        unsafe ccurl_set_headers(easy, headerMemory.list(of: request.headers))
        setBody(of: request)
        if options.isFresh != request.requiresFreshConnection {
            options.isFresh = request.requiresFreshConnection
            set(CURLOPT_FRESH_CONNECT, options.isFresh ? 1 : 0)
            set(CURLOPT_FORBID_REUSE, options.isFresh ? 1 : 0)
        }
        if options.connectsOnly != request.connectsOnly {
            options.connectsOnly = request.connectsOnly
            set(CURLOPT_CONNECT_ONLY, options.connectsOnly ? 1 : 0)
        }
        if options.connectTimeout != request.connectTimeout {
            options.connectTimeout = request.connectTimeout
            // libcurl takes 0 for its own default of five minutes.
            set(CURLOPT_CONNECTTIMEOUT_MS, max(1, request.connectTimeout.whole(.milliseconds)))
        }
        return nil
    }

    private func setURL(_ url: String) -> Bool {
        if url == self.url { return true }
        self.url = nil
        return unsafe url.withCString { text in
            guard unsafe ccurl_set_string(easy, CURLOPT_URL, text) == CURLE_OK else {
                return false
            }
            // What can't be taken apart libcurl is to refuse in its own words.
            let isRead = unsafe curl_url_set(urlParts, CURLUPART_URL, text, EasyHandle.urlRules)
            let parts = unsafe isRead == CURLUE_OK ? UnsafeRawPointer(urlParts) : nil
            unsafe ccurl_set_pointer(easy, CURLOPT_CURLU, parts)
            self.url = url
            return true
        }
    }

    private func setBody(of request: borrowing TransferRequest) {
        let body = unsafe request.body
        let hasBody = unsafe body != nil
        setMethod(request.method, hasBody: hasBody)
        guard hasBody else { return }
        let count = unsafe body?.count ?? 0
        // An empty body still needs an address, or libcurl would read standard input.
        let start = unsafe body?.baseAddress ?? UnsafeRawPointer(easy)
        unsafe ccurl_set_pointer(easy, CURLOPT_POSTFIELDS, start)
        unsafe ccurl_set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, Int64(count))
        let isLarge = count > EasyHandle.smallUploadBuffer
        if options.isLargeBody != isLarge {
            options.isLargeBody = isLarge
            let size = isLarge ? EasyHandle.largeUploadBuffer : EasyHandle.smallUploadBuffer
            set(CURLOPT_UPLOAD_BUFFERSIZE, size)
        }
    }
}
