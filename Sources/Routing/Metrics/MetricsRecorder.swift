/// What one loop measures and what it knows: attempts that ended, until they are handed over, and
/// the view of all loops' attempts that is in force.
///
/// It lives on the loop's thread. To note an attempt costs no lock and no memory.
package final class MetricsRecorder {
    /// What was measured by all loops, a second or two ago.
    package var view: MetricsView
    /// The attempts that could not be noted, since nobody took those before them.
    package private(set) var droppedCount = 0
    private var samples: [AttemptSample] = []
    private var batchesUnderWay = 0

    /// The attempts after which it is time to hand over, and those that there is room for.
    package static let batch = 512
    package static let room = batch + 64
    /// The batches that may be under way at once: beyond them attempts are not measured.
    package static let batchLimit = 8

    /// A recorder that knows nothing but a view.
    package init(view: MetricsView = .none) {
        self.view = view
        samples.reserveCapacity(Self.room)
    }

    /// Whether no attempt waits to be handed over.
    package var isEmpty: Bool { samples.isEmpty }

    /// Whether it is time to hand them over at once.
    package var isFull: Bool { samples.count >= Self.batch }

    /// Takes an attempt that has ended.
    package func note(_ sample: consuming AttemptSample) {
        guard samples.count < Self.room else {
            droppedCount += 1
            return
        }
        samples.append(sample)
    }

    /// The attempts to hand over; nil when there are none, or too many batches are under way.
    package func take() -> [AttemptSample]? {
        guard !samples.isEmpty, batchesUnderWay < Self.batchLimit else { return nil }
        batchesUnderWay += 1
        let taken = samples
        samples = []
        samples.reserveCapacity(Self.room)
        return taken
    }

    /// A batch has arrived.
    package func batchArrived() {
        batchesUnderWay -= 1
    }
}
