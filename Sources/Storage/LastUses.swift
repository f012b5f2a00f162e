package import Model
import Platform

/// When keys were last used, for whoever is asked again and again: the file is read when it is
/// another one than before.
package struct LastUses {
    private let file: LastUsedFile
    private var status: FileStatus?
    private var epoch = -1
    /// In seconds, by the numbers of the access keys; 0 for never.
    private var accessKeys: [UInt32] = []
    /// Those of all other records, which are few.
    private var others: [String: Timestamp] = [:]

    /// Those of a directory; nothing is read yet.
    package init(of directory: StateDirectory) {
        file = LastUsedFile(of: directory)
    }

    /// Reads the file if it is another one than before, or the store is.
    package mutating func refresh(_ index: StoreIndex) throws(StorageError) {
        let status = try file.status()
        guard status != self.status || index.epoch != epoch else { return }
        accessKeys = []
        others = [:]
        try file.forEachUse { (id, moment, _) in
            guard let number = index.keys.number(of: id.utf8Span.span) else {
                others[id] = max(moment, others[id] ?? moment)
                return
            }
            while accessKeys.count <= number { accessKeys.append(0) }
            accessKeys[number] = max(UInt32(clamping: moment.unixSecond), accessKeys[number])
        }
        self.status = status
        epoch = index.epoch
    }

    /// When a key was last used.
    package func moment(of id: String, in index: StoreIndex) -> Timestamp? {
        guard let number = index.keys.number(of: id.utf8Span.span) else { return others[id] }
        guard number < accessKeys.count, accessKeys[number] > 0 else { return nil }
        return Timestamp(unixSecond: Int64(accessKeys[number]))
    }
}
