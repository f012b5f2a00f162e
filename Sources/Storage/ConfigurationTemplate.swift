/// Writes a gateway.yaml that explains itself: every key with its default, from the tables that
/// the loader reads by.
package struct ConfigurationTemplate {
    /// What stands in place of the defaults, by key of the file's first level.
    private let values: [String: String]
    /// Whether the sample provider is in force, or stands there as a comment.
    private let hasSampleProvider: Bool
    private var lines: [String] = []

    /// The text of a configuration file; the values are YAML.
    package static func text(
        values: [String: String] = [:],
        hasSampleProvider: Bool
    ) -> String {
        var template = ConfigurationTemplate(values: values, hasSampleProvider: hasSampleProvider)
        template.lines = [
            "# Lockkeeper's configuration. Every key stands here with its default and may be left out,",
            "# but for `gateways` and the ids. `lockkeeper check` says what is wrong and what is in force.",
            "# [S] marks what needs a restart; everything else is taken over by `lockkeeper reload`.",
            "# Relative paths start from this file's folder.",
        ]
        template.writeTable(ConfigurationSchema.root, named: "", indent: 0)
        return template.lines.joined(separator: "\n") + "\n"
    }

    private init(values: [String: String], hasSampleProvider: Bool) {
        self.values = values
        self.hasSampleProvider = hasSampleProvider
    }

    /// What the samples say where they differ from the defaults.
    private static let samples = [
        "gateways.id": "ep_main",
        "providers.id": "my-vllm",
        "providers.display_name": "Our vLLM",
        "providers.base_url": "http://127.0.0.1:8000/v1",
        "api_keys.value": "\"${env:MY_VLLM_KEY}\"",
        "models.id": "llama-3.3-70b",
        "models.author_id": "meta",
        "models.display_name": "Llama 3.3 70B",
        "models.max_context_window": "131072",
        "models.input_modalities": "[text]",
        "models.output_modalities": "[text]",
        "models.max_output_tokens": "8192",
        "models.supported_features": "[tool-calling]",
        "pricing.input": "\"0.20\"",
        "pricing.output": "\"0.60\"",
        "virtual_models.name": "fast",
        "virtual_models.targets": "[gpt-5-mini, \"my-vllm:llama-3.3-70b\"]",
    ]

    /// Writes a table's keys; as an item of a list its first line begins with a dash.
    private mutating func writeTable(
        _ keys: [ConfigurationKey],
        named table: String,
        indent: Int,
        isItem: Bool = false
    ) {
        for (index, key) in keys.enumerated() {
            if table.isEmpty { lines.append("") }
            let isFirst = isItem && index == 0
            let margin = String(repeating: " ", count: isFirst ? indent - 2 : indent)
            for (number, line) in key.summary.enumerated() {
                let mark = number == 0 && key.reload == .restart ? "[S] " : ""
                lines.append("\(margin)# \(mark)\(line)")
            }
            let sample =
                values[table.isEmpty ? key.name : ""] ?? Self.samples["\(table).\(key.name)"]
            write(key, value: sample, head: "\(margin)\(isFirst ? "- " : "")\(key.name):", indent)
        }
    }

    private mutating func write(
        _ key: ConfigurationKey,
        value: String?,
        head: String,
        _ indent: Int
    ) {
        switch key.kind {
        case .section(let keys), .optional(.section(let keys)):
            lines.append(head)
            writeTable(keys, named: key.name, indent: indent + 2)
        case .list(.section(let keys)):
            // A sample key names a variable that is set nowhere.
            let isCommented =
                key.name == "api_keys"
                || ["providers", "virtual_models"].contains(key.name) && !hasSampleProvider
            lines.append(isCommented ? "\(head) []" : head)
            let start = lines.count
            writeTable(keys, named: key.name, indent: indent + 4, isItem: true)
            if isCommented { comment(from: start, indent: indent + 2) }
        case .optional(.sections(let names, let keys)):
            lines.append(head)
            lines.append(String(repeating: " ", count: indent + 2) + "\(names[0]):")
            writeTable(keys, named: key.name, indent: indent + 4)
        default:
            lines.append("\(head) \(value ?? key.fallback ?? "")")
        }
    }

    /// Makes comments of the lines from there on.
    private mutating func comment(from start: Int, indent: Int) {
        let margin = String(repeating: " ", count: indent)
        for index in start..<lines.count {
            let rest = lines[index].dropFirst(indent)
            let mark = rest.drop { $0 == " " }.first == "#" ? "" : "# "
            lines[index] = "\(margin)\(mark)\(rest)"
        }
    }
}
