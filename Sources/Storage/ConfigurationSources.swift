import Glibc
import Platform

/// Where `${env:..}`, `${file:..}` and `${credential:..}` come from.
package struct ConfigurationSources: Sendable {
    /// What becomes of a secret that can't be found.
    package enum Secrets: Sendable {
        /// The configuration is refused.
        case needed
        /// It is left out: for commands that serve nobody and run where the service's environment
        /// is not theirs.
        case optional
    }

    /// The environment.
    package var environment: [String: String]
    /// Whether a secret that can't be found is an error.
    package var secrets = Secrets.needed
    /// Reads a whole file.
    package var readFile: @Sendable (String) throws(StorageError) -> [UInt8]

    /// This environment and the file system.
    package init(
        environment: [String: String],
        readFile: @escaping @Sendable (String) throws(StorageError) -> [UInt8] = {
            path throws(StorageError) in
            try ConfigurationSources.contents(of: path, limit: 1 << 20)
        }
    ) {
        self.environment = environment
        self.readFile = readFile
    }

    /// The environment of this process.
    package static var processEnvironment: [String: String] {
        var variables: [String: String] = [:]
        var entry = unsafe environ
        while let text = unsafe entry.pointee {
            let pair = unsafe String(cString: text)
            let name = pair.prefix { $0 != "=" }
            if name.endIndex < pair.endIndex {
                variables[String(name)] = String(pair[pair.index(after: name.endIndex)...])
            }
            unsafe entry += 1
        }
        return variables
    }

    /// The folder that relative paths of the command line start from.
    static var workingDirectory: String {
        guard let text = unsafe getcwd(nil, 0) else { return "/" }
        defer { unsafe free(text) }
        return unsafe String(cString: text)
    }

    /// A file as a whole, refused beyond a limit; links are followed, as mounted secrets are links.
    package static func contents(of path: String, limit: Int) throws(StorageError) -> [UInt8] {
        do throws(SystemError) {
            return try readAll(path, limit: limit)
        } catch {
            throw StorageError(error)
        }
    }

    private static func readAll(_ path: String, limit: Int) throws(SystemError) -> [UInt8] {
        let file = try FileDescriptor.open(path, O_RDONLY)
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = unsafe block.withUnsafeMutableBytes { room in
                unsafe read(file.number, room.baseAddress, room.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .last("read", on: path) }
            if count == 0 { return bytes }
            bytes.append(contentsOf: block[..<count])
            guard bytes.count <= limit else { throw SystemError("read", on: path, code: EFBIG) }
        }
    }
}

/// A text in which every `${..}` was replaced.
struct ConfigurationText: Equatable, Sendable {
    /// What it stands for.
    var value: String
    /// What the file says, where that is something else.
    var source: String?
    /// The only `${file:..}` that it consists of, as a path.
    var file: String?
}

/// Why a `${..}` can't be replaced.
struct SubstitutionError: Error, Equatable {
    let text: String
    /// Whether what is named is not to be had, and not the name wrong.
    var isMissing = false
}

extension ConfigurationSources {
    /// Replaces every `${env:NAME}`, `${file:PATH}` and `${credential:NAME}`; `$${` stands for `${`.
    func substitute(
        _ text: String,
        relativeTo directory: String
    ) throws(SubstitutionError) -> ConfigurationText {
        guard text.contains("${") else { return ConfigurationText(value: text) }
        var result = ConfigurationText(value: "", source: text)
        var rest = Substring(text)
        while let mark = rest.firstRange(of: "${") {
            if rest[..<mark.lowerBound].last == "$" {
                result.value += rest[..<mark.lowerBound].dropLast() + "${"
                rest = rest[mark.upperBound...]
                continue
            }
            guard let end = rest[mark.upperBound...].firstIndex(of: "}") else {
                throw SubstitutionError(text: "'${' without '}' (write $${ for the characters ${)")
            }
            let reference = rest[mark.upperBound..<end]
            result.value += rest[..<mark.lowerBound]
            result.value += try value(of: reference, relativeTo: directory)
            if text.hasPrefix("${file:"), text.index(after: end) == text.endIndex,
                mark.lowerBound == text.startIndex
            {
                result.file = absolute(String(reference.dropFirst(5)), in: directory)
            }
            rest = rest[text.index(after: end)...]
        }
        result.value += rest
        return result
    }

    private func value(
        of reference: Substring,
        relativeTo directory: String
    ) throws(SubstitutionError) -> String {
        let parts = reference.split(separator: ":", maxSplits: 1)
        guard parts.count == 2 else {
            throw SubstitutionError(
                text: "'${\(reference)}' names no source: use env:, file: or credential:"
            )
        }
        let name = String(parts[1])
        switch parts[0] {
        case "env":
            guard let value = environment[name] else {
                throw SubstitutionError(
                    text: "the environment variable \(name) is not set",
                    isMissing: true
                )
            }
            return value
        case "file": return try secretFileOrCredential(absolute(name, in: directory))
        case "credential":
            guard let folder = environment["CREDENTIALS_DIRECTORY"] else {
                throw SubstitutionError(
                    text: "there is no credential '\(name)': systemd gave none "
                        + "(LoadCredential= in the unit)",
                    isMissing: true
                )
            }
            guard !name.contains("/"), name != "..", name != "." else {
                throw SubstitutionError(text: "'\(name)' is no credential's name")
            }
            return try secretFile("\(folder)/\(name)")
        default:
            throw SubstitutionError(
                text: "unknown source '\(parts[0])' in '${\(reference)}': use env:, file: or "
                    + "credential:"
            )
        }
    }

    /// A file's text, or that of the systemd credential with the file's name: a service whose user
    /// may not read the file gets it so, and the command line of root needs no other configuration.
    private func secretFileOrCredential(_ path: String) throws(SubstitutionError) -> String {
        do throws(SubstitutionError) {
            return try secretFile(path)
        } catch {
            guard let folder = environment["CREDENTIALS_DIRECTORY"],
                let name = path.split(separator: "/").last
            else { throw error }
            do throws(SubstitutionError) {
                return try secretFile("\(folder)/\(name)")
            } catch let second {
                throw SubstitutionError(
                    text: "\(error.text), and \(second.text)",
                    isMissing: error.isMissing && second.isMissing
                )
            }
        }
    }

    /// A file's text without the line break at its end.
    private func secretFile(_ path: String) throws(SubstitutionError) -> String {
        let bytes: [UInt8]
        do throws(StorageError) {
            bytes = try readFile(path)
        } catch {
            throw SubstitutionError(text: "\(error)", isMissing: true)
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw SubstitutionError(text: "\(path) is not UTF-8")
        }
        var end = text.endIndex
        while end > text.startIndex, text[text.index(before: end)].isNewline {
            end = text.index(before: end)
        }
        return String(text[..<end])
    }
}

/// A path as seen from a folder, without `.` and `..`.
func absolute(_ path: String, in directory: String) -> String {
    let whole = path.hasPrefix("/") ? path : "\(directory)/\(path)"
    var parts: [Substring] = []
    for part in whole.split(separator: "/") where part != "." {
        if part == ".." {
            _ = parts.popLast()
        } else {
            parts.append(part)
        }
    }
    return "/" + parts.joined(separator: "/")
}
