import Glibc
import Platform
import Testing

/// An nginx with a certificate of its own authority, on loopback: HTTP/1.1 and HTTP/2 over TLS.
final class TLSUpstream {
    /// The PEM file of the authority.
    var caFile: String { directory + "/ca.pem" }

    private let directory: String
    private let port: UInt16
    private let http2Port: UInt16
    private let nginx: ChildProcess

    private static let nginxPath = "/usr/sbin/nginx"

    /// Whether the programs that this needs are installed.
    static var isAvailable: Bool {
        let programs: [String] = [nginxPath, "/usr/bin/openssl"]
        return programs.allSatisfy { unsafe access($0, X_OK) == 0 }
    }

    init() throws {
        var template = Array("/tmp/lockkeeper-tls-XXXXXX".utf8CString)
        let directory = try #require(unsafe mkdtemp(&template).map { unsafe String(cString: $0) })
        self.directory = directory
        port = try TLSUpstream.freePort()
        http2Port = try TLSUpstream.freePort()
        try TLSUpstream.runShell(TLSUpstream.preparation, directory, port, http2Port)
        nginx = try ChildProcess.start(
            TLSUpstream.nginxPath,
            arguments: ["-p", directory, "-c", "nginx.conf", "-e", "error.log"],
            environment: [:]
        )
        // nginx writes it when it listens.
        try wait { unsafe access(directory + "/nginx.pid", R_OK) == 0 }
    }

    deinit {
        nginx.kill()
        do {
            try TLSUpstream.runShell("rm -r \"$D\"", directory, port, http2Port)
        } catch {
            Issue.record(error)
        }
    }

    /// The URL that tells `protocol connection session` (`r` is a session that was used again).
    func url(_ path: String = "/", host: String = "localhost", isHTTP2: Bool = false) -> String {
        "https://\(host):\(isHTTP2 ? http2Port : port)\(path)"
    }

    private static func freePort() throws -> UInt16 {
        let number = try ListeningSocket.tcp(address: "127.0.0.1", port: 0).release()
        defer { close(number) }
        return localPort(of: number)
    }

    private static func runShell(
        _ script: String,
        _ directory: String,
        _ port: UInt16,
        _ http2Port: UInt16
    ) throws {
        let shell = try ChildProcess.start(
            "/bin/sh",
            arguments: ["-ec", script],
            environment: [
                "D": directory, "PORT": "\(port)", "PORT2": "\(http2Port)", "PATH": "/usr/bin:/bin",
            ]
        )
        try wait { shell.checkEnding() != nil }
        #expect(shell.checkEnding() == .exited(0))
    }

    private static let preparation = #"""
        cd "$D"
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
            -subj "/CN=Test authority" -keyout ca.key -out ca.pem 2>/dev/null
        openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=localhost \
            -keyout key.pem -out request.pem 2>/dev/null
        echo "subjectAltName=DNS:localhost" > names
        openssl x509 -req -in request.pem -CA ca.pem -CAkey ca.key -days 2 -extfile names \
            -out certificate.pem 2>/dev/null
        cat > nginx.conf <<EOF
        daemon off;
        master_process off;
        pid nginx.pid;
        error_log error.log;
        events { worker_connections 256; }
        http {
            access_log off;
            client_body_temp_path body;
            proxy_temp_path proxy;
            fastcgi_temp_path fastcgi;
            uwsgi_temp_path uwsgi;
            scgi_temp_path scgi;
            ssl_certificate certificate.pem;
            ssl_certificate_key key.pem;
            ssl_session_cache shared:sessions:1m;
            server {
                listen 127.0.0.1:$PORT ssl;
                listen 127.0.0.1:$PORT2 ssl http2;
                location / {
                    return 200 "\$server_protocol \$connection \$ssl_session_reused";
                }
                location /large {
                    root .;
                    limit_rate 100k;
                }
            }
        }
        EOF
        head -c 1000000 /dev/zero > large
        """#
}

/// Waits until the condition holds; an error when it does not within some seconds.
private func wait(until condition: () -> Bool) throws {
    let loop = try EventLoop()
    let deadline = ContinuousClock.now + .seconds(10)
    while !condition() {
        try #require(ContinuousClock.now < deadline)
        loop.turn(waiting: .milliseconds(2))
    }
}
