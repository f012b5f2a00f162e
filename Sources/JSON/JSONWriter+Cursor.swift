extension JSONWriter {
    /// Writes a value of another text without its white space, every number and string as it is
    /// written there.
    package mutating func value(_ value: JSONCursor) {
        switch value.kind {
        case .object:
            beginObject()
            for (name, member) in value.members {
                key(of: name)
                self.value(member)
            }
            endObject()
        case .array:
            beginArray()
            for element in value.elements { self.value(element) }
            endArray()
        case .string, .number, .true, .false, .null:
            raw(value.text.bytes.span.extracting(value.range))
        }
    }

    /// Writes a key that is another text's, as it is written there.
    package mutating func key(of name: JSONCursor) {
        rawKey(name.text.bytes.span.extracting(name.range))
    }
}

extension JSONCursor {
    /// The value's text without white space.
    package var compact: [UInt8] {
        var writer = JSONWriter()
        writer.value(self)
        return writer.bytes
    }
}
