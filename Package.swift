// swift-tools-version: 6.2
// The floor plan: a target can import only what it depends on, so this page is the import graph.
// docs/decisions/ says why it is so; docs/architecture.md says what lives where.

import PackageDescription

/// LOCKKEEPER_FUZZ=1 makes a program of the fuzz targets, for libFuzzer: see .ci/fuzz.
let isFuzzed = Context.environment["LOCKKEEPER_FUZZ"] == "1"

let policy: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .strictMemorySafety(),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

extension Target {
    /// A floor of the building.
    static func floor(
        _ name: String,
        _ dependencies: [Target.Dependency] = [],
        resources: [Resource] = []
    ) -> Target {
        .target(
            name: name,
            dependencies: dependencies,
            resources: resources,
            swiftSettings: policy
        )
    }

    /// The tests of one floor.
    static func tests(
        of name: String,
        _ dependencies: [Target.Dependency] = [],
        fixtures: [String] = []
    ) -> Target {
        .testTarget(
            name: name + "Tests",
            dependencies: [.target(name: name)] + dependencies,
            exclude: fixtures,
            swiftSettings: policy
        )
    }

    /// A program.
    static func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
        .executableTarget(name: name, dependencies: dependencies, swiftSettings: policy)
    }

    /// A C library of the system behind a module map of ours.
    static func library(_ name: String, pkgConfig: String? = nil, package: String) -> Target {
        .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([package])])
    }
}

extension Target {
    /// What is fed to the parsers: a test of the seeds, or a program for libFuzzer.
    static func fuzz(_ dependencies: [Target.Dependency]) -> [Target] {
        guard isFuzzed else {
            let tests = testTarget(
                name: "FuzzTests",
                dependencies: dependencies,
                exclude: ["Main.swift"],
                swiftSettings: policy
            )
            return [tests]
        }
        let program = executableTarget(
            name: "fuzz",
            dependencies: dependencies + ["CFuzzer"],
            path: "Tests/FuzzTests",
            exclude: ["SeedTests.swift"],
            swiftSettings: policy
        )
        return [.systemLibrary(name: "CFuzzer", path: "Tests/CFuzzer"), program]
    }
}

extension Target.Dependency {
    static let argumentParser = product(name: "ArgumentParser", package: "swift-argument-parser")
    static let crypto = product(name: "Crypto", package: "swift-crypto")
    static let grdb = product(name: "GRDB", package: "GRDB.swift")
    static let yams = product(name: "Yams", package: "Yams")
}

let package = Package(
    name: "lockkeeper",
    products: [
        .executable(name: "lockkeeper", targets: ["lockkeeper"]),
        .executable(name: "provider-simulator", targets: ["provider-simulator"]),
        .executable(name: "load-generator", targets: ["load-generator"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // C libraries, each imported by exactly one floor.
        .target(name: "CLinux"),
        .target(name: "CAllocations"),
        .library("CFastCGI", package: "libfcgi-dev"),
        .library("CCurl", pkgConfig: "libcurl", package: "libcurl4-openssl-dev"),
        .library("CJansson", pkgConfig: "jansson", package: "libjansson-dev"),
        .library("CPCRE2", pkgConfig: "libpcre2-8", package: "libpcre2-dev"),
        .library("CZlib", pkgConfig: "zlib", package: "zlib1g-dev"),

        // The domain tower: no I/O, no clock, no thread.
        .floor("Model"),
        .floor("JSON", ["CJansson"]),
        .floor("EventStream"),
        .floor("Tokenizer", ["Model"]),
        .floor("Access", ["Model", .crypto]),
        .floor("Selection", ["Model", "JSON", "CPCRE2"]),
        .floor("Routing", ["Model", "JSON", "Selection"]),
        .floor("Dialects", ["Model", "JSON", "EventStream", "Tokenizer"]),
        .floor("Accounting", ["Model"]),
        .floor(
            "Relay",
            [
                "Model", "JSON", "EventStream", "Tokenizer", "Access", "Routing", "Dialects",
                "Accounting",
            ]
        ),

        // The machine tower: no idea what a model is.
        .floor("Platform", ["CLinux"]),
        .floor("FastCGI", ["Platform", "CFastCGI"]),
        .floor("Curl", ["Platform", "CCurl"]),

        // The bridge between the towers, and the floors above both.
        .floor(
            "Storage",
            [
                "Model", "Access", "Routing", "Selection", "Tokenizer", "Accounting", "JSON",
                "Platform", "CZlib", .crypto, .yams,
            ],
            resources: [.embedInCode("Resources/catalog.json")]
        ),
        .floor("Ledger", ["Model", "Accounting", "Platform", .crypto, .grdb]),
        .floor(
            "ControlPlane",
            [
                "Model", "Access", "Routing", "Accounting", "JSON", "Platform", "Storage",
                "Ledger", .crypto,
            ]
        ),
        .floor(
            "Server",
            [
                "EventStream", "Relay", "FastCGI", "Curl", "Storage", "Accounting", "Ledger",
                "Tokenizer", "ControlPlane",
            ]
        ),

        .program(
            "lockkeeper",
            ["Server", "ControlPlane", "Tokenizer", "Accounting", "Ledger", .argumentParser]
        ),
        .program(
            "provider-simulator",
            ["FastCGI", "Platform", "JSON", "Model", .argumentParser, .crypto]
        ),
        .program(
            "load-generator",
            [
                "CAllocations", "Platform", "JSON", "Access", "Model", "Dialects", "Routing",
                "Tokenizer", "Accounting", "Ledger", .argumentParser,
            ]
        ),

        .tests(of: "Model"),
        .tests(of: "JSON"),
        .tests(of: "EventStream"),
        .tests(of: "Tokenizer", ["Model"]),
        .tests(of: "Accounting", ["Dialects", "Model"]),
        .tests(of: "Access"),
        .tests(of: "Routing"),
        .tests(of: "Selection", ["JSON"]),
        .tests(of: "Dialects", ["JSON", "Model"], fixtures: ["Fixtures"]),
        .tests(of: "Relay", ["Access", "Accounting", "JSON", "Model", "Routing", "Tokenizer"]),
        .tests(of: "Platform"),
        .tests(of: "FastCGI"),
        .tests(of: "Curl"),
        .tests(of: "Ledger", ["Accounting", "Model", "Platform", .grdb]),
        .tests(of: "Storage"),
        .tests(
            of: "ControlPlane",
            ["Access", "Accounting", "JSON", "Ledger", "Model", "Platform", "Storage", .yams]
        ),
        .tests(
            of: "Server",
            [
                "Access", "Accounting", "ControlPlane", "Curl", "JSON", "Ledger", "Model",
                "Platform", "Relay", "Routing", "Storage",
            ]
        ),
        .testTarget(
            name: "LockkeeperTests",
            dependencies: ["lockkeeper", "ControlPlane", .argumentParser],
            swiftSettings: policy
        ),
        .testTarget(
            name: "LoadGeneratorTests",
            dependencies: ["load-generator"],
            swiftSettings: policy
        ),
        .testTarget(
            name: "ProviderSimulatorTests",
            dependencies: ["provider-simulator", "JSON"],
            swiftSettings: policy
        ),
    ]
        + Target.fuzz([
            "Access", "Dialects", "EventStream", "FastCGI", "JSON", "Model", "Platform", "Relay",
            "Routing", "Selection", "Storage", "Tokenizer",
        ])
)
