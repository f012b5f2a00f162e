extension Configuration {
    /// The keys of which this configuration says something else than the one in force, and whose
    /// change needs a restart.
    package func settingsThatNeedRestart(since running: Configuration) -> [String] {
        ConfigurationSchema.root.filter { key in
            key.reload == .restart && root[key.name] != running.root[key.name]
        }.map(\.name)
    }

    /// The keys whose change needs a restart, each with its value as the file would say it.
    package var restartSettings: [(key: String, value: String)] {
        ConfigurationSchema.root.filter { $0.reload == .restart }
            .map { ($0.name, effectiveText(of: $0)) }
    }

    /// This configuration with the old values of what needs a restart: what a reload puts in force.
    package func keepingRestartSettings(of running: Configuration) -> Configuration {
        var root = root
        for key in ConfigurationSchema.root where key.reload == .restart {
            root[key.name] = running.root[key.name]
        }
        var kept = self
        kept.listen = running.listen
        kept.listenMode = running.listenMode
        kept.listenGroup = running.listenGroup
        kept.loops = running.loops
        kept.state = running.state
        kept.tokenPrefix = running.tokenPrefix
        kept.root = root
        return kept
    }
}
