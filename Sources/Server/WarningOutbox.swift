import Model

/// Warnings on their way: each to each of its receivers, tried again after longer and longer waits.
///
/// A value that knows no clock and sends nothing. Its length is bounded: the oldest go first.
struct WarningOutbox: Equatable, Sendable {
    /// By which way a warning goes.
    enum Way: String, CaseIterable, Sendable {
        case webhook, mail
    }

    /// A warning for one receiver.
    struct Letter: Equatable, Sendable {
        /// What is sent.
        let notice: WarningNotice
        /// By which way.
        let way: Way
        /// How often that failed.
        fileprivate(set) var failures = 0
        /// When it is to be tried.
        fileprivate(set) var dueAt: Timestamp
    }

    /// What waits, the oldest first.
    private(set) var letters: [Letter] = []
    /// The number of the next warning.
    private(set) var nextNumber: Int

    /// An outbox with these letters in it, each to be tried at once.
    init(nextNumber: Int = 1, letters: [(notice: WarningNotice, way: Way)] = []) {
        self.nextNumber = nextNumber
        self.letters = letters.map {
            Letter(notice: $0.notice, way: $0.way, dueAt: Timestamp(milliseconds: 0))
        }
    }

    /// Takes a warning, to be sent by these ways: how many others were dropped for it.
    mutating func add(
        _ notice: (_ number: Int) -> WarningNotice,
        by ways: [Way],
        at now: Timestamp
    ) -> Int {
        let made = notice(nextNumber)
        nextNumber += 1
        for way in ways { letters.append(Letter(notice: made, way: way, dueAt: now)) }
        let excess = max(0, letters.count - Limits.warningsOnTheirWay)
        letters.removeFirst(excess)
        return excess
    }

    /// The first letter by a way that is due; nil when there is none.
    func due(by way: Way, at now: Timestamp) -> Letter? {
        letters.first { $0.way == way && $0.dueAt <= now }
    }

    /// A letter has arrived.
    mutating func delivered(_ letter: Letter) {
        letters.removeAll { $0.isSame(as: letter) }
    }

    /// A letter could not be delivered: false when it is given up.
    mutating func failed(_ letter: Letter, at now: Timestamp) -> Bool {
        guard let place = letters.firstIndex(where: { $0.isSame(as: letter) }) else { return true }
        letters[place].failures += 1
        guard letters[place].failures < Limits.warningAttempts else {
            letters.remove(at: place)
            return false
        }
        let wait = Self.wait(after: letters[place].failures)
        letters[place].dueAt = Timestamp(milliseconds: now.milliseconds + wait)
        return true
    }

    /// Drops what is for receivers that are no more.
    mutating func keepOnly(_ ways: [Way]) {
        letters.removeAll { !ways.contains($0.way) }
    }

    /// Milliseconds: a second, doubled with each failure, at most five minutes.
    private static func wait(after failures: Int) -> Int64 {
        min(1000 << Int64(min(failures - 1, 20)), 300_000)
    }
}

extension WarningOutbox.Letter {
    /// Whether it is the same warning by the same way.
    fileprivate func isSame(as other: WarningOutbox.Letter) -> Bool {
        notice.number == other.notice.number && way == other.way
    }
}
