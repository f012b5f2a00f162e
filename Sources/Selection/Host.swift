/// An object of the program around an expression: all that a value holds of it is where it is.
///
/// An object that is a part of another one has the same index, and its fields begin at `base`.
package struct HostObject: Equatable, Sendable {
    /// The number of its ``HostType``.
    package let type: UInt8
    /// Where the places of its fields begin.
    package let base: UInt16
    /// Which one of its kind it is.
    package let index: UInt32
    /// Which one of several within that one it is, where it was found by a name.
    package let part: UInt32

    /// An object.
    package init(_ type: borrowing HostType, index: Int, part: Int = 0, base: Int = 0) {
        self.init(number: type.number, index: index, part: part, base: base)
    }

    init(number: UInt8, index: Int, part: Int, base: Int) {
        type = number
        self.index = UInt32(truncatingIfNeeded: index)
        self.part = UInt32(truncatingIfNeeded: part)
        self.base = UInt16(truncatingIfNeeded: base)
    }
}

/// What an expression may say of objects of one kind, known when it is read.
package final class HostType: Sendable {
    /// Its place among the types of an environment.
    package let number: UInt8
    /// As errors name it.
    package let name: String
    /// Its fields by name.
    package let fields: [String: HostField]
    /// What can be called on one.
    package let methods: [HostMethod]
    /// What can be called on a list of them.
    package let listMethods: [HostMethod]
    /// What `object['name']` is; nil where there is no such thing.
    package let element: StaticType?

    /// A kind of object; of fields and methods there may be any number.
    package init(
        _ number: UInt8,
        _ name: String,
        fields: [HostField] = [],
        methods: [HostMethod] = [],
        listMethods: [HostMethod] = [],
        element: StaticType? = nil
    ) {
        self.number = number
        self.name = name
        self.fields = Dictionary(
            fields.map { ($0.name, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        self.methods = methods
        self.listMethods = listMethods
        self.element = element
    }
}

extension HostType: Equatable {
    package static func == (one: HostType, other: HostType) -> Bool { one === other }
}

/// A field of an object.
package struct HostField: Sendable {
    /// Its name.
    package let name: String
    /// What it is; an object is a part of the one that has it.
    package let type: StaticType
    /// Where the host has it, counted from where its object's fields begin.
    package let place: Int

    /// A field at a place.
    package init(_ name: String, _ type: StaticType, at place: Int) {
        self.name = name
        self.type = type
        self.place = place
    }
}

/// Something that can be called on an object or on a list of objects.
package struct HostMethod: Sendable {
    /// What may be given to it.
    package struct Parameter: Sendable {
        /// The types that it takes.
        package let types: [StaticType]
        /// The texts that it takes, where they are few; one that ends in `*` stands for all that
        /// begin like it.
        package let choices: [String]

        /// A parameter of one of these types.
        package init(_ types: StaticType..., choices: [String] = []) {
            self.types = types
            self.choices = choices
        }

        /// Whether a text is one of those that it takes.
        func takes(_ text: String) -> Bool {
            choices.isEmpty
                || choices.contains {
                    $0.hasSuffix("*") ? text.hasPrefix($0.dropLast()) : text == $0
                }
        }
    }

    /// What a method gives.
    package enum Result: Sendable {
        /// What it was called on, or a part of that.
        case same
        /// An element of the list that it was called on.
        case element
        /// Something else.
        case other(StaticType)
    }

    /// What expressions call it.
    package let name: String
    /// What the host knows it by.
    package let number: Int
    /// What it takes.
    package let parameters: [Parameter]
    /// What it gives.
    package let result: Result

    /// A method.
    package init(
        _ name: String,
        number: Int,
        _ parameters: [Parameter] = [],
        result: Result
    ) {
        self.name = name
        self.number = number
        self.parameters = parameters
        self.result = result
    }

    /// The type of what it gives when it is called on something of a type.
    func result(on receiver: StaticType) -> StaticType {
        switch result {
        case .same: return receiver
        case .other(let type): return type
        case .element:
            guard case .list(let element) = receiver else { return .any }
            return element
        }
    }
}

/// What knows the objects of one run: asked by place, on the thread of the run.
package protocol Host: AnyObject {
    /// The fields that need not be asked for.
    var table: HostTable { get }

    /// What a field holds; where an object is a part of another, the place is the whole's.
    func value(of object: HostObject, at place: Int) -> Value

    /// What `object['name']` is.
    func element(of object: HostObject, named name: String) throws(EvaluationError) -> Value

    /// What a method gives; it pays the run for what it looks at.
    func call(
        _ method: Int,
        on receiver: Value,
        _ arguments: [Value],
        _ run: inout Run
    ) throws(EvaluationError) -> Value
}

extension Host {
    package var table: HostTable { .none }
}

/// The first fields of the first objects of one kind, row after row.
package struct HostTable: Sendable {
    let type: UInt8
    let width: Int
    let rowCount: Int
    let values: [Value]

    /// Nothing.
    package static let none = HostTable(number: 0, width: 0, [])

    /// The fields of objects that are no part of others, so many of each.
    package init(of type: HostType, width: Int, _ values: [Value]) {
        self.init(number: type.number, width: width, values)
    }

    private init(number: UInt8, width: Int, _ values: [Value]) {
        type = number
        self.width = width
        rowCount = width == 0 ? 0 : values.count / width
        self.values = values
    }

    /// A field of an object.
    package func value(of index: Int, at place: Int) -> Value {
        values[index * width + place]
    }
}

/// The host of expressions that speak of no objects.
package final class NoHost: Host {
    /// One that knows nothing.
    package init() {}

    package func value(of object: HostObject, at place: Int) -> Value { .null }

    package func element(
        of object: HostObject,
        named name: String
    ) throws(EvaluationError) -> Value {
        throw EvaluationError("there is no `\(name)`")
    }

    package func call(
        _ method: Int,
        on receiver: Value,
        _ arguments: [Value],
        _ run: inout Run
    ) throws(EvaluationError) -> Value {
        throw EvaluationError("nothing can be called here")
    }
}
