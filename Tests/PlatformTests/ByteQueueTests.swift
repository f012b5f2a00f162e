import Glibc
import Platform
import Testing

@Suite struct `A byte queue` {
    private func contents(_ queue: borrowing ByteQueue) -> [UInt8] {
        queue.withReadable { bytes in bytes.indices.map { bytes[$0] } }
    }

    @Test func `gives back what was appended, in order`() {
        var queue = ByteQueue()
        #expect(contents(queue) == [])
        queue.append([1, 2, 3].span)
        queue.append(4 as UInt8)
        queue.append("AB")
        let nothing: [UInt8] = []
        queue.append(nothing.span)
        #expect(contents(queue) == [1, 2, 3, 4, 65, 66])
        queue.discard(2)
        let count = queue.count
        #expect(count == 4)
        #expect(contents(queue) == [3, 4, 65, 66])
    }

    @Test func `overwrites bytes that wait, counted from the front`() {
        var queue = ByteQueue()
        queue.append([0, 1, 2, 3, 4, 5].span)
        queue.discard(1)
        queue.overwrite(at: 2, with: [77, 78].span)
        let nothing: [UInt8] = []
        queue.overwrite(at: 5, with: nothing.span)
        #expect(contents(queue) == [1, 2, 77, 78, 5])
    }

    @Test(arguments: 0..<20 as Range<UInt64>)
    func `behaves as an array through any appends and discards`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var queue = ByteQueue()
        var model: [UInt8] = []
        for _ in 0..<300 {
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<5:
                let count = Int.random(in: 0...2000, using: &random)
                let byte = UInt8.random(in: 0...255, using: &random)
                let bytes = [UInt8](repeating: byte, count: count)
                queue.append(bytes.span)
                model += bytes
            case 5..<9:
                let count = Int.random(in: 0...model.count, using: &random)
                queue.discard(count)
                model.removeFirst(count)
            default:
                queue.reset()
                queue.releaseMemory()
                model = []
            }
            let count = queue.count
            let isEmpty = queue.isEmpty
            #expect(count == model.count)
            #expect(isEmpty == model.isEmpty)
        }
        let isSame = contents(queue) == model
        #expect(isSame)
    }

    @Test func `sends what the socket takes and keeps the rest`() throws {
        let pair = try SocketPair()
        var queue = ByteQueue()
        let bytes = (0..<2_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
        queue.append(bytes.span)
        var received = ByteQueue()
        var emptied = try queue.write(to: pair.ours)
        #expect(!emptied)
        while !emptied || received.count < bytes.count {
            _ = try received.read(from: pair.theirs, upTo: 100_000)
            if !emptied { emptied = try queue.write(to: pair.ours) }
        }
        let isSame = contents(received) == bytes
        #expect(isSame)
        let nothing = try received.read(from: pair.theirs, upTo: 10)
        #expect(nothing == nil)
    }

    @Test func `tells the end of the stream, and of a peer that left`() throws {
        let pair = try SocketPair()
        var queue = ByteQueue()
        pair.closeTheirs()
        #expect(try queue.read(from: pair.ours, upTo: 10) == 0)
        queue.append("lost")
        var code: CInt = 0
        do throws(SystemError) {
            _ = try queue.write(to: pair.ours)
        } catch {
            code = error.code
        }
        #expect(code == EPIPE)
    }
}
