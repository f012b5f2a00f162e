import CCurl
import Platform

/// A libcurl multi handle (`CURLM`) on an event loop, with its easy handles and connections.
///
/// libcurl must not be called from its own callbacks, and handlers are called from them. So what a
/// handler asks for while `isInsideCurl` waits until libcurl has returned.
@safe final class MultiHandle {
    let settings: TransferSettings
    let loop: EventLoop
    let multi: UnsafeMutableRawPointer
    let sessions: UnsafeMutableRawPointer
    let kind: Kind
    lazy var timer = Timer(handler: self)
    var sockets = SocketTable()
    var isInsideCurl = false
    var isTimerFiring = false

    private var active: [EasyHandle] = []
    private var spare: [EasyHandle] = []
    private var spareBlocks: [HeaderBlock] = []
    private var starting: [EasyHandle] = []
    private var leaving: [EasyHandle] = []
    private var refused: [EasyHandle] = []
    private var resuming: [EasyHandle] = []
    private var isSettling = false
    private var isTurnEndAwaited = false
    private var isClosing = false
    private var isClosed = false

    /// What a multi handle's transfers have in common, so that they may share connections.
    struct Kind: Equatable {
        /// The rule of accounts' providers; nil for the operator's.
        let accountRule: AddressRule?
        /// Whether HTTP/2 is offered.
        ///
        /// libcurl judges by the last connection to a host whether transfers can share one, so both
        /// kinds at one host would hinder each other.
        let usesHTTP2: Bool

        var isForAccounts: Bool { accountRule != nil }

        /// The kind for a request.
        init(for request: borrowing TransferRequest) {
            let rule = request.addressRule
            accountRule = rule.isForAccounts ? rule : nil
            usesHTTP2 = HTTP2Limits.allow(request)
        }
    }

    /// A multi handle without connections.
    init(loop: EventLoop, settings: TransferSettings, kind: Kind) {
        guard let multi = unsafe curl_multi_init(), let sessions = unsafe ccurl_session_share()
        else { fatalError("out of memory") }
        self.loop = loop
        self.settings = settings
        self.kind = kind
        unsafe self.multi = unsafe multi
        unsafe self.sessions = unsafe sessions
        setOptions()
    }

    /// How many transfers run.
    var activeCount: Int { active.count }

    // MARK: What the pool and the transfers ask for

    /// Starts a transfer.
    func start(
        _ request: borrowing TransferRequest,
        handler: any TransferHandler
    ) -> Transfer {
        precondition(!isClosing, "a transfer started on a closed pool")
        let handle = spare.popLast() ?? EasyHandle(multi: self)
        let transfer = Transfer(handle: handle, handler: handler)
        handle.place = active.count
        active.append(handle)
        if !handle.begin(request, for: transfer) {
            refused.append(handle)
            awaitTurnEnd()
        } else if isInsideCurl {
            starting.append(handle)
        } else {
            add(handle)
        }
        return transfer
    }

    /// Ends a handle's transfer whose handler wants to hear no more.
    func cancel(_ handle: EasyHandle) {
        switch handle.stage {
        case .running where isInsideCurl: leaving.append(handle)
        case .running: detach(handle)
        case .spare, .waiting, .refused: break
        }
    }

    /// Lets libcurl deliver what it holds, at the end of the turn.
    func resume(_ handle: EasyHandle) {
        resuming.append(handle)
        awaitTurnEnd()
    }

    /// Cancels what runs and closes all connections.
    ///
    /// `Transfer`s learn that they are over, their handlers nothing.
    func close() {
        isClosing = true
        for handle in active { handle.transfer?.release() }
        if !isInsideCurl, !isSettling { tearDown() }
    }

    // MARK: Running libcurl

    /// Calls libcurl and does afterwards what was asked for, or became due, in its callbacks.
    func run(_ call: () -> Void) {
        isInsideCurl = true
        call()
        isInsideCurl = false
        settle()
    }

