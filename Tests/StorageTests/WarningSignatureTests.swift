import Model
import Storage
import Testing

@Suite struct `The signature of a warning` {
    /// As `openssl dgst -sha256 -hmac whsec_test` has it of `1795284252.{"a":1}`.
    @Test func `is the HMAC of time and body`() {
        let webhook = CreditWarningSettings.Webhook(
            url: Secret("https://example.com"),
            isPlainHTTP: false,
            secret: Secret("whsec_test")
        )
        #expect(
            webhook.signature(of: Array(#"{"a":1}"#.utf8), at: 1_795_284_252)
                == "t=1795284252,"
                + "v1=5fe51c240737db7c074fdc0b8345b12531d5ca82b65489e3400d59f5142998d7"
        )
    }
}
