import ControlPlane
import Glibc
import JSON
import Model
import Platform
import Server
import Storage

/// The way to the control plane: that of the worker that runs, or one of our own over the files when
/// none does.
///
/// Who is at the command line asks as an admin.
struct ControlDoor {
    /// What names the store.
    let configuration: Configuration

    /// How long a worker that breaks off is asked again for what is done once, however often it is
    /// asked for.
    private static let patience: Duration = .seconds(10)

    /// The one of a site.
    ///
    /// The service's environment is mostly not that of the command line.
    init(_ options: CommonOptions) throws {
        configuration = try ConfigurationLoader.load(
            path: options.configurationPath,
            secrets: .optional
        )
    }

    // MARK: Requests

    /// Asks for something, and waits until it is in force.
    ///
    /// - Parameters:
    ///   - id: the record that it is about; nil for the collection.
    ///   - act: what stands behind the record's id in the path.
    ///   - query: as it stands behind the path's question mark.
    ///   - tag: what a changed record must be like still.
    ///   - key: by which a wish that comes again is known.
    ///   - body: writes the members of the body; nil for none.
    func ask(
        _ method: String,
        _ collection: ControlCollection,
        _ id: String? = nil,
        _ act: String? = nil,
        query: String = "",
        ifMatch tag: String? = nil,
        idempotencyKey key: String? = nil,
        body: ((inout JSONWriter) throws -> Void)? = nil
    ) throws -> ControlAnswer {
        let path = [id.map { PercentText.encoded($0) }, act].compactMap(\.self)
            .reduce(collection.rawValue) { $0 + "/" + $1 }
        var call = LocalCall(method, path, by: ControlDoor.author)
        call.query = query
        call.ifMatch = tag
        call.idempotencyKey = key
        if let body {
            var writer = JSONWriter()
            writer.beginObject()
            try body(&writer)
            writer.endObject()
            call.body = writer.takeBytes()
        }
        return try ControlAnswer(try answer(call), of: collection)
    }

    /// Who is at the command line, as records name them.
    private static var author: String {
        let user = getuid()
        guard let entry = unsafe getpwuid(user), let name = unsafe entry.pointee.pw_name else {
            return "\(LocalCall.prefix)\(user)"
        }
        return unsafe LocalCall.prefix + String(cString: name)
    }

    private func answer(_ call: LocalCall) throws -> APIAnswer {
        let deadline = ContinuousClock.now + ControlDoor.patience
        while true {
            do throws(ControlClient.Failure) {
                let answer = try ControlClient.call(call, stateDirectory: configuration.state)
                if let answer { return answer }
            } catch {
                guard error.isBrokenOff else { throw error }
                if call.idempotencyKey != nil, ContinuousClock.now < deadline { continue }
                throw Refused(
                    "\(error): it is ending, or of another version; see whether the change is there "
                        + "before you ask for it again"
                )
            }
            return try answerHere(call)
        }
    }

    /// Does it without a worker.
    private func answerHere(_ call: LocalCall) throws -> APIAnswer {
        let now = Timestamp(milliseconds: WallClock.milliseconds())
        let plane = try ControlPlane(configuration)
        let outcome = plane.answer(call.request(at: now), from: call.caller)
        for note in plane.takeNotes() { printAside("note: \(note)") }
        switch outcome {
        case .answer(let answer): return answer
        case .events: return APIError.isStream.answer
        case .stored(let generation, let answer):
            do throws(ControlClient.Failure) {
                // One that began to serve meanwhile.
                try ControlClient.awaitGeneration(
                    stateDirectory: configuration.state,
                    sequence: generation
                )
            } catch {
                return APIError.notInForce("\(error)").answer
            }
            return answer
        case .grant(let order, let answer):
            return answer(
                try CreditDesk.grant(
                    order,
                    in: try StateDirectory(configuration.state),
                    sync: configuration.ledger.sync,
                    at: now
                )
            )
        }
    }
}

/// What the control plane answers a command that it did not refuse.
struct ControlAnswer {
    /// The `ETag` of the record; nil where there is none.
    let tag: String?
    private let body: [UInt8]
    private let document: JSONDocument?

    /// Throws what it refused, with its code.
    fileprivate init(_ answer: APIAnswer, of collection: ControlCollection) throws {
        body = answer.body
        tag = answer.headers.first { $0.name == "ETag" }?.value
        let read: JSONDocument?
        do throws(JSONParseError) {
            read = answer.body.isEmpty ? nil : try JSONDocument.parse(answer.body.span)
        } catch {
            throw Refused("the control plane's answer can't be read: \(error)")
        }
        document = read
        guard answer.status >= 400 else { return }
        let message = read?.root["msg"]?.string ?? "status \(answer.status)"
        let remedy =
            answer.status == 404 ? " `lockkeeper \(collection.command) list` shows them." : ""
        throw Refused(answer.errorCode.map { "\($0): \(message)\(remedy)" } ?? message)
    }

    /// A member of the record; nil where there is none.
    subscript(_ name: String) -> JSONValue? { document?.root[name] }

    /// The id of the record.
    var id: String { self["id"]?.string ?? "" }

    /// The token of a new key.
    var token: Secret? { self["token"]?.string.map { Secret($0) } }

    /// Writes the record as it came.
    func write(into writer: inout JSONWriter) {
        writer.raw(body.span)
    }

    /// Shows the record as it came, or for people as it stands in the store.
    func show<Item: Resource>(asJSON: Bool, _ resource: () throws -> Item?) throws {
        if asJSON {
            print(String(decoding: body, as: UTF8.self))
        } else if let resource = try resource() {
            Output.show(resource, asJSON: false)
        }
    }
}
