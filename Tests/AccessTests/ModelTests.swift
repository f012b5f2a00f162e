import Model
import Testing

@Suite struct `Secrets and times` {
    @Test(arguments: [
        ("ng-7Kq2mVx9TbLc-g1-abcdefghijklmnop", "ng-7Kq2mVx***mnop"),
        ("123456789012345678901234", "1234567890***1234"),
        ("12345678901234567890123", "***0123"),
        ("123456789012", "***9012"),
        ("12345678901", "***"),
        ("", "***"),
    ])
    func `a secret prints redacted`(secret: String, redacted: String) {
        #expect(Secret(secret).redacted == redacted)
        #expect("\(Secret(secret))" == redacted)
        #expect(String(reflecting: Secret(secret)) == redacted)
        #expect(Secret(secret).exposed == secret)
    }

    @Test func `a dump of a secret does not show it`() {
        var dumped = ""
        dump([Secret("123456789012345678901234")], to: &dumped)
        #expect(!dumped.contains("567890123456"))
    }

    @Test(arguments: [
        (0, "1970-01-01T00:00:00Z"),
        (-1, "1969-12-31T23:59:59.999Z"),
        (951_782_400_000, "2000-02-29T00:00:00Z"),
        (1_795_227_185_007, "2026-11-21T02:13:05.007Z"),
        (4_107_542_400_000, "2100-03-01T00:00:00Z"),
        (-62_167_219_200_000, "0000-01-01T00:00:00Z"),
        (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
    ])
    func `a moment is written and read back`(milliseconds: Int64, text: String) {
        #expect(Timestamp(milliseconds: milliseconds).description == text)
        #expect(Timestamp(text)?.milliseconds == milliseconds)
    }

    @Test(arguments: [
        ("2026-11-21t02:13:05z", "2026-11-21T02:13:05Z"),
        ("2026-11-21T04:13:05+02:00", "2026-11-21T02:13:05Z"),
        ("2026-11-20T23:43:05-02:30", "2026-11-21T02:13:05Z"),
        ("2026-11-21T02:13:05.1Z", "2026-11-21T02:13:05.100Z"),
        ("2026-11-21T02:13:05.0129999999999999999999Z", "2026-11-21T02:13:05.012Z"),
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z"),
    ])
    func `every spelling of RFC 3339 is read`(text: String, normal: String) {
        #expect(Timestamp(text)?.description == normal)
    }

    @Test(arguments: [
        "", "2026", "2026-11-21", "2026-11-21T02:13:05", "2026-11-21 02:13:05Z",
        "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-02-29T00:00:00Z",
        "2100-02-29T00:00:00Z", "2026-11-31T00:00:00Z", "2026-11-21T24:00:00Z",
        "2026-11-21T02:60:00Z", "2026-11-21T02:00:61Z", "2026-11-21T02:13:05.Z",
        "2026-11-21T02:13:05+0200", "2026-11-21T02:13:05Z ", "2026-11-21T02:13:05+24:00",
        "-026-11-21T02:13:05Z", "２026-11-21T02:13:05Z",
    ])
    func `what is no RFC 3339 is refused`(text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test func `every day of eight centuries is read back`() {
        for day in stride(from: Int64(-146_097), through: 146_097, by: 1) {
            let moment = Timestamp(unixSecond: day * 86_400)
            #expect(Timestamp(moment.description) == moment)
        }
    }

    @Test func `the limits agree with each other`() {
        Limits.assertRelations()
    }
}

@Suite struct `A byte buffer` {
    @Test(arguments: [
        (0..<0, "xy", "xyhello"), (5..<5, "xy", "helloxy"), (1..<4, "", "ho"),
        (1..<4, "EYLALA", "hEYLALAo"), (0..<5, "", ""), (2..<3, "L", "heLlo"),
    ])
    func `replaces a range`(range: Range<Int>, with text: String, gives result: String) {
        let buffer = ByteBuffer()
        buffer.append(Array("hello".utf8).span)
        buffer.replaceSubrange(range, with: Array(text.utf8).span)
        #expect(text.utf8.count - range.count + 5 == buffer.count)
        #expect(buffer.text == result)
    }

    @Test func `grows and keeps what it has`() {
        let buffer = ByteBuffer()
        for byte in 0..<10_000 {
            buffer.append([UInt8(truncatingIfNeeded: byte)].span)
        }
        buffer.withBytes { bytes in
            #expect(bytes.count == 10_000)
            for index in bytes.indices {
                #expect(bytes[index] == UInt8(truncatingIfNeeded: index))
            }
        }
        buffer.removeAll()
        #expect(buffer.isEmpty)
    }

    @Test func `does not move within what was reserved`() {
        let buffer = ByteBuffer()
        buffer.reserve(4096)
        let address = unsafe buffer.unsafeBytes.baseAddress
        for _ in 0..<4096 {
            buffer.append([1].span)
        }
        #expect(unsafe buffer.unsafeBytes.baseAddress == address)
    }
}

extension ByteBuffer {
    fileprivate var text: String {
        withBytes { bytes in
            bytes.indices.reduce(into: "") { $0.unicodeScalars.append(Unicode.Scalar(bytes[$1])) }
        }
    }
}
