import Access
import Ledger
import Model
import Routing
package import Storage

/// The HTTP API but for HTTP: what becomes of a request, by the records of the store.
///
/// It belongs to one thread, which waits for files and for nothing else.
package final class ControlPlane {
    let directory: StateDirectory
    /// What gateway.yaml says.
    private(set) var configuration: Configuration
    let store: KeyStore<StoreIndex>
    let audit: AuditFile
    /// The ledger as long as it can be read; nil until somebody asks for it.
    var ledger: LedgerReader?
    private var uses: LastUses
    /// What the operator has not heard yet of changes that were made.
    private var notes: [String] = []
    /// The catalog of the configuration; nil until somebody asks for it.
    var loadedCatalog: Catalog?

    /// The one of a configuration; the store is read once.
    package init(_ configuration: Configuration) throws(StorageError) {
        self.configuration = configuration
        directory = try StateDirectory(configuration.state)
        store = KeyStore(directory, into: StoreIndex())
        audit = AuditFile(of: directory)
        uses = LastUses(of: directory)
        try store.refresh()
    }

    /// From now on gateway.yaml says this.
    package func adopt(_ configuration: Configuration) {
        self.configuration = configuration
        loadedCatalog = nil
    }

    /// The records as they were last read.
    var index: StoreIndex { store.contents }

    /// When a key was last used.
    func lastUse(of id: String) -> Timestamp? {
        uses.moment(of: id, in: index)
    }

    // MARK: Notes

    /// Keeps what the operator should hear of a change that was made.
    func keep(_ notes: [String]) {
        self.notes += notes
    }

    /// What the operator should hear, told once: of the store, never of a caller or a secret.
    package func takeNotes() -> [String] {
        defer { notes = [] }
        return notes
    }

    // MARK: Requests

    /// Finds the route of a request, the methods of its path in any case.
    package static func route(
        _ method: String,
        _ path: String
    ) throws(APIError) -> (route: APIRoute, names: [String]) {
        let segments = APIRoute.segments(of: path)
        let wanted = method == "HEAD" ? "GET" : method
        var allowed: [String] = []
        for route in routes {
            guard let names = route.match(segments) else { continue }
            if route.method == wanted { return (route, names) }
            allowed.append(route.method)
            if route.method == "GET" { allowed.append("HEAD") }
        }
        guard allowed.isEmpty else {
            var error = APIError(
                .methodNotAllowed,
                "This path takes \(allowed.joined(separator: ", "))."
            )
            error.allowed = allowed
            throw error
        }
        throw APIError(.notFound, "There is nothing at this path.")
    }

    /// Does what the holder of a management key asks for.
    package func answer(_ request: APIRequest, with credential: APICredential) -> APIReply {
        do throws(APIError) {
            let caller = try caller(credential, at: request.moment)
            return APIReply(answer(request, from: caller), to: caller)
        } catch {
            return APIReply(.answer(error.answer), to: nil)
        }
    }

    /// Who has a management key; one that was revoked opens nothing from that moment on.
    private func caller(
        _ credential: APICredential,
        at now: Timestamp
    ) throws(APIError) -> APICaller {
        try readStore()
        switch index.others.managementKeys.find(Array(credential.token.exposed.utf8).span, at: now)
        {
        case .found(let record): return APICaller(record.id.rawValue, record.scope)
        case .unknown, .malformed:
            throw APIError(
                .unknownCredential,
                "This management key is unknown, disabled or expired."
            )
        }
    }

    /// Does what somebody asks for.
    package func answer(_ request: APIRequest, from caller: APICaller) -> APIOutcome {
        do throws(APIError) {
            let (route, names) = try ControlPlane.route(request.method, request.path)
            return try perform(route, names, request, from: caller)
        } catch {
            return .answer(error.answer)
        }
    }

    /// Does what somebody asks for at a route.
    func perform(
        _ route: APIRoute,
        _ names: [String],
        _ request: APIRequest,
        from caller: APICaller
    ) throws(APIError) -> APIOutcome {
        guard caller.may(route.role) else {
            throw APIError(
                .notAllowed,
                "This needs a management key with the role \(route.role.rawValue), and this one has "
                    + "the role \(caller.scope.role.rawValue).",
                details: ["role": route.role.rawValue]
            )
        }
        let call = try APICall(request, from: caller, names: names, parameters: route.parameters)
        try readStore()
        return try route.handle(self)(call)
    }

    private func readStore() throws(APIError) {
        do throws(StorageError) {
            try store.refresh()
            try uses.refresh(index)
        } catch {
            throw APIError(error)
        }
    }

    /// Does something with the store's files.
    func reading<R>(_ body: () throws(StorageError) -> R) throws(APIError) -> R {
        do throws(StorageError) {
            return try body()
        } catch {
            throw APIError(error)
        }
    }
}
