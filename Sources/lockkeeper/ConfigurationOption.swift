import ArgumentParser
import Glibc
import Storage

/// Which site a command is about.
struct ConfigurationOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The configuration.",
            discussion: "Without it: $LOCKKEEPER_CONFIG, then /etc/lockkeeper/gateway.yaml.",
            valueName: "file"
        ),
        completion: .file(extensions: ["yaml"])
    )
    var config: String?

    /// Where the configuration is.
    var path: String {
        if let config { return config }
        if let path = ConfigurationSources.processEnvironment["LOCKKEEPER_CONFIG"], !path.isEmpty {
            return path
        }
        return "/etc/lockkeeper/gateway.yaml"
    }
}
