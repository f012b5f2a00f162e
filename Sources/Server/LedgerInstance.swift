import Platform
import Storage

/// One worker's name in the books, and the locked file that shows that it lives.
///
/// A worker that dies, however it does, holds no lock any more.
final class LedgerInstance: Sendable {
    /// What its holds bear: the name of no other worker, ever.
    let name: String
    private let directory: StateDirectory
    private let lock: FileLock

    /// Makes the file and locks it.
    init(of directory: StateDirectory) throws(SystemError) {
        let random = String(UInt64.random(in: 0...UInt64.max), radix: 16)
        name = "\(ThisProcess.id)-\(WallClock.milliseconds())-\(random)"
        self.directory = directory
        let path = Self.path(of: name, in: directory)
        while true {
            let lock = try FileLock(path, owner: directory.owner)
            // Another worker may have taken it for a file that was left behind, and removed it.
            guard try lock.isInPlace() else { continue }
            self.lock = lock
            return
        }
    }

    /// Whether the worker of that name lives: in doubt it does, so that its holds are left to it.
    static func isAlive(_ name: String, in directory: StateDirectory) -> Bool {
        do throws(SystemError) {
            return try FileLock.isHeld(path(of: name, in: directory))
        } catch {
            return true
        }
    }

    /// The workers that live; the files of those that are no more are removed.
    static func names(in directory: StateDirectory) throws(SystemError) -> [String] {
        var names: [String] = []
        for file in try Directory.names(in: directory.path)
        where file.hasPrefix(prefix) && file.hasSuffix(suffix) {
            let path = directory.path + "/" + file
            if try FileLock.isHeld(path) {
                names.append(String(file.dropFirst(prefix.count).dropLast(suffix.count)))
            } else {
                try Directory.remove(path)
            }
        }
        return names
    }

    /// Removes the file: the worker has nothing in the books any more.
    func remove() throws(SystemError) {
        try Directory.remove(Self.path(of: name, in: directory))
    }

    private static let prefix = "ledger-"
    private static let suffix = ".lock"

    private static func path(of name: String, in directory: StateDirectory) -> String {
        "\(directory.path)/\(prefix)\(name)\(suffix)"
    }
}
