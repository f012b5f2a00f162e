import Relay

@testable import FastCGI

extension FuzzTarget {
    // MARK: Records

    private struct Record: Equatable {
        let header: RecordHeader
        var content: [UInt8]
        var isWhole: Bool
    }

    /// The same records, up to the same error, however the stream is split.
    func feedRecords(_ input: Span<UInt8>) {
        let ways = input.asOneAndInPieces.map { records($0) }
        demand(ways.allSatisfy { $0 == ways[0] }, "records depend on how they are split")
        for record in ways[0].compactMap({ $0 }) where record.isWhole {
            demand(
                record.content.count == Int(record.header.contentLength),
                "a whole record of another length than its header says"
            )
        }
    }

    private func records(_ pieces: [[UInt8]]) -> [Record?] {
        var parser = RecordParser()
        var records: [Record?] = []
        do throws(NotARecord) {
            for bytes in pieces {
                var position = 0
                while let piece = try parser.next(bytes.span, from: &position) {
                    if piece.isFirst {
                        records.append(Record(header: piece.header, content: [], isWhole: false))
                    }
                    demand(!records.isEmpty, "a record without a first piece")
                    records[records.count - 1]?.content += bytes[piece.content]
                    records[records.count - 1]?.isWhole = piece.isLast
                }
                demand(position == bytes.count, "bytes were left")
            }
        } catch {
            records.append(nil)
        }
        return records
    }

    // MARK: Parameters

    /// The same pairs however they are split; the head of a request takes any of them.
    func feedParameters(_ input: Span<UInt8>) {
        let rules = RequestHeaderRules(providerHeaders: ["x-title"], tokenPrefix: "lk")
        var found: [[[UInt8]]] = []
        for pieces in input.asOneAndInPieces {
            var pairs = NameValuePairs()
            for piece in pieces { pairs.append(piece.span) }
            var texts: [[UInt8]] = []
            var head = RequestHead()
            let isWhole = pairs.forEach { name, value in
                texts += [name.copy, value.copy]
                head.add(name: name, value: value, rules: rules)
            }
            let size = texts.reduce(0) { $0 + $1.count + 1 }
            demand(size <= pairs.count, "more text than there were bytes")
            demand(isWhole || pairs.count > 0, "nothing was cut")
            found.append(texts)
            read(head)
        }
        demand(found.allSatisfy { $0 == found[0] }, "pairs depend on how they are split")
    }

    private func read(_ head: RequestHead) {
        for method in [Method.post, .get] {
            head.withPath { _ = Endpoint.match(method: method, path: $0) }
        }
        head.withQuery { _ = $0.count }
        head.withCredential { demand(head.hasCredential || $0.isEmpty, "a credential of nobody") }
        _ = (head.gatewayName, head.isForDataPlane, head.webServerRequestID, head.contentTypeText)
        head.forEachUpstreamHeader(ownKey: true, providerHeaders: ["x-title"]) { name, _ in
            demand(name.copy.allSatisfy { !(0x41...0x5a).contains($0) }, "an upper-case name")
        }
    }
}
