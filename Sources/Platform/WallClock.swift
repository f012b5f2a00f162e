import Glibc

/// The time of day, for what people read and for keys that expire; never for measuring.
package enum WallClock {
    /// Milliseconds since 1970.
    package static func milliseconds() -> Int64 {
        let time = now()
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }

    /// Whole seconds since 1970.
    package static func unixSecond() -> Int64 {
        Int64(now().tv_sec)
    }

    private static func now() -> timespec {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return time
    }
}
