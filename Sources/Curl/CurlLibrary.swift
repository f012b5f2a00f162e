import CCurl

/// libcurl as a whole (`curl_global_init_mem`).
package enum CurlLibrary {
    /// Prepares libcurl and OpenSSL: once, before the first thread starts.
    package static func initialize() {
        let code = ccurl_initialize()
        precondition(code == CURLE_OK, "libcurl can't be initialized")
    }

    /// The versions of libcurl and of what it is built upon.
    package static var version: String {
        guard let text = unsafe curl_version() else { return "libcurl" }
        return unsafe String(cString: text)
    }
}
