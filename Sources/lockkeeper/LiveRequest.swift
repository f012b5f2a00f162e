import Accounting
import JSON
import Model

/// A request that has ended, as its access log line tells of it.
struct LiveRequest {
    /// One try.
    struct Attempt {
        let model: String
        let result: String
        let message: String?
    }

    var time = ""
    var id = ""
    var account = ""
    var key = ""
    var modelAsked = ""
    var model = ""
    var status = 0
    var outcome = ""
    var error: String?
    var isStream = false
    var attempts: [Attempt] = []
    var input = 0
    var output = 0
    var cost: NanoDollars?
    var firstToken: Duration?
    var duration = Duration.zero

    /// Nil for a line that is none.
    init?(_ line: [UInt8]) {
        do throws(JSONParseError) {
            self.init(try JSONDocument.parse(line.span).root)
        } catch {
            return nil
        }
    }

    private init(_ json: JSONValue) {
        func text(_ name: String) -> String { json[name]?.string ?? "" }
        func duration(_ name: String) -> Duration? {
            json[name]?.integer.map { .microseconds($0) }
        }
        time = text("time")
        id = text("request_id")
        account = text("account")
        key = json["key_name"]?.string.flatMap { $0.isEmpty ? nil : $0 } ?? text("key_id")
        modelAsked = text("model_asked")
        model = text("model")
        status = Int(clamping: json["status"]?.integer ?? 0)
        outcome = text("outcome")
        error = json["error"]?.string
        isStream = json["stream"]?.bool == true
        attempts = json["attempts"]?.elements.map(Attempt.init) ?? []
        let tokens = json["tokens"]
        func count(_ name: String) -> Int { Int(clamping: tokens?[name]?.integer ?? 0) }
        input = Self.sum(count("input"), count("cache_read"), count("cache_write"))
        output = count("output")
        cost = json["cost"]?.string.flatMap(Self.amount)
        firstToken = duration("first_token_us")
        self.duration = duration("duration_us") ?? .zero
    }

    private static func sum(_ counts: Int...) -> Int {
        counts.reduce(0) { sum, count in
            let (total, overflow) = sum.addingReportingOverflow(count)
            return overflow ? .max : total
        }
    }

    private static func amount(_ text: String) -> NanoDollars? {
        do throws(NanoDollars.Problem) {
            return try NanoDollars(dollars: text)
        } catch {
            return nil
        }
    }

    /// Whether it failed: the client saw an error, or an answer that broke off.
    var isError: Bool { status >= 400 || outcome == "cut" }

    /// The model that served or was asked for.
    var shownModel: String { model.isEmpty ? modelAsked : model }

    /// The provider that answered, or was tried last.
    var provider: String {
        let tried = model.isEmpty ? attempts.last?.model ?? "" : model
        return String(tried.prefix { $0 != ":" })
    }
}

extension LiveRequest.Attempt {
    fileprivate init(_ json: JSONValue) {
        model = json["model"]?.string ?? ""
        result = json["result"]?.string ?? ""
        message = json["message"]?.string
    }
}
