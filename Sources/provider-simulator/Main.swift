import ArgumentParser
import FastCGI
import Glibc
import Platform

/// Plays OpenAI, Anthropic and Google behind nginx, with faults on cue: see `Cue` for the models'
/// names.
@main
struct ProviderSimulator: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "provider-simulator",
        abstract:
            "Plays OpenAI, Anthropic and Google over FastCGI, with faults on cue by model name.",
        discussion: """
            A model named sim+events=5+interval=20ms answers with five events, 20 ms apart. Cues: \
            events, interval, delay, first-delay, ping, stall, cut, status, retry-after, size, \
            bytes, garbage, empty, hugeline, error-event, fail-keys, hostile, stamp, flush, calls, \
            think, cached, cache-write, usage, spend, hidden, usage-in-error, gate, strict. The model \
            sim-fast answers from memory.

            GET /_simulator/requests?since=N tells what was received, DELETE forgets it. POST \
            /_simulator/gate lets answers with gate=1 pass, DELETE holds them back.
            """
    )

    @Option(help: "Where to listen: unix:/path or tcp:127.0.0.1:port.")
    var listen: String

    @Option(help: "How many event loops.")
    var threads = 1

    @Option(help: "A credential to accept, may be repeated; without any, all are accepted.")
    var key: [String] = []

    @Flag(help: "Keep no record of what is received.")
    var noRecord = false

    func validate() throws {
        guard (1...64).contains(threads) else {
            throw ValidationError("--threads must be between 1 and 64")
        }
    }

    func run() throws {
        raiseDescriptorLimit()
        let socket = try listeningSocket()
        let book = noRecord ? nil : RecordBook()
        let gate = Gate()
        for series in 1..<threads {
            let descriptor = try ListeningSocket.duplicate(socket).release()
            let keys = key
            let thread = try Thread("simulator-\(series)") {
                serve(
                    FileDescriptor(taking: descriptor),
                    keys: keys,
                    series: series,
                    book: book,
                    gate: gate
                )
            }
            thread.detach()
        }
        serve(socket, keys: key, series: 0, book: book, gate: gate)
    }

    private func listeningSocket() throws -> FileDescriptor {
        let parts = listen.split(separator: ":", maxSplits: 1).map(String.init)
        switch parts.first {
        case "unix" where parts.count == 2:
            return try ListeningSocket.unix(path: parts[1])
        case "tcp" where parts.count == 2:
            let place = parts[1].split(separator: ":").map(String.init)
            guard place.count == 2, let port = UInt16(place[1]) else { break }
            return try ListeningSocket.tcp(address: place[0], port: port)
        default:
            break
        }
        throw ValidationError("--listen \(listen): unix:/path or tcp:127.0.0.1:port")
    }
}

/// Runs one loop for as long as the process lasts.
private func serve(
    _ descriptor: consuming FileDescriptor,
    keys: [String],
    series: Int,
    book: RecordBook?,
    gate: Gate
) {
    do throws(SystemError) {
        let loop = try EventLoop()
        let simulator = Simulator(
            loop: loop,
            maker: AnswerMaker(keys: keys, series: series),
            book: book,
            gate: gate
        )
        var limits = FastCGILimits()
        limits.connections = 32_768
        let listener = try Listener(
            loop: loop,
            descriptor: descriptor,
            limits: limits,
            responder: simulator
        )
        withExtendedLifetime(listener) { loop.run() }
    } catch {
        fatalError("provider-simulator: \(error)")
    }
}

/// Thousands of streams are thousands of descriptors.
private func raiseDescriptorLimit() {
    var limit = rlimit()
    unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    limit.rlim_cur = limit.rlim_max
    unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
}
