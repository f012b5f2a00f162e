import JSON
import Testing

@testable import provider_simulator

@Suite struct RecordBookTests {
    private func numbers(_ book: RecordBook, since: Int = 0) throws -> [Int64] {
        let document = try JSONDocument.parse(Array(book.json(since: since).utf8).span)
        return document.root.elements.compactMap { $0["number"]?.integer }
    }

    @Test func `records are numbered, and told from a number on`() throws {
        let book = RecordBook()
        for _ in 0..<3 { _ = book.add(.init()) }
        #expect(try numbers(book) == [1, 2, 3])
        #expect(try numbers(book, since: 2) == [3])
    }

    @Test func `clearing keeps the numbers going and drops late changes`() throws {
        let book = RecordBook()
        let old = book.add(.init())
        book.clear()
        let new = book.add(.init())
        book.update(old) { $0.outcome = .aborted }
        #expect(try numbers(book) == [2])
        #expect(book.json(since: 0).contains("\"aborted\":false"))
        book.update(new) { $0.outcome = .aborted }
        #expect(book.json(since: 0).contains("\"aborted\":true"))
    }

    @Test func `only the newest ten thousand are kept`() throws {
        let book = RecordBook()
        for _ in 0..<10_005 { _ = book.add(.init()) }
        let kept = try numbers(book)
        #expect(kept.count == 10_000)
        #expect(kept.first == 6)
        #expect(kept.last == 10_005)
    }
}
