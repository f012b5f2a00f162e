import Glibc
import Platform

/// Two connected, non-blocking sockets.
final class SocketPair {
    let ours: CInt
    let theirs: CInt
    private var oursOpen: FileDescriptor?
    private var theirsOpen: FileDescriptor?

    init() throws {
        var numbers: [CInt] = [-1, -1]
        let kind = CInt(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
        guard unsafe socketpair(AF_UNIX, kind, 0, &numbers) == 0 else { throw SystemError.last("") }
        ours = numbers[0]
        theirs = numbers[1]
        oursOpen = FileDescriptor(taking: ours)
        theirsOpen = FileDescriptor(taking: theirs)
    }

    /// Sends one byte to our end.
    func poke() {
        _ = unsafe send(theirs, "x", 1, CInt(MSG_NOSIGNAL))
    }

    /// Takes what came to our end.
    func takeAll() -> Int {
        var buffer = [UInt8](repeating: 0, count: 4096)
        return unsafe read(ours, &buffer, buffer.count)
    }

    func closeOurs() {
        oursOpen = nil
    }

    func closeTheirs() {
        theirsOpen = nil
    }
}

/// Numbers that look random and are the same in each run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
