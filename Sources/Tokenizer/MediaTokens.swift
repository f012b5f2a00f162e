/// The most tokens that what is no text counts as.
///
/// They size holds, not charges: what is too much returns when the provider has counted. The bytes
/// of a picture or a sound are never read as text.
package enum MediaTokens {
    /// An image in the finest resolution of a provider.
    package static let ofAnImage = 4_800
    /// A page of a document: its image, and a page of dense text.
    package static let ofAPage = ofAnImage + 3_000
    /// A second of sound.
    package static let ofASecondOfSound = 32
    /// A second of film, with its sound.
    package static let ofASecondOfFilm = 300

    /// The fewest bytes that a page, or a second, takes in a file.
    private static let leastBytesOfAPage = 1_000
    private static let leastBytesOfASecondOfSound = 500
    private static let leastBytesOfASecondOfFilm = 4_000

    /// The most that a document of so many bytes can count as.
    package static func bound(documentBytes count: Int) -> Int {
        units(count, leastBytesOfAPage, ofAPage)
    }

    /// The most that a sound file of so many bytes can count as.
    package static func bound(soundBytes count: Int) -> Int {
        units(count, leastBytesOfASecondOfSound, ofASecondOfSound)
    }

    /// The most that a film of so many bytes can count as.
    package static func bound(filmBytes count: Int) -> Int {
        units(count, leastBytesOfASecondOfFilm, ofASecondOfFilm)
    }

    /// As many times the tokens as there can be units of so many bytes, one begun counts whole.
    private static func units(_ byteCount: Int, _ leastBytes: Int, _ tokens: Int) -> Int {
        guard byteCount > 0 else { return 0 }
        let count = (byteCount - 1) / leastBytes + 1
        let (product, overflow) = count.multipliedReportingOverflow(by: tokens)
        return overflow ? .max : product
    }
}
