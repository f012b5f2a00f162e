package import Routing

extension Configuration {
    /// Reads the catalog that is in force with it, and checks what it says of models.
    package func loadCatalog() throws(ConfigurationErrors) -> Catalog {
        let catalog = try CatalogLoader.load(path: catalog)
        let problems = problems(with: catalog)
        if problems.isEmpty { return catalog }
        throw ConfigurationErrors(path: path, problems: ConfigurationReport.inOrder(problems))
    }

    /// The targets of virtual models that lead nowhere at any gateway, whatever keys there are.
    private func problems(with catalog: Catalog) -> [ConfigurationProblem] {
        let sections = root.sections("virtual_models")
        if sections.isEmpty { return [] }
        var report = ConfigurationReport()
        let tables = gateways.map { RouteTable(providers: $0.providers, catalog: catalog) }
        for section in sections {
            for (target, place) in section.texts("targets") {
                let reasons = tables.compactMap { $0.reasonWhyUnknown(target) }
                guard reasons.count == tables.count, let reason = reasons.first else { continue }
                report.refuse("'\(section.path("targets"))': \(reason.message)", at: place)
            }
        }
        return report.errors
    }
}
