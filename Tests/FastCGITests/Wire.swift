/// Records as a web server sends them, built by hand and not by the code under test.
enum Wire {
    static let keepConnection: UInt8 = 1

    /// What stands where a record should and is none.
    static let nothing = [UInt8](repeating: 0, count: 8)

    static func record(
        _ type: UInt8,
        id: UInt16 = 1,
        _ content: [UInt8] = [],
        padding: Int = 0
    ) -> [UInt8] {
        let length = content.count
        let header: [UInt8] = [
            1, type, UInt8(id >> 8), UInt8(id & 0xff), UInt8(length >> 8), UInt8(length & 0xff),
            UInt8(padding), 0,
        ]
        return header + content + [UInt8](repeating: 0xee, count: padding)
    }

    static func begin(id: UInt16 = 1, role: UInt8 = 1, flags: UInt8 = keepConnection) -> [UInt8] {
        record(1, id: id, [0, role, flags, 0, 0, 0, 0, 0])
    }

    static func abort(id: UInt16 = 1) -> [UInt8] {
        record(2, id: id)
    }

    /// A stream's records, and the empty one that ends it.
    static func stream(
        _ type: UInt8,
        id: UInt16 = 1,
        _ content: [UInt8],
        recordLength: Int = 65_535,
        padding: Int = 0
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = content[...]
        while !rest.isEmpty {
            bytes += record(type, id: id, Array(rest.prefix(recordLength)), padding: padding)
            rest = rest.dropFirst(recordLength)
        }
        return bytes + record(type, id: id)
    }

    static func pairs(_ pairs: [(String, String)]) -> [UInt8] {
        pairs.flatMap { name, value in
            length(name.utf8.count) + length(value.utf8.count) + Array(name.utf8)
                + Array(value.utf8)
        }
    }

    static func length(_ count: Int) -> [UInt8] {
        if count < 128 { return [UInt8(count)] }
        return [
            UInt8(count >> 24) | 0x80, UInt8(count >> 16 & 0xff), UInt8(count >> 8 & 0xff),
            UInt8(count & 0xff),
        ]
    }

    /// A whole request.
    static func request(
        id: UInt16 = 1,
        flags: UInt8 = keepConnection,
        _ parameters: [(String, String)] = [("REQUEST_URI", "/")],
        body: [UInt8] = []
    ) -> [UInt8] {
        begin(id: id, flags: flags) + stream(4, id: id, pairs(parameters))
            + stream(5, id: id, body)
    }

    /// What a kept connection brings back for an answer.
    static func answer(id: UInt16 = 1, _ body: [UInt8], appStatus: UInt8 = 0) -> [UInt8] {
        stream(6, id: id, body) + end(id: id, appStatus: appStatus)
    }

    /// What follows the last answer on a connection that the peer would have kept.
    static let farewell = record(11, id: 0, [0, 0, 0, 0, 0, 0, 0, 0])

    static func end(id: UInt16 = 1, appStatus: UInt8 = 0, protocolStatus: UInt8 = 0) -> [UInt8] {
        record(3, id: id, [0, 0, 0, appStatus, protocolStatus, 0, 0, 0])
    }
}

/// A record as it was read back.
struct WireRecord: Equatable {
    var type: UInt8
    var id: UInt16
    var content: [UInt8]

    /// The whole records of bytes, read by hand; what is cut off at the end is left out.
    static func all(of bytes: [UInt8]) -> [WireRecord] {
        var records: [WireRecord] = []
        var rest = bytes[...]
        while rest.count >= 8 {
            let head = Array(rest.prefix(8))
            let length = Int(head[4]) << 8 | Int(head[5])
            guard rest.count >= 8 + length + Int(head[6]) else { break }
            records.append(
                WireRecord(
                    type: head[1],
                    id: UInt16(head[2]) << 8 | UInt16(head[3]),
                    content: Array(rest.dropFirst(8).prefix(length))
                )
            )
            rest = rest.dropFirst(8 + length + Int(head[6]))
        }
        return records
    }
}

/// Numbers that look random and are the same in each run.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }
}
