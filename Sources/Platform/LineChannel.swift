import Glibc

/// Lines there and back between two processes of ours that share a socket pair.
///
/// Output that the other side does not take yet waits; a line that is too long, or more output than
/// anybody should wait for, ends the channel.
package final class LineChannel: DescriptorHandler {
    private let loop: EventLoop
    private let socket: FileDescriptor
    private let receive: ([UInt8]) -> Void
    private let ended: () -> Void
    private var input = ByteQueue()
    private var output = ByteQueue()
    /// The bytes of the input that hold no newline.
    private var searched = 0
    private var isOpen = true

    /// The bytes of the longest line.
    package static let longestLine = 1 << 20
    /// The bytes that wait to be sent.
    package static let longestQueue = 16 << 20

    /// Two ends that are connected, closed on exec; the one of a child is given to it.
    package static func makePair() throws(SystemError) -> Pair {
        var numbers: [CInt] = [-1, -1]
        let kind = CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        guard unsafe socketpair(AF_UNIX, kind, 0, &numbers) == 0 else { throw .last("socketpair") }
        return Pair(
            ours: FileDescriptor(taking: numbers[0]),
            theirs: FileDescriptor(taking: numbers[1])
        )
    }

    /// The two ends.
    package struct Pair: ~Copyable {
        package let ours: FileDescriptor
        package let theirs: FileDescriptor

        /// Our end; the other one is closed here.
        package consuming func takeOurs() -> FileDescriptor { ours }
    }

    /// Starts to receive: `receive` gets each line without its newline, `ended` is called once when
    /// the other side is gone, after its last line.
    package init(
        _ socket: consuming FileDescriptor,
        on loop: EventLoop,
        receive: @escaping ([UInt8]) -> Void,
        ended: @escaping () -> Void
    ) throws(SystemError) {
        self.socket = socket
        self.loop = loop
        self.receive = receive
        self.ended = ended
        try loop.watch(self.socket.number, for: .readable, handler: self)
    }

    /// Sends a line, which holds no newline.
    package func send(_ line: String) {
        guard isOpen else { return }
        output.append(Array(line.utf8).span)
        output.append(UInt8(ascii: "\n"))
        if output.count > LineChannel.longestQueue { return close() }
        flush()
    }

    /// Waits until the other side has taken what was sent, but no longer than a time.
    package func finish(within patience: Duration) {
        let deadline = ContinuousClock.now + patience
        while isOpen, output.count > 0, ContinuousClock.now < deadline {
            loop.turn(waiting: .milliseconds(10))
        }
    }

    /// Ends the channel; nobody is told.
    package func close() {
        guard isOpen else { return }
        isOpen = false
        loop.unwatch(socket.number)
    }

    /// Takes what the other side said before it went: for when its end is known otherwise.
    package func receiveRest() {
        while isOpen, readOnce() {}
    }

    package func descriptorReady(_ descriptor: CInt, _ readiness: Readiness) {
        if readiness.intersects(.writable) { flush() }
        if isOpen { _ = readOnce() }
    }

    /// Reads and hands on what one read brought: whether it brought anything.
    private func readOnce() -> Bool {
        do throws(SystemError) {
            guard let count = try input.read(from: socket.number, upTo: 65_536) else {
                return false
            }
            guard count > 0 else {
                end()
                return false
            }
        } catch {
            end()
            return false
        }
        while isOpen, let line = takeLine() { receive(line) }
        if input.count > LineChannel.longestLine { end() }
        return true
    }

    private func takeLine() -> [UInt8]? {
        let line = input.withReadable { bytes -> [UInt8]? in
            var end = searched
            while end < bytes.count, bytes[end] != UInt8(ascii: "\n") { end += 1 }
            searched = end
            guard end < bytes.count else { return nil }
            return unsafe bytes.extracting(0..<end).withUnsafeBufferPointer { unsafe Array($0) }
        }
        guard let line else { return nil }
        input.discard(line.count + 1)
        searched = 0
        return line
    }

    private func flush() {
        guard isOpen else { return }
        do throws(SystemError) {
            let isEmpty = try output.write(to: socket.number)
            loop.rewatch(socket.number, for: isEmpty ? .readable : [.readable, .writable])
        } catch {
            // The other side is gone; what it said before is still to be read.
            output.reset()
        }
    }

    private func end() {
        guard isOpen else { return }
        close()
        ended()
    }
}
