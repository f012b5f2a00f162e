import Glibc
import Platform

/// What is piped into a command.
enum StandardInput {
    /// All of it, up to 64 MiB.
    static func readAll() throws -> [UInt8] {
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = unsafe block.withUnsafeMutableBytes { room in
                unsafe read(STDIN_FILENO, room.baseAddress, room.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SystemError.last("read", on: "standard input") }
            if count == 0 { return bytes }
            bytes.append(contentsOf: block[..<count])
            guard bytes.count <= 64 << 20 else { throw Refused("standard input is over 64 MiB") }
        }
    }
}
