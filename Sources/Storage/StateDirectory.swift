package import Platform

/// The directory of everything that outlives a process.
package struct StateDirectory: Sendable {
    /// Where it is.
    package let path: String
    /// Who owns it, and every file in it.
    package let owner: FileOwner

    /// Checks that the directory is there, belongs to us and can't be written by others, and that
    /// the same holds for the files in it that we keep.
    package init(_ path: String, asUser user: UInt32 = FileOwner.effectiveUser) throws(StorageError)
    {
        guard let status = try reporting({ () throws(SystemError) in try FileStatus.of(path) })
        else {
            throw StorageError(
                "there is no such directory",
                at: path,
                remedy: "make it: install -d -m 0700 -o USER -g GROUP \(path)"
            )
        }
        guard status.isDirectory else {
            throw StorageError("not a directory", at: path, remedy: "name another one as `state`")
        }
        guard user == 0 || user == status.owner.user else {
            throw StorageError(
                "belongs to user \(status.owner.user), and this is user \(user)",
                at: path,
                remedy: "run as its owner or as root"
            )
        }
        guard status.mode & 0o022 == 0 else {
            throw StorageError(
                "others may write in it (mode \(octal(status.mode)))",
                at: path,
                remedy: "chmod 0700 \(path)"
            )
        }
        self.path = path
        owner = status.owner
        for file in [storePath, lockPath, lastUsedPath, auditPath] {
            try check(file)
        }
    }

    /// The key store.
    package var storePath: String { path + "/store.jsonl" }
    /// The file that whoever writes locks.
    package var lockPath: String { path + "/store.lock" }
    /// The ledger; SQLite keeps two more files beside it.
    package var ledgerPath: String { path + "/ledger.sqlite" }
    /// The file that is locked by whoever may be about to change the ledger of no worker, and by
    /// whoever begins to read it.
    package var ledgerLockPath: String { path + "/ledger.lock" }
    /// Who changed what, when.
    package var auditPath: String { path + "/audit.jsonl" }
    /// When keys were last used.
    package var lastUsedPath: String { path + "/last-used.jsonl" }

    /// Waits until nobody else writes in the directory.
    func lock() throws(StorageError) -> FileLock {
        try reporting { () throws(SystemError) in try FileLock(lockPath, owner: owner) }
    }

    /// Sees to it that the ledger's file is there, and nobody else's to read.
    package func prepareLedger() throws(StorageError) {
        try reporting { () throws(SystemError) in
            do throws(SystemError) {
                let file = try File(ledgerPath, for: .creating)
                try file.give(to: owner)
            } catch {
                guard try FileStatus.of(ledgerPath) != nil else { throw error }
            }
        }
        try check(ledgerPath)
    }

    private func check(_ file: String) throws(StorageError) {
        guard let status = try reporting({ () throws(SystemError) in try FileStatus.of(file) })
        else { return }
        guard status.owner.user == owner.user else {
            throw StorageError(
                "belongs to user \(status.owner.user), its directory to user \(owner.user)",
                at: file,
                remedy: "chown --reference=\(path) \(file)"
            )
        }
        guard status.mode & 0o077 == 0 else {
            throw StorageError(
                "others may read or write it (mode \(octal(status.mode)))",
                at: file,
                remedy: "chmod 0600 \(file)"
            )
        }
    }
}

private func octal(_ mode: UInt32) -> String {
    "0" + String(mode, radix: 8)
}
