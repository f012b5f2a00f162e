import Platform

/// What libcurl wants of each of its sockets, and what the loop was told, by descriptor number.
///
/// libcurl stops wanting a connection's socket after each answer and wants it again for the next
/// request. Telling the loop each time would cost two system calls a request, so an idle
/// connection stays watched and is dropped from the loop only when it fires while it is idle.
struct SocketTable {
    private var entries: [Entry] = []

    /// One socket.
    private struct Entry {
        /// What the loop watches it for; empty when the loop does not know it.
        var watched: Readiness = []
        /// Whether libcurl wants to hear of it.
        var isWanted = false
        /// Whether libcurl tells us when it closes the socket.
        ///
        /// It does for connections, but not for the socket pairs by which its resolver threads
        /// report.
        var isConnection = false
    }

    /// What is to be done with the loop's view of a socket.
    enum Change: Equatable {
        case nothing
        case watch
        case rewatch
        case unwatch
    }

    /// A connection's socket was opened.
    mutating func opened(_ descriptor: CInt) {
        grow(toHold: descriptor)
        entries[Int(descriptor)] = Entry(isConnection: true)
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
        if entries[index].isConnection { return .nothing }
        entries[index] = Entry()
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
