import CFastCGI
import Platform

/// A GET_VALUES record while it arrives: the names that the peer asks for.
final class ValuesQuery {
    private var pairs = NameValuePairs()

    /// The bytes of a question: the three names there are, and some that are not.
    private static let longest = 4096

    func take(_ content: Span<UInt8>) throws(NotARecord) {
        guard pairs.count + content.count <= ValuesQuery.longest else { throw NotARecord() }
        pairs.append(content)
    }

    /// Answers the names that are known, each once.
    func answer(connections: Int, into output: inout RecordWriter) {
        var asked: Set<Int> = []
        let known: [(name: StaticString, value: String)] = [
            (name: "FCGI_MAX_CONNS", value: String(connections)),
            (name: "FCGI_MAX_REQS", value: String(connections)),
            (name: "FCGI_MPXS_CONNS", value: "0"),
        ]
        pairs.forEach { name, _ in
            if let index = known.firstIndex(where: { name.equals($0.name) }) { asked.insert(index) }
        }
        var answer = ByteQueue()
        for index in asked.sorted() {
            let name = known[index].name.description
            let value = known[index].value
            NameValuePairs.encode(name.utf8Span.span, value.utf8Span.span, into: &answer)
        }
        answer.withReadable { output.appendValues($0) }
    }
}
