import Glibc
import Platform
import Storage

/// Where everything goes that `init` writes, and what it says.
struct InitPaths {
    /// Where an installation has its configuration.
    static let systemFolder = "/etc/lockkeeper"

    let folder: String

    private var isSystem: Bool { folder == InitPaths.systemFolder }

    var configuration: String { "\(folder)/gateway.yaml" }
    var masterKey: String { "\(folder)/master.key" }
    var site: String { "\(folder)/nginx-site.conf" }
    var state: String { isSystem ? "/var/lib/lockkeeper" : "\(folder)/state" }
    private var socket: String {
        isSystem ? "/run/lockkeeper/worker.sock" : "\(folder)/worker.sock"
    }

    /// Whom the service runs as: the user that `make install` makes, where there is one and files
    /// can be given to it.
    var serviceUser: FileOwner? {
        guard isSystem, FileOwner.effectiveUser == 0, let entry = unsafe getpwnam("lockkeeper")
        else { return nil }
        return unsafe FileOwner(user: entry.pointee.pw_uid, group: entry.pointee.pw_gid)
    }

    /// What checks the result.
    var checkCommand: String {
        isSystem ? "lockkeeper check" : "lockkeeper check --config \(configuration)"
    }

    /// The configuration with this machine's paths and its web server's group.
    var configurationText: String {
        var values = ["listen_group": webServerGroup]
        if !isSystem {
            values["listen"] = quoted("unix:\(socket)")
            values["state"] = quoted(state)
            values["master_key"] = quoted("${file:\(masterKey)}")
        }
        return ConfigurationTemplate.text(values: values, hasSampleProvider: false)
    }

    /// The group that nginx runs as here: Debian's, that of the others, or none.
    private var webServerGroup: String {
        for name in ["www-data", "nginx", "http", "www"] where unsafe getgrnam(name) != nil {
            return name
        }
        return "null"
    }

    /// A whole server of nginx.
    var siteText: String {
        let name = hostName
        let certificate = "/etc/letsencrypt/live/\(name)"
        let isEncrypted = unsafe access("\(certificate)/fullchain.pem", R_OK) == 0
        let upstream =
            isSystem
            ? "include lockkeeper/lockkeeper.conf;"
            : """
            # As in lockkeeper/lockkeeper.conf, with the socket of \(configuration).
            upstream lockkeeper {
                server unix:\(socket) max_fails=0;
                keepalive 256;
                keepalive_requests 1000000;
                keepalive_timeout 30s;
            }
            """
        let listen =
            isEncrypted
            ? """
                listen 443 ssl http2;
                listen [::]:443 ssl http2;
                server_name \(name);

                ssl_certificate     \(certificate)/fullchain.pem;
                ssl_certificate_key \(certificate)/privkey.pem;
                include lockkeeper/snippets/tls.conf;
            """
            : """
                # No certificate was found for this machine, so it answers this machine alone. Access
                # keys must not travel in the clear: for others, listen on 443 with TLS.
                listen 127.0.0.1:8080;
                server_name \(name);
            """
        return """
            # nginx's side of the gateway on \(name). The files that it includes come with
            # `make install`. Put it where nginx reads sites, for example
            #
            #     ln -s \(site) /etc/nginx/conf.d/lockkeeper.conf
            #     nginx -t && systemctl reload nginx
            #
            # To add the gateway to a site that you have, take the includes into its `server { }`.

            \(upstream)

            server {
            \(listen)

                # What nginx itself has to say for the gateway, as JSON.
                include lockkeeper/lockkeeper_errors.conf;
                # The API.
                include lockkeeper/snippets/v1.conf;
                include lockkeeper/snippets/v1beta.conf;
                # Its WebSocket, /v1/realtime.
                include lockkeeper/snippets/realtime.conf;
                # /healthz and /readyz, for this machine alone.
                include lockkeeper/snippets/health.conf;
            }

            """
    }

    /// This machine's name, or one that is sure to be changed.
    private var hostName: String {
        var room = [CChar](repeating: 0, count: 256)
        let isKnown = unsafe room.withUnsafeMutableBufferPointer { room in
            guard let start = room.baseAddress else { return false }
            return unsafe gethostname(start, room.count - 1) == 0
        }
        let name = String(
            decoding: room.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) },
            as: UTF8.self
        )
        let isName =
            !name.isEmpty
            && name.utf8.allSatisfy { byte in
                byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
                    || Character(Unicode.Scalar(byte)).isLetter
                    || Character(Unicode.Scalar(byte)).isNumber
            }
        return isKnown && isName ? name : "ai.example.com"
    }

    private func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
