package import Model

/// The few ids that many records share, each under a number.
package struct Roster<ID: Identifier>: Sendable {
    private var ids: [ID] = []
    private var numbers: [ID: UInt32] = [:]

    init() {}

    /// The number of an id, nil when no record has it.
    package func number(of id: ID) -> Int? {
        numbers[id].map(Int.init)
    }

    /// The id of a number.
    package subscript(_ number: Int) -> ID { ids[number] }

    /// The number of an id, a new one if need be.
    mutating func number(of id: ID) -> UInt32 {
        if let number = numbers[id] { return number }
        let number = UInt32(ids.count)
        ids.append(id)
        numbers[id] = number
        return number
    }
}
