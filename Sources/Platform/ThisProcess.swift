import CLinux
import Glibc

/// What the process as a whole asks of the kernel.
package enum ThisProcess {
    /// Its id.
    package static var id: Int32 { getpid() }

    /// The cores it may use, 1 at least.
    package static var usableCores: Int { Int(clinux_usable_cores()) }

    /// Raises the soft limit of open descriptors to the hard one, and says what it is now.
    @discardableResult package static func raiseDescriptorLimit() -> Int {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            return 1024
        }
        limit.rlim_cur = limit.rlim_max
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        return Int(clamping: limit.rlim_cur)
    }

    /// Makes the kernel send SIGTERM when the parent dies: a worker never outlives its supervisor.
    package static func endWithParent() {
        clinux_end_with_parent(SIGTERM)
    }

    /// The program's own file, as a path that stays valid when the file is replaced.
    package static func executablePath() throws(SystemError) -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let length = unsafe readlink("/proc/self/exe", &buffer, buffer.count - 1)
        guard length > 0 else { throw .last("readlink", on: "/proc/self/exe") }
        return String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
