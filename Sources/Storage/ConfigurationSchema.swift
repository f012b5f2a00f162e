/// Every key of gateway.yaml.
enum ConfigurationSchema {
    static let root: [ConfigurationKey] = [
        ConfigurationKey(
            "listen",
            .text,
            default: "unix:/run/lockkeeper/worker.sock",
            .restart,
            "Where nginx reaches the gateway: unix:PATH, fd:0 (the socket inherited as FastCGI",
            "specifies), systemd, or tcp:127.0.0.1:PORT (loopback only: FastCGI knows no password)."
        ),
        ConfigurationKey(
            "listen_mode",
            .mode,
            default: "\"0660\"",
            .restart,
            "The mode of the socket file."
        ),
        ConfigurationKey(
            "listen_group",
            .optional(.text),
            default: "www-data",
            .restart,
            "The group of the socket file: the one nginx runs as. Ignored when not root."
        ),
        ConfigurationKey(
            "loops",
            .automatic(.integer(1...1024)),
            default: "auto",
            .restart,
            "Event loops, a thread each; auto is one for each core."
        ),
        ConfigurationKey(
            "state",
            .path,
            default: "/var/lib/lockkeeper",
            .restart,
            "The folder of what the gateway writes: keys, when they were last used, control.sock."
        ),
        ConfigurationKey(
            "catalog",
            .optional(.path),
            default: "null",
            .reload,
            "The models that are known beside those listed below; null is the shipped catalog."
        ),
        ConfigurationKey(
            "master_key",
            .hidden,
            default: "\"${file:/etc/lockkeeper/master.key}\"",
            .reload,
            "What provider keys are encrypted with: 32 bytes in base64. Secrets come from",
            "${file:/path}, ${env:NAME} or ${credential:NAME} (systemd). A file that can't be read",
            "is looked for among systemd's credentials by its name. Never under `state`."
        ),
        ConfigurationKey(
            "token_prefix",
            .text,
            default: "ng",
            .restart,
            "What access keys begin with: 1 to 16 small letters and digits."
        ),
        ConfigurationKey(
            "max_body_bytes",
            .size,
            default: "32MiB",
            .reload,
            "The longest request body. nginx has a limit of its own: client_max_body_size."
        ),
        ConfigurationKey(
            "max_body_memory",
            .size,
            default: "512MiB",
            .reload,
            "The memory of all request bodies together; beyond it requests get 503."
        ),
        ConfigurationKey(
            "max_streams",
            .integer(1...10_000_000),
            default: "20000",
            .reload,
            "The requests served at once; beyond it they get 503 with Retry-After."
        ),
        ConfigurationKey(
            "drain_timeout",
            .duration,
            default: "10m",
            .reload,
            "How long running requests may go on after SIGTERM."
        ),
        ConfigurationKey("log", .section(log), default: "{}", .reload, "What is logged."),
        ConfigurationKey(
            "credits",
            .section(credits),
            default: "{}",
            .reload,
            "What traffic costs here, and what becomes of who can't pay."
        ),
        ConfigurationKey(
            "ledger",
            .section(ledger),
            default: "{}",
            .reload,
            "How the books are kept: ledger.sqlite in the state directory."
        ),
        ConfigurationKey(
            "upstreams",
            .section(upstreams),
            default: "{}",
            .reload,
            "How providers are called."
        ),
        ConfigurationKey(
            "virtual_models",
            .list(.section(virtualModel)),
            default: "[]",
            .reload,
            "Names of your own for lists of models, at every gateway."
        ),
        ConfigurationKey(
            "gateways",
            .list(.section(gateway)),
            default: "[]",
            .reload,
            "The gateways, at least one. nginx chooses by `fastcgi_param LOCKKEEPER_GATEWAY ep_main`;",
            "where there is only one it need not say so."
        ),
    ]

    static let log: [ConfigurationKey] = [
        ConfigurationKey(
            "format",
            .choice(["json"]),
            default: "json",
            .reload,
            "One JSON object a line."
        ),
        ConfigurationKey(
            "level",
            .choice(["debug", "info", "notice", "warning", "error"]),
            default: "info",
            .reload,
            "The least that is logged: debug, info, notice, warning or error."
        ),
        ConfigurationKey(
            "access",
            .path,
            default: "stderr",
            .reload,
            "A line for each request: stderr, off, or a file (reopened on SIGUSR1)."
        ),
    ]

    static let upstreams: [ConfigurationKey] = [
        ConfigurationKey(
            "allow",
            .list(.text),
            default: "[]",
            .reload,
            "Private address ranges that providers made by an account may use besides public",
            "addresses, such as 10.0.0.0/8; providers of this file need no entry."
        ),
        ConfigurationKey(
            "proxy",
            .optional(.proxy),
            default: "null",
            .reload,
            "A proxy for all providers, such as http://proxy.internal:3128. The environment's is",
            "not used."
        ),
        ConfigurationKey(
            "ca_file",
            .optional(.path),
            default: "null",
            .reload,
            "The certificate authorities to trust, in PEM; null are the system's."
        ),
        ConfigurationKey(
            "max_connections",
            .integer(1...1_000_000),
            default: "4096",
            .reload,
            "The connections to providers, of each event loop."
        ),
        ConfigurationKey(
            "dns_cache",
            .duration,
            default: "60s",
            .reload,
            "How long a provider's addresses are remembered."
        ),
    ]
}
