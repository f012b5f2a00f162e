import ArgumentParser
import Glibc
import Model
import Platform
import Storage

/// `lockkeeper init`.
struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract:
            "Write a commented configuration, a master key and nginx's site for this machine.",
        discussion: """
            Asks nothing and overwrites nothing. In /etc/lockkeeper the paths are those of an \
            installation; any other folder gets a gateway of its own, with socket and state in it.
            """
    )

    @Option(help: "The folder to write to.", completion: .directory)
    var directory = InitPaths.systemFolder

    @Flag(help: "Print JSON.")
    var json = false

    func run() throws {
        let paths = InitPaths(folder: try InitCommand.absolute(directory))
        var files = InitFiles(quietly: json)
        try files.makeFolder(paths.folder, mode: 0o755)
        var random = SystemRandomNumberGenerator()
        let key = MasterKey.newText(using: &random).exposed + "\n"
        try files.write(key, to: paths.masterKey, mode: 0o400)
        let service = paths.serviceUser
        try files.write(
            paths.configurationText,
            to: paths.configuration,
            mode: 0o640,
            owner: service.map { FileOwner(user: 0, group: $0.group) }
        )
        try files.write(paths.siteText, to: paths.site, mode: 0o644)
        try files.makeFolder(paths.state, mode: 0o700, owner: service)
        if json {
            files.printJSON()
        } else {
            printAside("next: read \(paths.configuration), then `\(paths.checkCommand)`")
        }
    }

    private static func absolute(_ path: String) throws -> String {
        if path.hasPrefix("/") {
            return path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        }
        guard let folder = unsafe getcwd(nil, 0) else { throw SystemError.last("getcwd") }
        defer { unsafe free(folder) }
        return unsafe path == "." ? String(cString: folder) : "\(String(cString: folder))/\(path)"
    }
}
