/// What becomes of an answer whose client is gone.
package enum DisconnectPolicy: String, CaseIterable, Sendable {
    /// The provider is told at once; what came until then is charged.
    case cancel
    /// It is read to its end, within limits, and charged as if the client were there.
    case drain
}
