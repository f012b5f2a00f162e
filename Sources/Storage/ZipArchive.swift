import CZlib

/// The members of a zip archive, as a Python wheel is one: found by name and taken out whole.
struct ZipArchive {
    private let bytes: [UInt8]
    /// What the directory at its end says.
    private(set) var members: [Member] = []

    /// A member, as the archive's directory has it.
    struct Member {
        let name: String
        fileprivate let method: Int
        fileprivate let packedCount: Int
        fileprivate let count: Int
        fileprivate let offset: Int
    }

    /// Why an archive can't be read.
    struct Problem: Error, CustomStringConvertible {
        let description: String
    }

    /// Whether a file begins as archives do.
    static func isArchive(_ bytes: [UInt8]) -> Bool {
        bytes.starts(with: [0x50, 0x4B, 0x03, 0x04])
    }

    /// Reads the directory of an archive.
    init(_ bytes: [UInt8]) throws(Problem) {
        self.bytes = bytes
        guard let end = endOfDirectory, let count = number(at: end + 10, 2),
            var place = number(at: end + 16, 4)
        else { throw Problem(description: "it has no directory: is it whole?") }
        for _ in 0..<count {
            guard number(at: place, 4) == 0x0201_4B50, let method = number(at: place + 10, 2),
                let packedCount = number(at: place + 20, 4), let count = number(at: place + 24, 4),
                let nameCount = number(at: place + 28, 2), let extra = number(at: place + 30, 2),
                let comment = number(at: place + 32, 2), let offset = number(at: place + 42, 4),
                place + 46 + nameCount <= bytes.count
            else { throw Problem(description: "its directory is broken") }
            let name = bytes[place + 46..<place + 46 + nameCount]
            members.append(
                Member(
                    name: String(decoding: name, as: UTF8.self),
                    method: method,
                    packedCount: packedCount,
                    count: count,
                    offset: offset
                )
            )
            place += 46 + nameCount + extra + comment
        }
    }

    /// The bytes of a member; one of more bytes than the limit is refused.
    func contents(of member: Member, limit: Int) throws(Problem) -> [UInt8] {
        guard member.count <= limit else {
            throw Problem(description: "\(member.name) in it has more than \(limit) bytes")
        }
        guard number(at: member.offset, 4) == 0x0403_4B50,
            let nameCount = number(at: member.offset + 26, 2),
            let extra = number(at: member.offset + 28, 2)
        else { throw Problem(description: "\(member.name) is not where its directory says") }
        let start = member.offset + 30 + nameCount + extra
        guard start + member.packedCount <= bytes.count else {
            throw Problem(description: "\(member.name) in it is not whole")
        }
        let packed = bytes[start..<start + member.packedCount]
        switch member.method {
        case 0 where packed.count == member.count: return Array(packed)
        case 8:
            if let contents = Self.inflate(packed, to: member.count) { return contents }
        default: break
        }
        throw Problem(description: "\(member.name) in it can't be unpacked")
    }

    private static func inflate(_ packed: ArraySlice<UInt8>, to count: Int) -> [UInt8]? {
        var room = [UInt8](repeating: 0, count: max(1, count))
        let isWhole = unsafe packed.withUnsafeBufferPointer { packed in
            unsafe room.withUnsafeMutableBufferPointer { room in
                unsafe czlib_inflate(packed.baseAddress, packed.count, room.baseAddress, count)
            }
        }
        room.removeLast(room.count - count)
        return isWhole == 1 ? room : nil
    }

    /// Where the last record of the directory begins; only a comment may follow it.
    private var endOfDirectory: Int? {
        let last = bytes.count - 22
        let first = max(0, last - Int(UInt16.max))
        guard first <= last else { return nil }
        return (first...last).last { number(at: $0, 4) == 0x0605_4B50 }
    }

    /// A number of so many bytes, the lowest first; nil behind the end.
    private func number(at place: Int, _ byteCount: Int) -> Int? {
        guard place >= 0, place + byteCount <= bytes.count else { return nil }
        return (0..<byteCount).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
    }
}
