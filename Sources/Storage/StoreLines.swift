import Model
import Platform

/// Looks lines of a store up, to say where something stands.
package enum StoreLines {
    /// `path:line` of the line with that number; the path alone when it is there no more.
    package static func place(ofSequence sequence: UInt64, in path: String) -> String {
        do throws(SystemError) {
            let bytes = try File(path, for: .reading).readAll(limit: Limits.storeBytes)
            let wanted = Array("{\"v\":1,\"seq\":\(sequence),".utf8)
            for (place, line) in bytes.split(
                separator: UInt8(ascii: "\n"),
                omittingEmptySubsequences: false
            ).enumerated() where line.starts(with: wanted) {
                return "\(path):\(place + 1)"
            }
        } catch {
            return path
        }
        return path
    }
}
