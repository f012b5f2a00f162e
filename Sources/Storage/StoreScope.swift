package import Model

/// Which access keys of a store are read in full; of the others it is only known that they are.
///
/// Provider keys and configurations are few and always read in full.
package enum StoreScope: Equatable, Sendable {
    /// All.
    case everything
    /// One, if it is there.
    case accessKey(AccessKeyID)
    /// Those under an access key configuration.
    case configured
    /// None.
    case providerKeys

    func contains(
        _ id: AccessKeyID,
        under configuration: @autoclosure () -> ConfigurationID?
    ) -> Bool {
        switch self {
        case .everything: true
        case .configured: configuration() != nil
        case .accessKey(let wanted): id == wanted
        case .providerKeys: false
        }
    }
}
