import CFuzzer
import Glibc

/// libFuzzer on one target: `fuzz <target> [libFuzzer's options] [folders of inputs]`.
@main
struct Fuzz {
    static func main() {
        guard let name = CommandLine.arguments.dropFirst().first,
            FuzzTarget(rawValue: name) != nil
        else {
            let names = FuzzTarget.allCases.map(\.rawValue).joined(separator: " ")
            print("usage: fuzz <target> [options] [folders]\ntargets: \(names)")
            exit(64)
        }
        // libFuzzer reads the arguments behind its own name.
        var count = CommandLine.argc - 1
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? =
            unsafe CommandLine.unsafeArgv + 1
        exit(
            unsafe LLVMFuzzerRunDriver(&count, &arguments) { bytes, byteCount in
                let input = unsafe UnsafeBufferPointer(start: bytes, count: byteCount)
                Fuzz.target?.run(unsafe input.span)
                return 0
            }
        )
    }

    private static let target = FuzzTarget(rawValue: CommandLine.arguments[1])
}
