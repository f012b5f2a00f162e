import FastCGI

extension RecordBook {
    /// The headers of a request, as far as FastCGI brings them: `HTTP_X_API_KEY` is `x-api-key`.
    static func headers(of request: Request) -> [Header] {
        var headers: [Header] = []
        request.forEachParameter { name, value in
            guard let name = headerName(of: String(bytes: name)) else { return }
            // nginx tells the body's type and length twice: CONTENT_TYPE and HTTP_CONTENT_TYPE.
            let isTold = name.hasPrefix("content-") && headers.contains { $0.name == name }
            if !isTold { headers.append(Header(name: name, value: String(bytes: value))) }
        }
        return headers
    }

    /// The header that a parameter stands for, nil when it stands for none.
    static func headerName(of parameter: String) -> String? {
        let name: Substring
        switch parameter {
        case "CONTENT_TYPE", "CONTENT_LENGTH": name = parameter[...]
        default:
            guard parameter.hasPrefix("HTTP_") else { return nil }
            name = parameter.dropFirst("HTTP_".count)
        }
        return String(name.lowercased().map { $0 == "_" ? "-" : $0 })
    }
}
