import ArgumentParser
import Model
import Platform
import Server
import Storage

/// Which requests are watched.
struct LiveOptions: ParsableArguments {
    @Option(help: "Those of one account.")
    var account: String?

    @Option(help: "Those of one key, by its id or name.")
    var key: String?

    @Option(help: "Those whose model has this in its name, as it was asked for or as it served.")
    var model: String?

    @Option(help: "Those with a status: 429, 4xx, or error for all that failed.")
    var status: LiveFilter.Status?

    /// What they say.
    var filter: LiveFilter {
        var filter = LiveFilter()
        filter.account = account
        filter.key = key
        filter.model = model
        filter.status = status
        return filter
    }
}

extension LiveFilter.Status: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }
}

/// Watches requests until a signal, or until nobody reads what is printed.
struct LiveSite {
    let loop: EventLoop
    let output = StandardOutput()
    let state: String

    init(_ common: CommonOptions) throws {
        state = try ConfigurationLoader.stateDirectory(path: common.configurationPath)
        SignalReader.blockAll()
        loop = try EventLoop()
        output.watch(on: loop)
    }

    /// Hands on what the workers tell; `isOver` is looked at after each turn.
    func run(
        _ filter: LiveFilter,
        until isOver: () -> Bool = { false },
        receive: @escaping (LiveReader.Event) -> Void
    ) throws {
        var isTold = false
        let signals = try SignalReader(on: loop) { signal in
            switch signal {
            case .int, .term, .hup: isTold = true
            case .usr1, .usr2, .child: break
            }
        }
        defer { signals.stop() }
        let reader = LiveReader(filter, stateDirectory: state, on: loop, receive: receive)
        guard try reader.start() else { throw Refused("no worker runs with state \(state)") }
        while !isTold, !output.isClosed, !isOver() {
            loop.turn(waiting: .seconds(1))
            if let refusal = reader.refusal {
                throw Refused("the running worker tells nothing: \(refusal)")
            }
        }
    }
}
