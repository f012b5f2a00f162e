import ArgumentParser
import JSON
import Model
import Storage

/// `lockkeeper rekey`.
struct RekeyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rekey",
        abstract: "Seal all provider keys under another master key.",
        discussion: """
            A run that was stopped is gone on with by the same command. When it is done, put the new \
            master key where gateway.yaml has it, and reload; a gateway that runs serves until then \
            by what it opened before.
            """
    )

    @OptionGroup var common: CommonOptions

    @Option(help: "The file with the master key until now.", completion: .file())
    var old: String

    @Option(
        help: "The file with the new one; `openssl rand -base64 32` makes one.",
        completion: .file()
    )
    var new: String

    func run() throws {
        let before = try RekeyCommand.masterKey(in: old)
        let after = try RekeyCommand.masterKey(in: new)
        guard before.id != after.id else { throw Refused("the two files hold the same master key") }
        let session = try StoreSession(common, .providerKeys)
        let result = try session.store.rekey(from: before, to: after)
        if common.json {
            var writer = JSONWriter()
            writer.beginObject()
            writer.member("masterKeyId", after.id)
            writer.key("sealed")
            writer.integer(result.sealedCount)
            writer.key("earlier")
            writer.integer(result.earlierCount)
            writer.endObject()
            print(String(decoding: writer.bytes, as: UTF8.self))
        } else {
            print("\(result.sealedCount) provider keys sealed under \(after)")
            if result.earlierCount > 0 { print("\(result.earlierCount) were already") }
        }
        printAside(
            "now put \(new) where 'master_key' of \(session.configuration.path) has it, and "
                + "run `lockkeeper reload`"
        )
    }

    private static func masterKey(in file: String) throws -> MasterKey {
        let bytes = try ConfigurationSources.contents(of: file, limit: 4096)
        guard let text = String(validating: bytes, as: UTF8.self),
            let key = MasterKey(base64: Secret(text))
        else { throw Refused("\(file) holds no master key: 32 bytes in base64") }
        return key
    }
}
