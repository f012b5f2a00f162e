import Accounting
import Model
import Storage
import Testing

@testable import Server

/// Warnings for tests.
private enum Samples {
    static let now = Timestamp(milliseconds: 1_795_284_252_345)

    static func low(_ number: Int) -> WarningNotice {
        WarningNotice(
            number: number,
            account: .standard,
            warning: .lowBalance(
                threshold: NanoDollars(1_000_000_000),
                balance: NanoDollars(999_999_999)
            ),
            createdAt: now
        )
    }

    static func expiring(_ number: Int) -> WarningNotice {
        WarningNotice(
            number: number,
            account: .standard,
            warning: .grantExpires(
                GrantID(3),
                remaining: NanoDollars(2_500_000_000),
                at: Timestamp(unixSecond: 1_795_889_052),
                days: 7
            ),
            createdAt: now
        )
    }

    static func after(_ milliseconds: Int64) -> Timestamp {
        Timestamp(milliseconds: now.milliseconds + milliseconds)
    }
}

@Suite struct `A warning's text` {
    @Test(arguments: [
        (
            Samples.low(7),
            #"{"id":"warning_7","type":"credits.low_balance","createdAt":"2026-11-21T18:04:12.345Z","accountId":"default","threshold":"1","balance":"0.999999999","text":"The credits of account default are down to 1 dollars.\nThe balance"#
        ),
        (
            Samples.expiring(8),
            #"{"id":"warning_8","type":"credits.grant_expires","createdAt":"2026-11-21T18:04:12.345Z","accountId":"default","grant":3,"remaining":"2.5","expiresAt":"2026-11-28T18:04:12Z","days":7,"text":"Credits of account default expire within 7 days.\n2.5 dollars of grant 3"#
        ),
    ])
    func `is posted as JSON`(_ notice: WarningNotice, _ beginning: String) {
        #expect(String(decoding: notice.json, as: UTF8.self).hasPrefix(beginning))
    }

    @Test func `is mailed with a head that mail servers take`() {
        let bytes = Samples.low(7).mail(from: "gw@example.com", to: ["a@b.c", "d@e.f"])
        let mail = String(decoding: bytes, as: UTF8.self)
        #expect(
            mail.hasPrefix(
                "From: Lockkeeper <gw@example.com>\r\nTo: a@b.c,\r\n d@e.f\r\n"
                    + "Subject: The credits of account default are down to 1 dollars\r\n"
                    + "Date: Sat, 21 Nov 2026 18:04:12 +0000\r\n"
                    + "Message-ID: <warning_7.1795284252345@example.com>\r\nMIME-Version: 1.0\r\n"
            )
        )
        #expect(mail.contains("\r\n\r\nThe balance of account default is 0.999999999 dollars"))
        let lines = mail.replacing("\r\n", with: "\u{0}")
        #expect(!lines.contains("\n") && !lines.contains("\r"))
        #expect(mail.utf8.allSatisfy { $0 < 0x80 })
        #expect(mail.split(separator: "\r\n").allSatisfy { $0.utf8.count <= 998 })
    }

    @Test(arguments: [
        (0, "Thu, 01 Jan 1970 00:00:00 +0000"), (951_782_399, "Mon, 28 Feb 2000 23:59:59 +0000"),
        (951_782_400, "Tue, 29 Feb 2000 00:00:00 +0000"),
        (1_798_761_599, "Thu, 31 Dec 2026 23:59:59 +0000"),
        (-1, "Wed, 31 Dec 1969 23:59:59 +0000"),
    ])
    func `has the date of a mail`(_ second: Int64, _ text: String) {
        #expect(Timestamp(unixSecond: second).mailDate == text)
    }
}

@Suite struct `Warnings on their way` {
    private func outbox(
        _ count: Int,
        by ways: [WarningOutbox.Way] = [.webhook, .mail]
    ) -> WarningOutbox {
        var outbox = WarningOutbox()
        for _ in 0..<count { _ = outbox.add(Samples.low, by: ways, at: Samples.now) }
        return outbox
    }

