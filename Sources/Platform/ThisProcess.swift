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

    /// Lets all other threads go first from now on: what the calling one does can wait.
    ///
    /// Threads that it starts later inherit it.
    package static func giveWayToOtherThreads() {
        _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 10)
    }

    /// Where the program stands, for starting what stands there later: to be asked at the start.
    ///
    /// It is the path by which the program was called, links and all, as long as that names the file
    /// that runs. /proc/self/exe would name the old file after an upgrade, and a link's target.
    package static func programPath() throws(SystemError) -> String {
        if let called = CommandLine.arguments.first, let path = absolute(called),
            let running = identity(of: "/proc/self/exe"), let named = identity(of: path),
            running == named
        {
            return path
        }
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let length = unsafe readlink("/proc/self/exe", &buffer, buffer.count - 1)
        guard length > 0 else { throw .last("readlink", on: "/proc/self/exe") }
        return String(decoding: buffer[..<length].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// The path of a program called by a path or by its name alone.
    private static func absolute(_ called: String) -> String? {
        if called.hasPrefix("/") { return called }
        if called.contains("/") {
            guard let folder = unsafe getcwd(nil, 0) else { return nil }
            defer { unsafe free(folder) }
            return unsafe String(cString: folder) + "/" + called
        }
        guard let list = unsafe getenv("PATH") else { return nil }
        return unsafe String(cString: list).split(separator: ":")
            .map { $0 + "/" + called }
            .first { unsafe access($0, X_OK) == 0 }
    }

    private static func identity(of path: String) -> [UInt64]? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        return [UInt64(status.st_dev), UInt64(status.st_ino)]
    }
}
