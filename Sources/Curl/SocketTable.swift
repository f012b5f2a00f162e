import Platform

/// What libcurl wants of each of its sockets, and what the loop was told, by descriptor number.
///
/// libcurl stops wanting a connection's socket after each answer and wants it again for the next
/// request. Telling the loop each time would cost two system calls a request, so an idle
/// connection stays watched and is dropped from the loop only when it fires while it is idle.
/// That goes for connections that have answered: libcurl closes sockets that are not connected yet,
/// and the socket pairs by which its resolver threads report, without a word. Their numbers come
/// again for something else.
struct SocketTable {
    private var entries: [Entry] = []

    /// One socket.
    private struct Entry {
        /// What the loop watches it for; empty when the loop does not know it.
        var watched: Readiness = []
        /// Whether libcurl wants to hear of it.
        var isWanted = false
        /// Who opened it, while it is a connection that has not answered yet.
        var opener: ObjectIdentifier?
        /// Whether it is a connection that has answered: libcurl tells us when it closes it.
        var hasAnswered = false
    }

    /// What is to be done with the loop's view of a socket.
    enum Change: Equatable {
        case nothing
        case watch
        case rewatch
        case unwatch
    }

    /// A connection's socket was opened.
    ///
    /// - Returns: What libcurl believes that it has asked for: it closed another socket of that number
    ///   in the same breath, and won't ask again. The loop has to watch the new one for it.
    mutating func opened(_ descriptor: CInt, by opener: ObjectIdentifier) -> Readiness {
        grow(toHold: descriptor)
        let before = entries[Int(descriptor)]
        let isWanted = before.isWanted && !before.watched.isEmpty
        entries[Int(descriptor)] = Entry(
            watched: isWanted ? before.watched : [],
            isWanted: isWanted,
            opener: opener
        )
        return isWanted ? before.watched : []
    }

    /// An answer has come on a socket of the opener, if it is still the one that it opened.
    mutating func answered(_ descriptor: CInt, opener: ObjectIdentifier) {
        guard entries[Int(descriptor)].opener == opener else { return }
        entries[Int(descriptor)].opener = nil
        entries[Int(descriptor)].hasAnswered = true
    }

    /// libcurl wants to hear of a socket.
    mutating func wanted(_ descriptor: CInt, for readiness: Readiness) -> Change {
        grow(toHold: descriptor)
        let index = Int(descriptor)
        entries[index].isWanted = true
        let before = entries[index].watched
        if before.rawValue == readiness.rawValue { return .nothing }
        entries[index].watched = readiness
        return before.isEmpty ? .watch : .rewatch
    }

    /// libcurl does not want to hear of a socket any more.
    mutating func unwanted(_ descriptor: CInt) -> Change {
        let index = Int(descriptor)
        guard entries.indices.contains(index), !entries[index].watched.isEmpty else {
            return .nothing
        }
        entries[index].isWanted = false
        if entries[index].hasAnswered { return .nothing }
        entries[index].watched = []
        return .unwatch
    }

    /// A socket fired: whether libcurl wants to hear of it.
    ///
    /// Otherwise the loop is to forget it.
    mutating func fired(_ descriptor: CInt) -> Bool {
        let index = Int(descriptor)
        guard entries.indices.contains(index) else { return false }
        if !entries[index].isWanted { entries[index].watched = [] }
        return entries[index].isWanted
    }

    /// The loop could not watch a socket.
    mutating func lost(_ descriptor: CInt) {
        entries[Int(descriptor)].watched = []
    }

    /// A connection's socket is being closed: whether the loop knows it.
    mutating func closed(_ descriptor: CInt) -> Bool {
        let index = Int(descriptor)
        guard entries.indices.contains(index) else { return false }
        defer { entries[index] = Entry() }
        return !entries[index].watched.isEmpty
    }

    private mutating func grow(toHold descriptor: CInt) {
        while entries.count <= Int(descriptor) { entries.append(Entry()) }
    }
}
