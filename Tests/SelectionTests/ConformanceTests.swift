import Glibc
import JSON
import Testing

@testable import Selection

/// The public conformance suite of the language, where its data lies beside the repository.
@Suite struct `Conformance` {
    private static let path = "../shared/data/cel/conformance.json"

    @Test(.enabled("the suite's data is not beside the repository", isPresent))
    func `every public case passes`() throws {
        let bytes = try #require(readFile(Self.path))
        let cases = try JSONDocument.parse(bytes.span).root.elements
        #expect(cases.count > 700)
        for json in cases {
            let one = try #require(ConformanceCase(json))
            #expect(one.difference(zone: zone) == nil, "\(one.name): \(one.expression)")
        }
    }

    private static func isPresent() -> Bool { unsafe access(path, R_OK) == 0 }
}

/// The rules of a zone of this machine.
@Sendable func zone(_ name: String) -> TimeZone? {
    readFile("/usr/share/zoneinfo/" + name).flatMap { TimeZone(file: $0) }
}

/// A file as a whole; nil when it can't be read.
func readFile(_ path: String) -> [UInt8]? {
    guard let file = unsafe fopen(path, "r") else { return nil }
    defer { unsafe fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = unsafe fread(&buffer, 1, buffer.count, file)
        if count == 0 { return bytes }
        bytes += buffer.prefix(count)
    }
}
