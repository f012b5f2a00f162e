import CLinux

/// What a descriptor is ready for, or is watched for: epoll's bits.
package struct Readiness: OptionSet, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    /// Bytes, or a connection, can be read.
    package static let readable = Readiness(rawValue: EPOLLIN.rawValue)
    /// Bytes can be written.
    package static let writable = Readiness(rawValue: EPOLLOUT.rawValue)
    /// The peer will send no more (it closed, or shut its writing side).
    package static let peerClosed = Readiness(rawValue: EPOLLRDHUP.rawValue)
    /// Both directions are shut: always reported.
    package static let hangUp = Readiness(rawValue: EPOLLHUP.rawValue)
    /// The descriptor has an error pending: always reported.
    package static let failed = Readiness(rawValue: EPOLLERR.rawValue)
    /// Reported once for each change, not as long as it holds.
    package static let edgeTriggered = Readiness(rawValue: EPOLLET.rawValue)
    /// Of several loops that watch one listening socket, few are woken.
    package static let exclusive = Readiness(rawValue: EPOLLEXCLUSIVE.rawValue)

    /// Whether any of the other's bits is set, without the generic set operations' cost.
    package func intersects(_ other: Readiness) -> Bool {
        rawValue & other.rawValue != 0
    }
}
