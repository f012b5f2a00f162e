import Model

/// A body that is too long to be read between two events of a loop.
///
/// It is lent as a whole: while ``read()`` runs on another thread, the exchange that it belongs to
/// has nothing to do with it.
package final class LongBody {
    private(set) var body: RequestBody
    private(set) var fault: RequestBody.Malformed?
    private let form: RequestBody.Form

    init(_ body: RequestBody, as form: RequestBody.Form) {
        self.body = body
        self.form = form
    }

    /// Finds what the gateway reads of it.
    package func read() {
        do throws(RequestBody.Malformed) {
            try body.read(as: form)
        } catch {
            fault = error
        }
    }
}
