import ArgumentParser
import Glibc
import Storage

/// What every command takes.
struct CommonOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The configuration.",
            discussion: "Without it: $LOCKKEEPER_CONFIG, then /etc/lockkeeper/gateway.yaml.",
            valueName: "file"
        ),
        completion: .file(extensions: ["yaml"])
    )
    var config: String?

    @Flag(help: "Print JSON, as the control plane has it.")
    var json = false

    /// Where the configuration is.
    var configurationPath: String {
        if let config { return config }
        if let path = ConfigurationSources.processEnvironment["LOCKKEEPER_CONFIG"], !path.isEmpty {
            return path
        }
        return "/etc/lockkeeper/gateway.yaml"
    }
}
