import Access
import JSON
import Model

/// Which part of a list is asked for.
struct APIPage {
    /// How many records at most.
    let limit: Int
    /// Those that are older than this one.
    let beforeID: String?

    static let longest = 100

    init(_ call: APICall, before name: String = "beforeId") throws(APIError) {
        beforeID = call.query[name]
        guard let text = call.query["limit"] else {
            limit = APIPage.longest
            return
        }
        guard let limit = Int(text), (1...APIPage.longest).contains(limit),
            text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else {
            throw APIError(
                .invalid,
                "limit must be a number from 1 to \(APIPage.longest).",
                details: ["parameter": "limit"]
            )
        }
        self.limit = limit
    }

    /// Its records among all that are there, the newest first, and whether there are older ones.
    func cut<Record>(
        _ records: some Sequence<Record>,
        by place: (Record) -> (createdAt: Timestamp, id: String)
    ) -> (records: [Record], hasMore: Bool) {
        var all = records.sorted { place($0) > place($1) }
        if let beforeID {
            if let start = all.firstIndex(where: { place($0).id == beforeID }) {
                all.removeFirst(start + 1)
            } else {
                // It is gone by now; ids that are made later sort later.
                all.removeAll { place($0).id >= beforeID }
            }
        }
        return (Array(all.prefix(limit)), all.count > limit)
    }
}

extension APIAnswer {
    /// A list under its name.
    ///
    /// - Parameter last: the id of the oldest record of it, where there are older ones.
    init<Resource: APIResource>(
        _ collection: StaticString,
        _ resources: [Resource],
        of call: APICall,
        nextBefore last: String?
    ) {
        self.init(200) { writer in
            writer.beginObject()
            writer.key(collection)
            writer.beginArray()
            for resource in resources { resource.write(into: &writer) }
            writer.endArray()
            writer.pageLinks(of: call, nextBefore: last)
            writer.endObject()
        }
    }
}

extension JSONWriter {
    /// Where a list is, and where it goes on.
    mutating func pageLinks(of call: APICall, nextBefore last: String?) {
        member("uri", call.request.path)
        key("nextPageUri")
        nextPage(of: call, "beforeId", last)
    }

    /// Where a list goes on; null where it ends.
    mutating func nextPage(of call: APICall, _ parameter: String, _ last: String?) {
        guard let last else { return null() }
        var query = call.query
        query[parameter] = last
        let text = query.sorted { $0.key < $1.key }
            .map { "\($0.key)=\(PercentText.encoded($0.value))" }
            .joined(separator: "&")
        string("\(call.request.path)?\(text)")
    }
}
