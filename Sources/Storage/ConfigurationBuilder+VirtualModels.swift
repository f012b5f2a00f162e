import Model
import Routing

extension ConfigurationBuilder {
    /// The operator's names for lists of models.
    mutating func virtualModels() -> [VirtualModel] {
        let sections = root.sections("virtual_models")
        let targets = Dictionary(
            sections.compactMap { section in
                section.text("name").map { name in
                    (name.lowercased(), section.texts("targets").map { $0.text.lowercased() })
                }
            },
            uniquingKeysWith: { first, _ in first }
        )
        var seen: Set<String> = []
        return sections.compactMap { section in
            guard let name = section.text("name") else { return nil }
            check(name, isFirst: seen.insert(name.lowercased()).inserted, section)
            check(targetsOf: name, section, all: targets)
            return VirtualModel(
                name: name,
                description: section.text("description"),
                targets: section.texts("targets").map(\.text)
            )
        }
    }

    private mutating func check(_ name: String, isFirst: Bool, _ section: ConfigurationSection) {
        let path = section.path("name")
        let place = section["name"].place
        if !isFirst { report.refuse("'\(path)' is there twice: '\(name)'", at: place) }
        if ["auto", "ngrok/auto"].contains(name.lowercased()) {
            report.refuse("'\(path)' must not be '\(name)', which asks the gateway", at: place)
        }
        do throws(ModelAddressError) {
            if try ModelAddress.parse(name).provider != nil {
                report.refuse(
                    "'\(path)' must not have a colon: '\(name)' would be a provider's",
                    at: place
                )
            }
        } catch {
            report.refuse("'\(path)' is no model's name: \(error)", at: place)
        }
    }

    private mutating func check(
        targetsOf name: String,
        _ section: ConfigurationSection,
        all: [String: [String]]
    ) {
        guard case .list = section["targets"].value else { return }
        let targets = section.texts("targets")
        let path = section.path("targets")
        if !(1...Limits.virtualModelTargets).contains(targets.count) {
            report.refuse(
                "'\(path)' must have 1 to \(Limits.virtualModelTargets) models, not "
                    + "\(targets.count)",
                at: section["targets"].place
            )
        }
        for (target, place) in targets {
            do throws(ModelAddressError) {
                _ = try ModelAddress.parse(target)
            } catch {
                report.refuse("'\(path)' has '\(target)', no model's name: \(error)", at: place)
            }
            guard all[target.lowercased()] != nil else { continue }
            let circle = Self.circle(from: name.lowercased(), through: target.lowercased(), all)
            report.refuse(
                circle.map { "'\(path)' leads back to itself: \($0)" }
                    ?? "'\(path)' has '\(target)', which is virtual itself: name its targets",
                at: place
            )
        }
    }

    /// `a -> b -> a`, when the targets of one lead back to it.
    private static func circle(
        from start: String,
        through first: String,
        _ all: [String: [String]]
    ) -> String? {
        var ways = [[start, first]]
        var seen: Set<String> = [first]
        while let way = ways.popLast() {
            guard let last = way.last else { continue }
            if last == start { return way.joined(separator: " -> ") }
            for next in all[last] ?? [] where next == start || seen.insert(next).inserted {
                ways.append(way + [next])
            }
        }
        return nil
    }
}