    private func settle() {
        isSettling = true
        while !isClosing {
            while let handle = leaving.popLast() { detach(handle) }
            if !starting.isEmpty { addWaiting() }
            guard let (handle, code) = nextEnded() else { break }
            end(handle, code)
        }
        isSettling = false
        if isClosing { tearDown() }
    }

    private func addWaiting() {
        let handles = starting
        starting.removeAll(keepingCapacity: true)
        for handle in handles {
            if handle.transfer == nil {
                recycle(handle)
            } else {
                add(handle)
            }
        }
    }

    private func add(_ handle: EasyHandle) {
        handle.stage = .running
        let code = unsafe curl_multi_add_handle(multi, handle.easy)
        precondition(code == CURLM_OK, "curl_multi_add_handle failed")
    }

    private func nextEnded() -> (EasyHandle, CURLcode)? {
        var code = CURLE_OK
        guard let easy = unsafe ccurl_next_ended(multi, &code),
            let context = unsafe ccurl_context(easy)
        else { return nil }
        let handle = unsafe Unmanaged<EasyHandle>.fromOpaque(context).takeUnretainedValue()
        return (handle, code)
    }

    private func end(_ handle: EasyHandle, _ code: CURLcode) {
        let outcome = handle.outcome(of: code)
        let transfer = handle.transfer
        let handler = transfer?.release()
        detach(handle)
        if let transfer, let handler { handler.transferEnded(transfer, outcome) }
    }

    private func detach(_ handle: EasyHandle) {
        _ = unsafe curl_multi_remove_handle(multi, handle.easy)
        recycle(handle)
    }

    private func recycle(_ handle: EasyHandle) {
        handle.finish()
        let last = active.removeLast()
        if last !== handle {
            active[handle.place] = last
            last.place = handle.place
        }
        if spare.count < settings.maxSpareHandles { spare.append(handle) }
    }

    private func tearDown() {
        guard !isClosed else { return }
        isClosed = true
        for handle in active {
            if handle.stage == .running {
                _ = unsafe curl_multi_remove_handle(multi, handle.easy)
            }
            handle.finish()
        }
        active = []
        spare = []
        starting = []
        leaving = []
        refused = []
        resuming = []
        _ = unsafe curl_multi_cleanup(multi)
        loop.cancel(timer)
        _ = unsafe curl_share_cleanup(sessions)
    }

    // MARK: Memory for heads

    /// An empty block to collect a head in.
    func takeBlock() -> HeaderBlock {
        spareBlocks.popLast() ?? HeaderBlock()
    }

    /// Takes a block back.
    func giveBack(_ block: consuming HeaderBlock) {
        guard spareBlocks.count < 16 else { return }
        block.removeAll()
        spareBlocks.append(block)
    }
}

extension MultiHandle: TurnEndHandler {
    func turnEnds() {
        isTurnEndAwaited = false
        if isClosed { return }
        let resumed = resuming
        resuming.removeAll(keepingCapacity: true)
        isSettling = true
        for handle in resumed where handle.stage == .running && !isClosing { unpause(handle) }
        let refusals = refused
        refused.removeAll(keepingCapacity: true)
        for handle in refusals where !isClosing {
            let outcome = handle.refusal
            let transfer = handle.transfer
            let handler = transfer?.release()
            recycle(handle)
            if let transfer, let handler { handler.transferEnded(transfer, outcome) }
        }
        settle()
    }

    private func unpause(_ handle: EasyHandle) {
        guard handle.takeHeld() else { return }
        var code = CURLE_OK
        isInsideCurl = true
        code = unsafe curl_easy_pause(handle.easy, CURLPAUSE_CONT)
        isInsideCurl = false
        // libcurl says what went wrong with the held bytes only here.
        if code != CURLE_OK, handle.transfer != nil { end(handle, code) }
    }

    private func awaitTurnEnd() {
        guard !isTurnEndAwaited else { return }
        isTurnEndAwaited = true
        loop.atTurnEnd(self)
    }
}
