import ArgumentParser
import Glibc
import Platform

/// Makes the load of the benchmark.
@main
struct LoadGenerator: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load-generator",
        abstract: "Sends requests over plain HTTP/1.1 and tells how they fared, as JSON.",
        subcommands: [
            Closed.self, Open.self, Streams.self, KeyCheck.self, RouteCheck.self, MetricsCheck.self,
            ChoiceCheck.self, TranslationCheck.self, TokenCheck.self, LedgerCheck.self,
            LedgerFill.self,
        ]
    )
}

/// What every kind of load needs to know.
struct TargetOptions: ParsableArguments {
    @Option(help: "Where to: http://127.0.0.1:port/path.")
    var url: String

    @Option(help: "A header, may be repeated.")
    var header: [String] = []

    @Option(help: "A file whose first line goes out as Authorization: Bearer.")
    var keyFile: String?

    @Option(help: "A file with the body; with one the request is a POST.")
    var bodyFile: String?

    /// The target that these name.
    func target() throws -> Target {
        var headers = header
        if let keyFile {
            let text = String(decoding: try readFile(keyFile), as: UTF8.self)
            let key = text.split(separator: "\n").first ?? ""
            headers.append("Authorization: Bearer \(key)")
        }
        return try Target(url: url, headers: headers, body: try bodyFile.map(readFile))
    }
}

/// The command `closed`.
struct Closed: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "As many requests as so many connections can get answered."
    )

    @OptionGroup var options: TargetOptions
    @Option var connections = 32
    @Option(help: "Seconds.") var duration = 3.0
    @Option(help: "Seconds that do not count.") var warmUp = 0.3

    func run() throws {
        raiseDescriptorLimit()
        let loop = try EventLoop()
        let load = ClosedLoad(
            try options.target(),
            connections: connections,
            warmUp: .seconds(warmUp),
            duration: .seconds(duration),
            loop: loop
        )
        loop.run()
        load.report().print()
    }
}

/// The command `open`.
struct Open: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "A fixed rate; latency counts from when a request was due."
    )

    @OptionGroup var options: TargetOptions
    @Option var connections = 32
    @Option(help: "Requests a second.") var rate = 500
    @Option(help: "Seconds.") var duration = 3.0
    @Option(help: "Seconds that do not count.") var warmUp = 0.3

    func validate() throws {
        guard (1...1_000_000).contains(rate) else {
            throw ValidationError("--rate must be between 1 and 1000000")
        }
    }

    func run() throws {
        let loop = try EventLoop()
        let load = try OpenLoad(
            try options.target(),
            connections: connections,
            rate: rate,
            warmUp: .seconds(warmUp),
            duration: .seconds(duration),
            loop: loop
        )
        loop.run()
        load.report().print()
    }
}

/// The command `streams`.
struct Streams: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "So many streams at once; delays by the simulator's stamps."
    )

    @OptionGroup var options: TargetOptions
    @Option var streams = 100
    @Option(help: "Seconds over which they begin.") var ramp = 1.0
    @Option(help: "Seconds for which they are held.") var hold = 3.0

    func run() throws {
        raiseDescriptorLimit()
        let loop = try EventLoop()
        let load = StreamLoad(
            try options.target(),
            streams: streams,
            ramp: .seconds(ramp),
            hold: .seconds(hold),
            loop: loop
        )
        loop.run()
        load.report().print()
    }
}

func readFile(_ path: String) throws -> [UInt8] {
    let file = try FileDescriptor.open(path, O_RDONLY)
    var queue = ByteQueue()
    while let count = try queue.read(from: file.number, upTo: 64 * 1024), count > 0 {}
    return queue.withReadable { bytes in
        unsafe bytes.withUnsafeBufferPointer { unsafe Array($0) }
    }
}

/// Thousands of streams are thousands of descriptors.
private func raiseDescriptorLimit() {
    var limit = rlimit()
    unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    limit.rlim_cur = limit.rlim_max
    unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
}
