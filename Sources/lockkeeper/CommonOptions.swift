import ArgumentParser

/// What every command takes that tells something.
struct CommonOptions: ParsableArguments {
    @OptionGroup var site: ConfigurationOption

    @Flag(help: "Print JSON, as the control plane has it.")
    var json = false

    /// Where the configuration is.
    var configurationPath: String { site.path }
}
