import Model
import Routing
import Testing

@testable import Relay

/// A part of a form as a client writes it.
private func part(_ name: String, _ value: String, _ more: String = "") -> String {
    "--B\r\nContent-Disposition: form-data; name=\"\(name)\"\(more)\r\n\r\n\(value)\r\n"
}

private let file = part("file", "RIFF\r\n--", "; filename=\"a.wav\"\r\nContent-Type: audio/wav")

@Suite struct Forms {
    private func scan(_ body: String, boundary: String = "B") -> Result<String, FormError> {
        do throws(FormError) {
            let boundary = FormBoundary(
                contentType: "multipart/form-data; boundary=\"\(boundary)\"".utf8Span.span
            )
            guard let boundary else { throw .noParts }
            return .success(try FormScanner(boundary).model(in: body.utf8Span.span).name)
        } catch {
            return .failure(error)
        }
    }

    @Test(
        arguments: [
            file + part("model", "m") + "--B--\r\n",
            part("model", "m") + file + "--B--",
            // Preamble, epilogue, padding.
            "To whom it may concern\r\n" + part("model", "m") + "--B-- \t\r\nThe end --B--",
            "--B \t\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\nm\r\n--B--\r\n",
            // Other spellings of the head.
            "--B\r\nContent-Type: text/plain\r\ncontent-DISPOSITION:form-data;NAME=model\r\n\r\nm\r\n--B--",
            "--B\r\nContent-Disposition: form-data; name=\"mo\\del\";\r\n\r\nm\r\n--B--",
            "--B\r\nContent-Disposition: form-data; name=\"m%6Fdel\"\r\n\r\nm\r\n--B--",
            part("model", "m", "\r\nContent-Transfer-Encoding: 8bit") + "--B--",
            // The boundary within lines, and lines that look like it.
            part("file", "x--B--\r\n-B\r\n--\r\n\r\n --B\r\n\r--B", "; filename=\"--B\"")
                + part("model", "m") + "--B--",
            part("x", "name=\"model\"\r\n\r\nother") + part("model", "m") + "--B--",
            part("models", "x") + part("MODEL", "x") + part("model ", "x") + part("", "x")
                + "--B\r\n\r\nno head\r\n" + part("model", "m") + "--B--",
            part("empty", "") + part("model", "m") + "--B--",
        ]
    )
    func `the part named model is found`(body: String) {
        #expect(scan(body) == .success("m"))
    }

    @Test(
        arguments: [
            ("", .noParts), ("{\"model\":\"m\"}", .noParts), ("-B\r\n", .noParts),
            ("--B--", .noModel), (file + "--B--", .noModel),
            (part("model", "a") + part("model", "a") + "--B--", .severalModels),
            (part("model", "a") + part("mo\\del", "b") + "--B--", .severalModels),
            (part("model", "a"), .notEnded), (part("model", "a") + "--B", .notEnded),
            (part("model", "a") + "--B\r\nContent-Disposition: form", .notEnded),
            (part("model", "a", "; filename=\"m\"") + "--B--", .modelIsNoText),
            (part("model", "a", "; filename*=UTF-8''m") + "--B--", .modelIsNoText),
            (
                part("model", "YQ==", "\r\nContent-Transfer-Encoding: base64") + "--B--",
                .modelIsNoText
            ),
            (part("model", "a\r\nb") + "--B--", .modelIsNoText),
            (part("model", "a\0b") + "--B--", .modelIsNoText),
            (
                part("model", String(repeating: "m", count: ModelAddress.longest + 1)) + "--B--",
                .modelTooLong
            ),
            // What is cut from the name's front must not leave a boundary behind.
            (part("model", "openai:--B") + "--B--", .ambiguousBoundary(at: 7)),
        ] as [(String, FormError)]
    )
    func `what is no form with one model is refused`(body: String, error: FormError) {
        #expect(scan(body) == .failure(error))
    }

    @Test(
        arguments: [
            "--Bx\r\n" + part("model", "m") + "--B--",
            part("file", "\r\n--Bx\r\n") + part("model", "m") + "--B--",
            part("file", "\n--B\r\n") + part("model", "m") + "--B--",
            part("model", "m") + "--B--x", part("model", "m") + "--B--\r\n\r\n--B--",
            part("model", "m") + "--B--\r\n" + part("model", "n"),
            "--B\n" + part("model", "m") + "--B--",
            "--B\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n--B--",
        ]
    )
    func `a line that some would take for a boundary is refused`(body: String) {
        guard case .failure(.ambiguousBoundary) = scan(body) else {
            Issue.record("\(scan(body))")
            return
        }
    }

    @Test(
        arguments: [
            "Content-Disposition: form-data; name=\"a\"; name=\"model\"",
            "Content-Disposition: form-data; name*=UTF-8''model",
            "Content-Disposition: form-data; name*0=mo; name*1=del",
            "Content-Disposition: form-data; name=\"a\"\r\nContent-Disposition: x; name=\"model\"",
            "Content-Disposition: form-data; name=\"a\"\r\n x=\"y\"",
            "Content-Disposition : form-data; name=\"model\"",
            "Content-Disposition: form-data; name=\"model",
            "Content-Disposition: form-data; name=\"a\\\"; name=\"model\"",
            "Content-Disposition: form-data; name=\"a\" name=\"model\"",
            "Content-Disposition: form-data\r; name=\"model\"",
            "Content-Disposition: form-data\n; name=\"model\"",
            "Content-Disposition: form-data; name=\"a\0\"", "no header",
            "X: " + String(repeating: "x", count: 8192),
            String(repeating: "X: y\r\n", count: 2000) + "X: y",
        ]
    )
    func `a head that readers could differ about is refused`(head: String) {
        let body = "--B\r\n\(head)\r\n\r\nx\r\n" + part("model", "m") + "--B--"
        guard case .failure(.malformedHead) = scan(body) else {
            Issue.record("\(scan(body))")
            return
        }
    }

