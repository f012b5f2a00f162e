package import Platform

/// A file of the state directory that can't be used, in one line: what is wrong, where, what to do.
package struct StorageError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What is wrong.
    package let problem: String
    /// Where: a path, with a line number where there is one.
    package let place: String
    /// What to do about it; empty where the problem says it.
    package let remedy: String

    /// An error with its three parts.
    package init(_ problem: String, at place: String, remedy: String = "") {
        self.problem = problem
        self.place = place
        self.remedy = remedy
    }

    /// A call of the kernel that failed.
    package init(_ error: SystemError, remedy: String = "") {
        self.init(
            SystemError(error.call, code: error.code).description,
            at: error.subject,
            remedy: remedy
        )
    }

    /// `/var/lib/lockkeeper/store.jsonl:7: unknown member "colour"; correct the line or delete it`.
    package var description: String {
        let head = place.isEmpty ? problem : "\(place): \(problem)"
        return remedy.isEmpty ? head : "\(head); \(remedy)"
    }
}

/// Does something with files, and says of a call that failed what this module says of errors.
func reporting<R: ~Copyable>(
    remedy: String = "",
    _ body: () throws(SystemError) -> R
) throws(StorageError) -> R {
    do throws(SystemError) {
        return try body()
    } catch {
        throw StorageError(error, remedy: remedy)
    }
}
