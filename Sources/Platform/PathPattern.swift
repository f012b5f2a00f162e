import Glibc

/// A path in which `*`, `?` and `[..]` stand for others, as a shell has it.
package enum PathPattern {
    /// The paths of files that fit, in their order; none when nothing does.
    package static func matches(of pattern: String) -> [String] {
        var found = unsafe glob_t()
        defer { unsafe globfree(&found) }
        guard unsafe glob(pattern, 0, nil, &found) == 0, let paths = unsafe found.gl_pathv else {
            return []
        }
        return (unsafe 0..<Int(found.gl_pathc)).compactMap { index in
            unsafe paths[index].map { unsafe String(cString: $0) }
        }
    }
}
