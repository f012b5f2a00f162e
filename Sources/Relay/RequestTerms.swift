import JSON
import Model
import Routing

/// What a request asks for beyond tokens at their usual prices: what makes it dearer, and what nobody
/// could say the price of (chapter 5).
struct RequestTerms: Equatable, Sendable {
    /// How many answers it wants.
    var choices = 1
    /// The kinds of service that it asks for, each with the member that does.
    var tiers: [Tier] = []
    /// The member that asks for something without a price; nil where there is none.
    var unpriced: String?
    /// Whether part of its input is not in its body, so that nobody knows how long it is.
    var refersElsewhere = false

    /// A kind of service, and the member that asks for it.
    struct Tier: Equatable, Sendable {
        let tier: ServiceTiers
        let parameter: String
    }

    /// All kinds of service together.
    var allTiers: ServiceTiers { tiers.reduce(into: []) { $0.formUnion($1.tier) } }

    /// The member that asks for something that has no price at a model; nil where all has one.
    func unpriced(by pricing: Pricing?) -> String? {
        let known = pricing?.tiers ?? []
        return unpriced ?? tiers.first { !known.isSuperset(of: $0.tier) }?.parameter
    }

    /// The terms of a request without a body that says any.
    init() {}

    /// Reads the terms of a request; what is no JSON has none.
    init(_ body: Span<UInt8>) {
        guard let members = Self.scan(body, Self.top) else { return }
        choices = max(
            Self.integer(members[Place.n.rawValue], body),
            Self.integer(members[Place.bestOf.rawValue], body)
        )
        takeTiers(members, body)
        takeUnpriced(members, body)
        let elsewhere: [Place] = [.previousResponse, .conversation, .cached, .cachedSnake]
        refersElsewhere =
            elsewhere.contains { members[$0.rawValue]?.kind == .string }
            || members[Place.conversation.rawValue]?.kind == .object
            || members[Place.prompt.rawValue]?.kind == .object
        if let generation = members[Place.generation.rawValue], generation.kind == .object,
            let inner = Self.scan(body, Self.generation, in: generation.value)
        {
            choices = max(choices, Self.integer(inner[0], body))
            if let kinds = inner[1], Self.holdsMedia(kinds, body) {
                unpriced = unpriced ?? "generationConfig.responseModalities"
            }
        }
        choices = min(max(1, choices), Limits.pricedChoices)
    }

    private enum Place: Int, CaseIterable {
        case n, bestOf, serviceTier, geo, speed, background, store, tools, searchOptions, modalities
        case previousResponse, conversation, prompt, cached, cachedSnake, generation

        var name: String {
            switch self {
            case .n: "n"
            case .bestOf: "best_of"
            case .serviceTier: "service_tier"
            case .geo: "inference_geo"
            case .speed: "speed"
            case .background: "background"
            case .store: "store"
            case .tools: "tools"
            case .searchOptions: "web_search_options"
            case .modalities: "modalities"
            case .previousResponse: "previous_response_id"
            case .conversation: "conversation"
            case .prompt: "prompt"
            case .cached: "cachedContent"
            case .cachedSnake: "cached_content"
            case .generation: "generationConfig"
            }
        }
    }

    private static let top = MemberScanner(Place.allCases.map(\.name))
    private static let generation = MemberScanner(["candidateCount", "responseModalities"])

    // MARK: What is dearer

    private mutating func takeTiers(_ members: Members, _ body: Span<UInt8>) {
        takeTier(Self.text(members[Place.serviceTier.rawValue], body), "service_tier")
        // Anthropic's, which says where the answer is made: anything but everywhere may be dearer.
        switch Self.text(members[Place.geo.rawValue], body) {
        case nil, "global", "not_available": break
        default: tiers.append(Tier(tier: .regional, parameter: "inference_geo"))
        }
        takeTier(Self.text(members[Place.speed.rawValue], body), "speed")
    }

    private mutating func takeTier(_ name: String?, _ parameter: String) {
        switch name {
        case nil, "auto", "default", "standard", "standard_only": break
        case let name?:
            guard let tier = ServiceTiers(name: name) else {
                return unpriced = unpriced ?? parameter
            }
            tiers.append(Tier(tier: tier, parameter: parameter))
        }
    }

    // MARK: What has no price

    private mutating func takeUnpriced(_ members: Members, _ body: Span<UInt8>) {
        for place in [Place.background, .store] where members[place.rawValue]?.kind == .true {
            unpriced = unpriced ?? place.name
        }
        if let options = members[Place.searchOptions.rawValue], options.kind == .object {
            unpriced = unpriced ?? Place.searchOptions.name
        }
        if let kinds = members[Place.modalities.rawValue], Self.holdsMedia(kinds, body) {
            unpriced = unpriced ?? Place.modalities.name
        }
        if let tools = members[Place.tools.rawValue], tools.kind == .array,
            Self.holdsHostedTool(tools, body)
        {
            unpriced = unpriced ?? Place.tools.name
        }
    }

    private static let tool = MemberScanner([
        "type", "name", "functionDeclarations", "function_declarations",
    ])

    /// Whether a tool is among them that the provider runs, and takes money for.
    private static func holdsHostedTool(_ tools: Member, _ body: Span<UInt8>) -> Bool {
        var isFound = false
        do throws(ScanError) {
            try tool.forEachObject(body, in: tools.value) { members in
                // Without a type are Anthropic's functions, which have a name, and all of Gemini's.
                isFound =
                    text(members[0], body).map(isHosted)
                    ?? (members[1] == nil && members[2] == nil && members[3] == nil)
                return isFound ? .stop : .next
            }
        } catch {
            // The provider will say what is wrong with it.
            return false
        }
        return isFound
    }

    /// Tools that the client runs itself, by what their names begin with.
    private static let ownTools = [
        "function", "custom", "computer", "local_shell", "shell", "apply_patch", "bash",
        "text_editor", "memory", "namespace", "tool_search",
    ]

    private static func isHosted(_ type: String) -> Bool {
        !ownTools.contains { type.hasPrefix($0) }
    }

    private static func text(_ member: Member?, _ body: Span<UInt8>) -> String? {
        guard let member, member.kind == .string else { return nil }
        return decodeJSONString(body, member.value)
    }

    private static func integer(_ member: Member?, _ body: Span<UInt8>) -> Int {
        guard let member, member.kind == .number, member.value.count < 20 else { return 1 }
        return Int(body.extracting(member.value).text) ?? 1
    }

    /// Whether a list of kinds of answer names sound or pictures.
    private static func holdsMedia(_ kinds: Member, _ body: Span<UInt8>) -> Bool {
        let text = body.extracting(kinds.value).text.lowercased()
        return text.contains("audio") || text.contains("image")
    }

    private static func scan(
        _ body: Span<UInt8>,
        _ scanner: MemberScanner,
        in range: Range<Int>? = nil
    ) -> Members? {
        do throws(ScanError) {
            return try scanner.scan(body, in: range ?? 0..<body.count)
        } catch {
            return nil
        }
    }
}
