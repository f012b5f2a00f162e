import Platform
import Testing

@testable import Curl

/// What the loop is told, and what it is spared.
@Suite struct SocketTableTests {
    private final class Opener {}

    /// The table, where an expectation can change it.
    private final class Sockets {
        private var table = SocketTable()

        func opened(_ descriptor: CInt, by opener: Opener) -> Bool {
            table.opened(descriptor, by: ObjectIdentifier(opener)).rawValue != 0
        }

        func answered(_ descriptor: CInt, opener: Opener) {
            table.answered(descriptor, opener: ObjectIdentifier(opener))
        }

        func wanted(_ descriptor: CInt, for readiness: Readiness) -> SocketTable.Change {
            table.wanted(descriptor, for: readiness)
        }

        func unwanted(_ descriptor: CInt) -> SocketTable.Change { table.unwanted(descriptor) }
        func fired(_ descriptor: CInt) -> Bool { table.fired(descriptor) }
        func closed(_ descriptor: CInt) -> Bool { table.closed(descriptor) }
    }

    private let sockets = Sockets()
    private let one = Opener()
    private let other = Opener()

    /// A connection that was asked and has answered.
    private func connect(_ descriptor: CInt) {
        #expect(!sockets.opened(descriptor, by: one))
        #expect(sockets.wanted(descriptor, for: .writable) == .watch)
        #expect(sockets.wanted(descriptor, for: .readable) == .rewatch)
        sockets.answered(descriptor, opener: one)
    }

    @Test func `a connection that has answered stays watched while it is idle`() {
        connect(7)
        #expect(sockets.unwanted(7) == .nothing)
        #expect(sockets.wanted(7, for: .readable) == .nothing)
        #expect(sockets.fired(7))
    }

    @Test func `an idle connection that fires is dropped`() {
        connect(7)
        #expect(sockets.unwanted(7) == .nothing)
        #expect(!sockets.fired(7))
        #expect(sockets.wanted(7, for: .readable) == .watch)
        #expect(sockets.closed(7))
        #expect(!sockets.closed(7))
    }

    @Test func `a connection that never answered is not watched longer than wanted`() {
        #expect(!sockets.opened(7, by: one))
        #expect(sockets.wanted(7, for: .writable) == .watch)
        #expect(sockets.unwanted(7) == .unwatch)
        // libcurl has closed it and said nothing. Now it is a resolver's.
        #expect(sockets.wanted(7, for: .readable) == .watch)
        #expect(sockets.unwanted(7) == .unwatch)
    }

    @Test func `an answer counts for the connection that the transfer has opened last`() {
        #expect(!sockets.opened(7, by: one))
        #expect(sockets.wanted(7, for: .writable) == .watch)
        #expect(sockets.unwanted(7) == .unwatch)
        #expect(!sockets.opened(7, by: other))
        #expect(sockets.wanted(7, for: .writable) == .watch)
        sockets.answered(7, opener: one)
        #expect(sockets.unwanted(7) == .unwatch)
    }

    @Test func `a number that libcurl opens again unheard is watched anew`() {
        #expect(!sockets.opened(7, by: one))
        #expect(sockets.wanted(7, for: .writable) == .watch)
        // It failed, was closed, and the next address got its number before libcurl said anything.
        #expect(sockets.opened(7, by: one))
        #expect(sockets.wanted(7, for: .writable) == .nothing)
        #expect(sockets.wanted(7, for: .readable) == .rewatch)
    }
}
