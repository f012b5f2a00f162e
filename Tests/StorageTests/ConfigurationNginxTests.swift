import Testing

@testable import Storage

@Suite struct `nginx's include file` {
    private func problems(
        _ nginx: String,
        _ yaml: String = gatewayYAML()
    ) throws -> (errors: [String], warnings: [String]) {
        NginxSettings(nginx, path: "/etc/nginx/lockkeeper_params")
            .problems(with: try load(yaml))
    }

    @Test(arguments: [
        ("fastcgi_read_timeout 600s;", 0, 0), ("fastcgi_read_timeout 361;", 0, 0),
        ("fastcgi_read_timeout 360;", 0, 1), ("fastcgi_read_timeout 6m;", 0, 1),
        ("fastcgi_read_timeout 181s;", 0, 1), ("fastcgi_read_timeout 180s;", 1, 0),
        ("  fastcgi_read_timeout   60s ; # never", 1, 0), ("# fastcgi_read_timeout 60s;", 0, 0),
        ("fastcgi_send_timeout 60s;", 0, 0), ("fastcgi_read_timeout $slow;", 0, 0),
        ("client_max_body_size 32m;", 0, 0), ("client_max_body_size 31M;", 0, 1),
        ("client_max_body_size 0;", 0, 0), ("client_max_body_size 1000;", 0, 1),
        ("client_max_body_size 512k;", 0, 1), ("client_max_body_size 1g;", 0, 0), ("", 0, 0),
        (";;{}}", 0, 0),
    ])
    func `must not end what the gateway still serves`(
        _ text: String,
        _ errors: Int,
        _ warnings: Int
    ) throws {
        let found = try problems(text)
        #expect(found.errors.count == errors)
        #expect(found.warnings.count == warnings)
    }

    @Test func `is named with the line and the gateway`() throws {
        let found = try problems("\n\nfastcgi_read_timeout 1m;")
        #expect(
            found.errors == [
                "/etc/nginx/lockkeeper_params:3: fastcgi_read_timeout 1m is not longer than "
                    + "per_request_timeout of ep_main (3m): raise it, or nginx gives up first"
            ]
        )
    }

    @Test func `says nothing where there is none`() {
        #expect(NginxSettings(folder: "/nonexistent").map { _ in true } == nil)
    }

    @Test func `as it is shipped fits the defaults`() throws {
        let folders = #filePath.split(separator: "/").dropLast(3)
        let nginx = try #require(
            NginxSettings(folder: "/" + folders.joined(separator: "/") + "/nginx")
        )
        let found = nginx.problems(with: try load(gatewayYAML()))
        #expect(found.errors.isEmpty)
        #expect(found.warnings.isEmpty)
    }
}