    @Test func `go to each receiver until it has them`() throws {
        var outbox = outbox(2)
        #expect(outbox.letters.map(\.notice.number) == [1, 1, 2, 2])
        let first = try #require(outbox.due(by: .mail, at: Samples.now))
        #expect(first.notice == Samples.low(1))
        outbox.delivered(first)
        outbox.delivered(first)
        #expect(outbox.due(by: .mail, at: Samples.now)?.notice.number == 2)
        #expect(outbox.due(by: .webhook, at: Samples.now)?.notice.number == 1)
        outbox.keepOnly([.mail])
        #expect(outbox.letters.map(\.notice.number) == [2])
    }

    @Test func `are tried again after longer and longer waits, and given up at last`() throws {
        var outbox = outbox(1, by: [.webhook])
        var time = Samples.now
        var waits: [Int64] = []
        while let letter = outbox.due(by: .webhook, at: time) {
            guard outbox.failed(letter, at: time) else { break }
            let due = try #require(outbox.letters.first?.dueAt)
            waits.append((due.milliseconds - time.milliseconds) / 1000)
            let before = Timestamp(milliseconds: due.milliseconds - 1)
            #expect(outbox.due(by: .webhook, at: before) == nil)
            time = due
        }
        #expect(waits.prefix(10) == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300])
        #expect(waits.count == Limits.warningAttempts - 1)
        #expect(waits.dropFirst(9).allSatisfy { $0 == 300 })
        #expect(outbox.letters.isEmpty)
    }

    @Test func `one that fails does not hold up the next`() throws {
        var outbox = outbox(2, by: [.webhook])
        let first = try #require(outbox.due(by: .webhook, at: Samples.now))
        let isKept = outbox.failed(first, at: Samples.now)
        #expect(isKept)
        #expect(outbox.due(by: .webhook, at: Samples.now)?.notice.number == 2)
        #expect(outbox.due(by: .webhook, at: Samples.after(1000))?.notice.number == 1)
    }

    @Test func `are so many at most, the newest`() {
        var outbox = outbox(Limits.warningsOnTheirWay, by: [.webhook])
        let dropped = outbox.add(Samples.low, by: [.webhook, .mail], at: Samples.now)
        #expect(dropped == 2)
        #expect(outbox.letters.count == Limits.warningsOnTheirWay)
        #expect(outbox.letters.first?.notice.number == 3)
        #expect(outbox.letters.last?.notice.number == Limits.warningsOnTheirWay + 1)
    }
}

@Suite struct `The file of warnings` {
    private let site: ReloadSite
    private let file: WarningFile

    init() throws {
        site = try ReloadSite()
        file = WarningFile(of: try StateDirectory(site.path))
    }

    @Test func `gives back what was written`() throws {
        #expect(try file.read() == WarningFile.Contents())
        var outbox = WarningOutbox(
            nextNumber: 12,
            letters: [(Samples.low(10), .webhook), (Samples.expiring(11), .mail)]
        )
        let levels: [AccountID: NanoDollars?] = [
            .standard: nil, AccountID("other"): NanoDollars(1_500_000_000),
        ]
        let book = WarningBook(levels: levels, told: [GrantID(3): 7, GrantID(9): 30])
        let contents = WarningFile.Contents(book: book, outbox: outbox)
        try file.write(contents)
        #expect(try file.read() == contents)
        // What was tried is due again after a restart.
        let letter = try #require(outbox.due(by: .mail, at: Samples.now))
        let isKept = outbox.failed(letter, at: Samples.now)
        #expect(isKept)
        try file.write(WarningFile.Contents(book: book, outbox: outbox))
        #expect(try file.read() == contents)
    }

    @Test(arguments: [
        "", "{", "[]", "{}", #"{"v":2,"next":1,"levels":{},"told":{},"letters":[]}"#,
        #"{"v":1,"next":1,"levels":{"default":5},"told":{},"letters":[]}"#,
        #"{"v":1,"next":1,"levels":{},"told":{"x":7},"letters":[]}"#,
        #"{"v":1,"next":1,"levels":{},"told":{},"letters":[{"way":"pigeon"}]}"#,
    ])
    func `is refused where it is something else`(_ text: String) throws {
        try site.write(text, to: "warnings.json")
        #expect(throws: StorageError.self) { try file.read() }
    }
}
