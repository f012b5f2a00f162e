import Model

@testable import Relay

extension FuzzTarget {
    /// A form whose model was found has the other name once it is spliced in, and no other change.
    ///
    /// The first line of the input is the Content-Type, with the boundary; the rest is the body.
    func feedMultipart(_ input: Span<UInt8>) {
        let bytes = input.copy
        let end = bytes.firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        let contentType = Array(bytes[..<end])
        guard let boundary = FormBoundary(contentType: contentType.span) else { return }
        demand((1...70).contains(boundary.bytes.count), "a boundary of another length")
        let form = Array(bytes.dropFirst(end + 1))
        guard let found = model(in: form, boundary) else { return }
        demand(Array(form[found.range]) == Array(found.name.utf8), "another name than stands there")
        var body = RequestBody()
        body.bytes.append(form.span)
        do throws(RequestBody.Malformed) {
            try body.read(formWith: boundary)
        } catch {
            fatalError("read once and not again: \(error.message)")
        }
        for name in ["other", "", String(found.name.reversed())] where !holds(name, boundary) {
            body.name(model: name)
            let changed = body.bytes.withBytes { $0.copy }
            let again = model(in: changed, boundary)
            demand(again?.name == name, "the name was not spliced: \(name)")
            let rest =
                Array(form[..<found.range.lowerBound]) + Array(name.utf8)
                + Array(form[found.range.upperBound...])
            demand(changed == rest, "another byte was changed")
        }
    }

    private func model(in form: [UInt8], _ boundary: FormBoundary) -> FormScanner.Model? {
        do throws(FormError) {
            return try FormScanner(boundary).model(in: form.span)
        } catch {
            demand(!error.message.isEmpty, "refused without a reason")
            return nil
        }
    }

    private func holds(_ name: String, _ boundary: FormBoundary) -> Bool {
        let delimiter = Array("--".utf8) + boundary.bytes
        let bytes = Array(name.utf8)
        return bytes.indices.contains { bytes[$0...].starts(with: delimiter) }
    }
}
