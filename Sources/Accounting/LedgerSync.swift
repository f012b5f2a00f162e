/// When a write counts as done.
package enum LedgerSync: String, CaseIterable, Sendable {
    /// When the kernel has it: it survives the end of the process.
    case normal
    /// When the disk has it: it survives a power cut.
    case full
}
