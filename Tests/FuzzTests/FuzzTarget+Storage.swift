import Access

@testable import Storage

extension FuzzTarget {
    /// A line that can be read is written and read again as the same line.
    func feedStore(_ input: Span<UInt8>) {
        var serving = ServingImage(format: .standard)
        let written = serving.applyWritten(input, after: 0, at: 0..<0)
        do throws(MemberError) {
            let line = try StoreLine(decoding: input.copy)
            var image = StoreContents()
            image.apply(line.change, sequence: line.sequence, at: 0..<0)
            demand(written ?? line.sequence == line.sequence, "read as two numbers")
            demand(image.recordCount <= 1, "one line made several records")
            demand(try StoreLine(decoding: line.encode().dropLast()) == line, "another line")
        } catch {
            demand(written == nil, "one reader takes what the other refuses")
            demand(!error.reason.isEmpty, "refused without a reason")
        }
    }

    /// A configuration is read or refused with a reason; it reads no file but through its sources.
    func feedConfiguration(_ input: Span<UInt8>) {
        guard let text = String(validating: input.copy, as: UTF8.self) else { return }
        let sources = ConfigurationSources(environment: ["KEY": "sk-1"]) {
            path throws(StorageError) in
            guard path == "/master.key" else { throw StorageError("no such file", at: path) }
            return Array("MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=".utf8)
        }
        do throws(ConfigurationErrors) {
            _ = try ConfigurationLoader.parse(text, path: "/gateway.yaml", sources: sources)
        } catch {
            demand(!error.problems.isEmpty, "refused without a reason")
            demand(!"\(error)".isEmpty, "a reason without words")
        }
    }
}