    @Test func `a form has so many parts`() {
        let most = Limits.formParts
        let full = String(repeating: part("x", "y"), count: most - 1) + part("model", "m")
        #expect(scan(full + "--B--") == .success("m"))
        #expect(scan(part("x", "y") + full + "--B--") == .failure(.tooManyParts(most)))
    }

    @Test func `a form that is cut anywhere is refused`() {
        let whole = file + part("model", "m") + "--B--"
        for count in 0..<whole.utf8.count {
            let cut = String(decoding: whole.utf8.prefix(count), as: UTF8.self)
            guard case .failure = scan(cut) else {
                Issue.record("\(count) bytes were enough")
                return
            }
        }
    }

    @Test func `a form that is changed anywhere traps nowhere`() {
        let whole = Array((file + part("model", "m", "; x=\"\\y\"") + "--B-- \r\nend").utf8)
        for index in whole.indices {
            for byte in [0, 9, 10, 13, 32, 34, 45, 59, 61, 66, 92] as [UInt8] {
                var bytes = whole
                bytes[index] = byte
                guard case .success(let name) = scan(String(decoding: bytes, as: UTF8.self)) else {
                    continue
                }
                #expect(name.utf8.count <= 1)
            }
        }
    }

    // MARK: The boundary

    @Test(
        arguments: [
            ("multipart/form-data; boundary=abc", "abc"),
            ("Multipart/Form-Data;boundary=\"a b,c\" ", "a b,c"),
            (
                "multipart/form-data; charset=utf-8; BOUNDARY=----=_Part_1.2:3/4?;",
                "----=_Part_1.2:3/4?"
            ),
            (
                "multipart/form-data; boundary=" + String(repeating: "x", count: 70),
                String(repeating: "x", count: 70)
            ),
            ("multipart/form-data", nil), ("multipart/form-data; boundary=", nil),
            ("multipart/form-data; boundary=\"\"", nil),
            ("multipart/form-data; boundary=" + String(repeating: "x", count: 71), nil),
            ("multipart/form-data; boundary=a; boundary=b", nil),
            ("multipart/form-data; boundary=a; boundary*=UTF-8''b", nil),
            ("multipart/form-data; boundary=\"a\\b\"", nil),
            ("multipart/form-data; boundary=\"a \"", nil),
            ("multipart/form-data; boundary=a b", nil), ("multipart/form-data; boundary=a,b", nil),
            ("multipart/form-data; boundary=\"a", nil), ("multipart/form-data boundary=a", nil),
            ("multipart/form-data; boundary=ä", nil), ("multipart/form-datax; boundary=a", nil),
        ] as [(String, String?)]
    )
    func `a boundary is what all readers take it for`(contentType: String, boundary: String?) {
        let found = FormBoundary(contentType: contentType.utf8Span.span)
        #expect(found.map { String(decoding: $0.bytes, as: UTF8.self) } == boundary)
    }

    // MARK: The exchange

    private func conversation(
        _ body: String,
        _ uri: String = "/v1/audio/transcriptions",
        contentType: String = "multipart/form-data; boundary=B"
    ) throws -> Conversation {
        Conversation(
            Site([try provider("alpha"), try provider("beta")]),
            uri,
            body: body,
            headers: [("CONTENT_TYPE", contentType)]
        )
    }

    @Test(
        arguments: [
            "/v1/audio/transcriptions", "/v1/audio/translations", "/v1/images/edits",
            "/v1/images/variations",
        ]
    )
    func `the name is spliced and no other byte`(uri: String) throws {
        let body = file + part("model", "alpha:m") + part("prompt", "alpha:m") + "--B--\r\n"
        let sent = try #require(try conversation(body, uri).attempts.first)
        #expect(sent.url.hasSuffix(uri.dropFirst("/v1".count)))
        #expect(sent.body == file + part("model", "m") + part("prompt", "alpha:m") + "--B--\r\n")
        #expect(sent.headers.contains("content-type: multipart/form-data; boundary=B"))
    }

    @Test func `JSON is taken there too`() throws {
        let sent = try conversation(
            #"{"model":"alpha:m"}"#,
            "/v1/images/edits",
            contentType: "application/json"
        )
        #expect(sent.attempts.first?.body == #"{"model":"m"}"#)
    }

    @Test(
        arguments: [
            (part("model", "a") + part("model", "a") + "--B--", "multipart/form-data; boundary=B"),
            (file + "--B--", "multipart/form-data; boundary=B"),
            (part("model", "alpha:m") + "--B--", "multipart/form-data"),
            (part("model", "alpha:m") + "--B--", "application/json"),
        ]
    )
    func `a form without one model is a bad request`(body: String, contentType: String) throws {
        let answer = try conversation(body, contentType: contentType).answer
        #expect(answer.status == 400)
        #expect(answer.code == "ERR_NGROK_27228")
    }

    @Test func `a form is no body of a path that takes JSON`() throws {
        let answer = try conversation(part("model", "alpha:m") + "--B--", "/v1/embeddings").answer
        #expect(answer.code == "ERR_NGROK_27228")
    }
}
