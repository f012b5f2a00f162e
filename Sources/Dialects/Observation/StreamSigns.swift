/// What bytes of a stream held, as far as the one who relays them must know.
package struct StreamSigns: OptionSet, Sendable {
    /// A bit for each sign.
    package let rawValue: UInt8

    /// The signs of these bits.
    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// An event ended, be it a ping; comments are none.
    package static let event = StreamSigns(rawValue: 1)
    /// The first content, reasoning or tool bytes; told once a stream.
    package static let content = StreamSigns(rawValue: 2)
    /// An event that says the provider failed.
    package static let failure = StreamSigns(rawValue: 4)
    /// The event after which nothing comes: `[DONE]`, `message_stop`, `response.completed`.
    package static let terminal = StreamSigns(rawValue: 8)
}
