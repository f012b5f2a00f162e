import CJansson

/// A place in a parsed JSON text; it keeps the whole text's tree alive.
@safe package struct JSONValue {
    private let tree: JSONTree
    private let node: UnsafeMutablePointer<json_t>

    init(root tree: JSONTree) {
        self.tree = tree
        unsafe node = tree.root
    }

    private init(_ tree: JSONTree, _ node: UnsafeMutablePointer<json_t>) {
        self.tree = tree
        unsafe self.node = node
    }

    /// What the value is.
    package var kind: ValueKind {
        switch unsafe node.pointee.type {
        case JSON_OBJECT: .object
        case JSON_ARRAY: .array
        case JSON_STRING: .string
        case JSON_INTEGER, JSON_REAL: .number
        case JSON_TRUE: .true
        case JSON_FALSE: .false
        default: .null
        }
    }

    /// The member of this name; nil when there is none or this is no object.
    package subscript(_ name: String) -> JSONValue? {
        guard kind == .object else { return nil }
        let member = unsafe name.utf8Span.span.withUnsafeBytes { key in
            unsafe json_object_getn(
                node,
                key.baseAddress?.assumingMemoryBound(to: CChar.self),
                key.count
            )
        }
        return unsafe member.map { unsafe JSONValue(tree, $0) }
    }

    /// An object's members in the text's order; none for any other value.
    package var members: [(name: String, value: JSONValue)] {
        guard kind == .object else { return [] }
        var members: [(name: String, value: JSONValue)] = []
        members.reserveCapacity(unsafe json_object_size(node))
        var iterator = unsafe json_object_iter(node)
        while let position = unsafe iterator {
            if let key = unsafe json_object_iter_key(position),
                let value = unsafe json_object_iter_value(position)
            {
                let length = unsafe json_object_iter_key_len(position)
                members.append((unsafe text(key, length), unsafe JSONValue(tree, value)))
            }
            unsafe iterator = json_object_iter_next(node, position)
        }
        return members
    }

    /// An array's elements; none for any other value.
    package var elements: [JSONValue] {
        guard kind == .array else { return [] }
        return (0..<(unsafe json_array_size(node))).compactMap { index in
            unsafe json_array_get(node, index).map { unsafe JSONValue(tree, $0) }
        }
    }

    /// The text of a string; nil for any other value.
    package var string: String? {
        guard kind == .string, let start = unsafe json_string_value(node) else { return nil }
        return unsafe text(start, json_string_length(node))
    }

    /// The integer; nil for any other value, 1.0 included.
    package var integer: Int64? {
        guard unsafe node.pointee.type == JSON_INTEGER else { return nil }
        return unsafe json_integer_value(node)
    }

    /// The number, maybe rounded; nil for any other value.
    package var double: Double? {
        kind == .number ? unsafe json_number_value(node) : nil
    }

    /// The truth value; nil for any other value.
    package var bool: Bool? {
        switch kind {
        case .true: true
        case .false: false
        case .string, .number, .object, .array, .null: nil
        }
    }

    /// Whether the value is `null`.
    package var isNull: Bool { kind == .null }

    private func text(_ start: UnsafePointer<CChar>, _ byteCount: Int) -> String {
        let bytes = unsafe UnsafeRawBufferPointer(start: start, count: byteCount)
        return unsafe String(decoding: bytes, as: UTF8.self)
    }
}
