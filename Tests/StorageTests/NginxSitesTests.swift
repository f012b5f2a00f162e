import Routing
import Testing

@testable import Storage

@Suite struct `nginx's sites` {
    private static let text = """
        # A site as people have it.
        user www-data;
        events { worker_connections 1024; }
        http {
            include mime.types;
            upstream lockkeeper { server unix:/run/lockkeeper/worker.sock; keepalive 64; }
            upstream php { server unix:/run/php.sock; }
            log_format main '$remote_addr "{$request}" ${status}';
            server { listen 80 default_server; server_name _; return 301 https://$host$request_uri; }
            server {
                listen 443 ssl http2; listen [::]:443 ssl;
                server_name ai.example.com *.ai.example.com;
                location / { root /var/www; }
                location /v1/ { include lockkeeper_params; fastcgi_pass lockkeeper; }
                location /v1/files/ { proxy_pass http://127.0.0.1:3000; }
                location = /v2/chat/completions/ { fastcgi_pass unix:/run/lockkeeper/worker.sock; }
                location ~ \\.php$ { fastcgi_pass php; }
                location /php/ { fastcgi_pass php; }
            }
            server {
                listen 127.0.0.1:8080;
                location /ai/ { location /ai/v1/ { fastcgi_pass lockkeeper; } }
            }
        }
        """

    private func place(
        _ url: String,
        listen: String? = "unix:/run/lockkeeper/worker.sock"
    ) throws
        -> String?
    {
        let folder = try TemporaryDirectory()
        defer { withExtendedLifetime(folder) {} }
        try folder.write(Self.text, to: "nginx.conf")
        let sites = NginxSites(folder: folder.path, listen: listen)
        return try #require(sites).place(of: try BaseURL(url))
            .map { $0.replacing(folder.path + "/", with: "") }
    }

    @Test(
        arguments: [
            ("https://ai.example.com/v1", "nginx.conf:14"),
            ("https://AI.example.com/v1/", "nginx.conf:14"),
            ("https://x.ai.example.com:443/v1/deep", "nginx.conf:14"),
            ("https://ai.example.com/v1/files", nil), ("https://ai.example.com/v3", nil),
            ("https://ai.example.com/php", nil), ("https://ai.example.com:8443/v1", nil),
            ("https://api.example.com/v1", nil),
            ("https://ai.example.com/v2/chat/completions", "nginx.conf:16"),
            ("http://127.0.0.1:8080/ai/v1", "nginx.conf:22"),
            ("http://localhost:8080/ai/v1", "nginx.conf:22"),
            ("http://127.0.0.1:8080/ai", nil), ("http://10.0.0.1:8080/ai/v1", nil),
            ("https://localhost/v1", "nginx.conf:14"), ("http://localhost/v1", nil),
        ] as [(String, String?)]
    )
    func `tell which addresses come back`(url: String, expected: String?) throws {
        #expect(try place(url) == expected)
    }

    @Test func `of another gateway are none of ours`() throws {
        #expect(try place("https://ai.example.com/v1", listen: "unix:/run/other.sock") == nil)
        #expect(try place("https://ai.example.com/v1", listen: nil) == "nginx.conf:14")
    }

    @Test func `include others`() throws {
        let folder = try TemporaryDirectory()
        defer { withExtendedLifetime(folder) {} }
        try folder.write("http { include site-?.conf; include nginx.conf; }", to: "nginx.conf")
        try folder.write(
            "server { listen 81; server_name a.b; location / { fastcgi_pass lockkeeper; } }",
            to: "site-a.conf"
        )
        let sites = try #require(NginxSites(folder: folder.path, listen: nil))
        #expect(sites.place(of: try BaseURL("https://a.b:81/v1")) == "\(folder.path)/site-a.conf:1")
        #expect(NginxSites(folder: "/nowhere", listen: nil) == nil)
    }

    @Test(arguments: [
        "", "}", "{", "http {", "http { server {", "\"", "http { server { listen", "'\\",
    ])
    func `that are no configuration are nobody's`(text: String) throws {
        let folder = try TemporaryDirectory()
        defer { withExtendedLifetime(folder) {} }
        try folder.write(text, to: "nginx.conf")
        let sites = NginxSites(folder: folder.path, listen: nil)
        #expect(sites?.place(of: try BaseURL("https://a.example/v1")) == nil)
    }
}
