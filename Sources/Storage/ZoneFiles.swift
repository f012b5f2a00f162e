package import Selection

/// The time zones of the machine, by their names.
package enum ZoneFiles {
    private static let folder = "/usr/share/zoneinfo/"
    private static let longest = 1 << 20

    /// The rules of a zone, as `Europe/Berlin`; nil for what is none.
    package static func zone(named name: String) -> TimeZone? {
        // A name is no path: nothing outside the folder is opened.
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        let isName =
            name.utf8.count <= 64
            && parts.allSatisfy { part in
                part.utf8.first.map { isLetter($0) } == true
                    && part.utf8.allSatisfy { isNamePart($0) }
            }
        guard isName else { return nil }
        do throws(StorageError) {
            return TimeZone(
                file: try ConfigurationSources.contents(of: folder + name, limit: longest)
            )
        } catch {
            return nil
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func isNamePart(_ byte: UInt8) -> Bool {
        isLetter(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
    }
}
