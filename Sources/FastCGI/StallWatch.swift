/// The connections whose peer owes progress: few, for a request usually arrives whole.
struct StallWatch {
    private var connections: [Connection] = []

    var isEmpty: Bool { connections.isEmpty }

    /// Adds a connection; one that is there already stays.
    mutating func add(_ connection: Connection) {
        guard connection.stallPlace < 0 else { return }
        connection.stallPlace = connections.count
        connections.append(connection)
    }

    /// Removes a connection, if it is there.
    mutating func remove(_ connection: Connection) {
        let place = connection.stallPlace
        guard place >= 0 else { return }
        connection.stallPlace = -1
        let last = connections.removeLast()
        guard last !== connection else { return }
        last.stallPlace = place
        connections[place] = last
    }

    /// Those whose deadline has passed.
    func overdue(at now: ContinuousClock.Instant) -> [Connection] {
        connections.filter { $0.stallDeadline <= now }
    }
}
