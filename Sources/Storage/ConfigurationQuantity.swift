/// Reads and writes the quantities of gateway.yaml.
enum ConfigurationQuantity {
    /// The longest duration: a year.
    private static let longest: Int64 = 365 * 86_400_000

    /// `300ms`, `30s`, `5m`, `1h30m`, `90d`: units once each, from large to small.
    static func duration(_ text: String) -> Duration? {
        let units: [(String, Int64)] = [
            ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
        ]
        var rest = Substring(text)
        var next = 0
        var total: Int64 = 0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest[digits.endIndex...]
            let unit = rest.prefix { $0.isASCII && $0.isLetter }
            rest = rest[unit.endIndex...]
            guard let number = Int64(digits), number <= longest,
                let place = units[next...].firstIndex(where: { $0.0 == unit })
            else { return nil }
            total += number.multipliedReportingOverflow(by: units[place].1).partialValue
            guard total <= longest, number <= longest / units[place].1 else { return nil }
            next = place + 1
        }
        return total > 0 ? .milliseconds(total) : nil
    }

    /// A duration as `duration(_:)` reads it.
    static func text(_ duration: Duration) -> String {
        let parts = duration.components
        var rest = parts.seconds * 1000 + parts.attoseconds / 1_000_000_000_000_000
        var text = ""
        // A day is written where it is a matter of days.
        let isDays = rest >= 2 * 86_400_000
        let units = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)]
        for (unit, size) in units.dropFirst(isDays ? 0 : 1) {
            let number = rest / Int64(size)
            if number > 0 { text += "\(number)\(unit)" }
            rest -= number * Int64(size)
        }
        return text.isEmpty ? "0s" : text
    }

    private static let sizes: [(String, Int)] = [
        ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("B", 1), ("", 1),
    ]

    /// `32MiB`, `512KiB`, `4GiB`, or bytes; at most a tebibyte.
    static func size(_ text: String) -> Int? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let unit = text[digits.endIndex...]
        guard let number = Int(digits), let size = sizes.first(where: { $0.0 == unit })?.1 else {
            return nil
        }
        let (bytes, overflow) = number.multipliedReportingOverflow(by: size)
        return !overflow && bytes > 0 && bytes <= 1 << 40 ? bytes : nil
    }

    /// A size as `size(_:)` reads it.
    static func text(bytes: Int) -> String {
        for (unit, size) in sizes where size > 1 && bytes.isMultiple(of: size) {
            return "\(bytes / size)\(unit)"
        }
        return "\(bytes)"
    }

    /// Three or four octal digits.
    static func mode(_ text: String) -> UInt32? {
        guard (3...4).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x30...0x37).contains($0) })
        else { return nil }
        return UInt32(text, radix: 8)
    }

    /// A whole number without sign, underscores or leading zeros.
    static func integer(_ text: String) -> Int? {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), text == "0" || text.first != "0"
        else { return nil }
        return Int(text)
    }

    /// A name that stands in addresses, paths and headers.
    static func isIdentifier(_ text: String) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= 255 else { return false }
        return isLetterOrDigit(first)
            && text.utf8.allSatisfy { byte in
                isLetterOrDigit(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
                    || byte == UInt8(ascii: "-")
            }
    }

    /// Letters, digits and the marks that a header's name may have.
    static func isHeaderName(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                isLetterOrDigit(byte) || "!#$%&'*+-.^_`|~".utf8.contains(byte)
            }
    }

    /// Nothing that ends a header's line.
    static func isHeaderValue(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}
