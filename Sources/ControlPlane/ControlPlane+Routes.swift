extension ControlPlane {
    /// Everything that the API serves; a resource is a file and a line here.
    package static let routes: [APIRoute] =
        gatewayRoutes + accessKeyRoutes + legacyKeyRoutes + managementKeyRoutes
        + configurationRoutes + providerKeyRoutes + auditRoutes + grantRoutes
        + creditRoutes + usageRoutes + accountRoutes + settingsRoutes + providerRoutes
        + virtualModelRoutes + modelRoutes + eventRoutes
}
