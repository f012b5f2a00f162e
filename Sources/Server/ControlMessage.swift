import ControlPlane
import JSON
import Model

/// What the command line asks of a running worker, over `control.sock` in the state directory.
///
/// One JSON line there, one JSON line back, then the connection ends; who watches gets a line for
/// each request that ends, until it leaves.
enum ControlRequest: Equatable, Sendable {
    /// What the worker is doing.
    case status
    /// What was measured of models and keys of late.
    case metrics
    /// Read configuration and store again, and answer when every loop serves by them.
    ///
    /// With a sequence number: the store must have been read at least that far.
    case reload(sequence: UInt64?)
    /// Give money to an account, and answer when it can be spent.
    case grant(GrantOrder)
    /// Do what the API offers, for somebody at the command line.
    case call(LocalCall)
    /// Tell of requests as they end.
    case watch(LiveFilter)
    /// What a worker without the ledger asks of the one that has it.
    case ledger(LedgerRequest)

    /// The longest line that a worker takes.
    static let longestLine = 1 << 20
    /// The longest line that it answers with: metrics of as many models as are measured.
    static let longestAnswer = 1 << 23

    /// The line without its newline.
    var line: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("command")
        switch self {
        case .status: writer.string("status")
        case .metrics: writer.string("metrics")
        case .reload(let sequence):
            writer.string("reload")
            if let sequence {
                writer.key("sequence")
                writer.integer(Int(clamping: sequence))
            }
        case .grant(let order):
            writer.string("grant")
            order.write(into: &writer)
        case .call(let call):
            writer.string("call")
            call.write(into: &writer)
        case .watch(let filter):
            writer.string("watch")
            filter.write(into: &writer)
        case .ledger(let request): request.write(into: &writer)
        }
        writer.endObject()
        return writer.bytes
    }

    /// Reads a line; nil for one that is no request.
    init?(line: Span<UInt8>) {
        let root: JSONValue
        let document: JSONDocument
        do throws(JSONParseError) {
            document = try JSONDocument.parse(line)
            root = document.root
        } catch {
            return nil
        }
        switch root["command"]?.string {
        case "status": self = .status
        case "metrics": self = .metrics
        case "reload":
            let sequence = root["sequence"]?.integer
            self = .reload(sequence: sequence.flatMap { UInt64(exactly: $0) })
        case "grant":
            guard let order = GrantOrder(root) else { return nil }
            self = .grant(order)
        case "call":
            guard let call = LocalCall(root) else { return nil }
            self = .call(call)
        case "watch":
            guard let filter = LiveFilter(root) else { return nil }
            self = .watch(filter)
        case let word?:
            guard let request = LedgerRequest(word, root) else { return nil }
            self = .ledger(request)
        case nil: return nil
        }
    }
}

/// How a reload ended.
package enum ReloadResult: Equatable, Sendable {
    /// Every loop serves by the new keys and configuration.
    case done(generation: UInt64, notes: [String])
    /// It was refused as a whole; what was in force stays.
    case refused(String)

    /// Reads what another worker wrote of its reload; nil for something else.
    init?(line: Span<UInt8>) {
        do throws(JSONParseError) {
            let root = try JSONDocument.parse(line).root
            if let reason = root["reason"]?.string {
                self = .refused(reason)
            } else if let generation = root["generation"]?.integer {
                let notes = root["notes"]?.elements.compactMap(\.string) ?? []
                self = .done(generation: UInt64(clamping: generation), notes: notes)
            } else {
                return nil
            }
        } catch {
            return nil
        }
    }

    /// Why it was refused; nil when it was not.
    var refusal: String? {
        switch self {
        case .done: nil
        case .refused(let reason): reason
        }
    }

    /// The line that tells it to the command line.
    var line: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        write(into: &writer)
        writer.endObject()
        return writer.bytes
    }

    /// Writes the members of the result.
    func write(into writer: inout JSONWriter) {
        switch self {
        case .done(let generation, let notes):
            writer.key("result")
            writer.string("done")
            writer.key("generation")
            writer.integer(Int(clamping: generation))
            writer.key("notes")
            writer.beginArray()
            for note in notes { writer.string(note) }
            writer.endArray()
        case .refused(let reason):
            writer.key("result")
            writer.string("refused")
            writer.key("reason")
            writer.string(reason)
        }
    }
}
