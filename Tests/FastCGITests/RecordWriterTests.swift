import Testing

@testable import FastCGI

@Suite struct `The record writer` {
    private func bytes(_ write: (inout RecordWriter) -> Void) -> [UInt8] {
        var writer = RecordWriter()
        write(&writer)
        return writer.withSealed { span in span.indices.map { span[$0] } }
    }

    @Test func `merges writes that follow each other into one record`() {
        let answer = bytes { writer in
            for byte in 0..<200 as Range<UInt8> { writer.appendOutput([byte].span, requestID: 3) }
            writer.appendEnd(requestID: 3, appStatus: 0, .complete)
        }
        #expect(answer == Wire.answer(id: 3, Array(0..<200)))
    }

    @Test(arguments: [0, 1, 65_534, 65_535, 65_536, 131_070, 200_000])
    func `cuts a long output into the longest records`(count: Int) {
        let body = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        let answer = bytes { writer in
            writer.appendOutput(body.span, requestID: 1)
            writer.appendEnd(requestID: 1, appStatus: 0, .complete)
        }
        #expect(answer == Wire.answer(body))
    }

    @Test func `does not merge what was sealed or has another id`() {
        let output = bytes { writer in
            writer.appendOutput([1].span, requestID: 1)
            writer.seal()
            writer.appendOutput([2].span, requestID: 1)
            writer.appendOutput([3].span, requestID: 2)
        }
        #expect(
            output == Wire.record(6, [1]) + Wire.record(6, [2]) + Wire.record(6, id: 2, [3])
        )
    }

    @Test func `writes END_REQUEST with both statuses`() {
        let ended = bytes { $0.appendEnd(requestID: 0x102, appStatus: 0xfedc_ba98, .complete) }
        #expect(
            ended == Wire.record(6, id: 0x102)
                + Wire.record(3, id: 0x102, [0xfe, 0xdc, 0xba, 0x98, 0, 0, 0, 0])
        )
        let refused = bytes { $0.appendEnd(requestID: 1, appStatus: 0, .unknownRole) }
        #expect(refused == Wire.end(protocolStatus: 3))
    }

    @Test func `puts a management answer between two records of output`() {
        let output = bytes { writer in
            writer.appendOutput([1].span, requestID: 1)
            writer.appendUnknownType(77)
            writer.appendOutput([2].span, requestID: 1)
        }
        let management = Wire.record(11, id: 0, [77, 0, 0, 0, 0, 0, 0, 0])
        #expect(output == Wire.record(6, [1]) + management + Wire.record(6, [2]))
    }
}
