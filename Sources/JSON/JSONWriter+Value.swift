extension JSONWriter {
    /// Writes a parsed value compactly, the members of its objects sorted by name: equal values
    /// become equal text.
    ///
    /// It goes as deep as the value does, which the parser bounds.
    package mutating func value(_ value: JSONValue) {
        switch value.kind {
        case .object: object(value)
        case .array:
            beginArray()
            for element in value.elements { self.value(element) }
            endArray()
        case .string: string(value.string ?? "")
        case .number: number(value)
        case .true: bool(true)
        case .false: bool(false)
        case .null: null()
        }
    }

    private mutating func object(_ value: JSONValue) {
        beginObject()
        for (name, member) in value.members.sorted(by: {
            $0.name.utf8.lexicographicallyPrecedes($1.name.utf8)
        }) {
            key(name)
            self.value(member)
        }
        endObject()
    }

    private mutating func number(_ value: JSONValue) {
        if let integer = value.integer {
            self.integer(Int(integer))
        } else if let double = value.double {
            raw(double.description.utf8Span.span)
        }
    }
}
