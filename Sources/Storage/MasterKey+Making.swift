package import Model

extension MasterKey {
    /// A new master key as its file holds it: 32 random bytes in base64.
    package static func newText(using random: inout some RandomNumberGenerator) -> Secret {
        let bytes = (0..<32).map { _ in UInt8.random(in: 0...255, using: &random) }
        let digits = Base64.urlText(of: bytes).map { digit in
            switch digit {
            case "-": "+"
            case "_": "/"
            default: String(digit)
            }
        }
        return Secret(digits.joined() + "=")
    }
}
