import Glibc
import Platform

/// Who is told what becomes of a client's request.
protocol ClientOwner: AnyObject {
    /// Bytes of the body, without their framing.
    func client(_ client: Client, received bytes: Span<UInt8>)
    /// The request has ended; the client may send again.
    func client(_ client: Client, ended outcome: Outcome)
}

/// How a request ended.
enum Outcome {
    case answered(status: Int)
    /// No connection, a broken answer, or bytes that are none.
    case failed
}

/// One keep-alive connection that sends the target's request, one at a time.
final class Client: DescriptorHandler {
    /// When the request was sent, or should have been, in nanoseconds of the monotonic clock.
    private(set) var start = 0
    /// What its owner knows it by.
    let number: Int
    /// Whether the answer has begun.
    var hasBegun = false

    private let target: Target
    private let loop: EventLoop
    private let buffer: ReadBuffer
    private unowned let owner: any ClientOwner
    private var descriptor: CInt = -1
    private var phase = Phase.closed
    private var sent = 0
    private var parser = AnswerParser()
    /// What was read and not consumed: a head or a chunk's size that is not complete.
    private var rest: [UInt8] = []

    /// closed -> sending; sending (connecting counts) -> receiving, closed;
    /// receiving -> idle, closed; idle -> sending, closed.
    private enum Phase {
        case closed
        case sending
        case receiving
        case idle
    }

    /// A client that is not connected yet.
    init(
        _ number: Int,
        _ target: Target,
        loop: EventLoop,
        buffer: ReadBuffer,
        owner: any ClientOwner
    ) {
        self.number = number
        self.target = target
        self.loop = loop
        self.buffer = buffer
        self.owner = owner
    }

    /// Sends the request; its time counts from `start`, or from now.
    func send(countingFrom start: Int? = nil) {
        self.start = start ?? monotonicNanoseconds()
        hasBegun = false
        parser = AnswerParser()
        sent = 0
        if phase == .closed {
            phase = .sending
            open()
        } else {
            phase = .sending
            write()
        }
    }

    /// Leaves, in the middle of an answer or not.
    func close() {
        guard phase != .closed else { return }
        phase = .closed
        rest = []
        guard descriptor >= 0 else { return }
        loop.forget(descriptor)
        _ = Glibc.close(descriptor)
        descriptor = -1
    }

    func descriptorReady(_ descriptor: CInt, _ readiness: Readiness) {
        if phase == .sending, readiness.contains(.writable) {
            loop.rewatch(descriptor, for: .readable)
            write()
        } else {
            read()
        }
    }

    private func open() {
        do {
            descriptor = try target.connect()
            try loop.watch(descriptor, for: [.readable, .writable], handler: self)
        } catch {
            fail()
        }
    }

    private func write() {
        let request = target.request
        while sent < request.count {
            let count = unsafe request.withUnsafeBytes { bytes in
                let left = unsafe UnsafeRawBufferPointer(rebasing: bytes[sent...])
                let flags = CInt(MSG_NOSIGNAL)
                return unsafe Glibc.send(descriptor, left.baseAddress, left.count, flags)
            }
            if count >= 0 {
                sent += count
            } else if errno == EAGAIN {
                return loop.rewatch(descriptor, for: [.readable, .writable])
            } else if errno != EINTR {
                return fail()
            }
        }
        phase = .receiving
    }

    private func read() {
        let result = buffer.read(from: descriptor) { bytes in consume(bytes) }
        if result == .end { serverClosed() }
    }

    private func serverClosed() {
        if phase == .receiving, parser.stage == .untilClose {
            finish()
        } else if phase == .idle {
            close()
        } else {
            fail()
        }
    }

    private func consume(_ bytes: Span<UInt8>) {
        do {
            if rest.isEmpty {
                let count = try parser.parse(bytes, body: deliver)
                if count < bytes.count {
                    unsafe bytes.extracting(count...).withUnsafeBufferPointer {
                        unsafe rest.append(contentsOf: $0)
                    }
                }
            } else {
                unsafe bytes.withUnsafeBufferPointer { unsafe rest.append(contentsOf: $0) }
                let waiting = rest
                let count = try parser.parse(waiting.span, body: deliver)
                rest.removeFirst(count)
            }
        } catch {
            return fail()
        }
        if phase == .closed {
            rest = []
        } else if parser.stage == .complete {
            finish()
        }
    }

    private func deliver(_ bytes: Span<UInt8>) {
        owner.client(self, received: bytes)
    }

    private func finish() {
        guard phase == .receiving else { return }
        if parser.endsConnection || parser.stage == .untilClose {
            close()
        } else {
            phase = .idle
        }
        owner.client(self, ended: .answered(status: parser.status))
    }

    private func fail() {
        guard phase != .closed else { return }
        close()
        owner.client(self, ended: .failed)
    }
}

/// The memory that all clients of a loop read into.
@safe final class ReadBuffer {
    private let memory: UnsafeMutableBufferPointer<UInt8>

    /// What one read brought.
    enum Result {
        case some
        case nothing
        case end
    }

    /// A buffer of 256 KB.
    init() {
        unsafe memory = .allocate(capacity: 256 * 1024)
    }

    deinit {
        unsafe memory.deallocate()
    }

    /// Reads once and lends what came.
    func read(from descriptor: CInt, body: (Span<UInt8>) -> Void) -> Result {
        let count = unsafe Glibc.read(descriptor, memory.baseAddress, memory.count)
        if count < 0 { return errno == EAGAIN || errno == EINTR ? .nothing : .end }
        if count == 0 { return .end }
        body(unsafe UnsafeBufferPointer(rebasing: memory[..<count]).span)
        return .some
    }
}

/// The clock of the simulator's stamps.
func monotonicNanoseconds() -> Int {
    var now = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &now)
    return now.tv_sec * 1_000_000_000 + now.tv_nsec
}
