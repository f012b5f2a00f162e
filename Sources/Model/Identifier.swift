/// The name of one record, such as `aigk_...`: opaque text that is compared and never taken apart.
package protocol Identifier: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// What every made id of this kind begins with; ids that people chose need not.
    static var prefix: String { get }
    /// The id as it is written.
    var rawValue: String { get }
    /// The id that is written so.
    init(_ rawValue: String)
}

extension Identifier {
    /// The id as it is written.
    package var description: String { rawValue }

    /// The order of the bytes.
    package static func < (left: Self, right: Self) -> Bool {
        left.rawValue < right.rawValue
    }
}

/// A tenant: owns keys, configurations and credits.
package struct AccountID: Identifier {
    package static let prefix = "acct_"
    package let rawValue: String

    package init(_ rawValue: String) {
        self.rawValue = rawValue
    }

    /// The account that exists from the start.
    package static let standard = AccountID("default")
}

/// A gateway: one named configuration behind one nginx location, also called an endpoint.
package struct GatewayID: Identifier {
    package static let prefix = "ep_"
    package let rawValue: String

    package init(_ rawValue: String) {
        self.rawValue = rawValue
    }
}

/// An access key: what a client application sends.
package struct AccessKeyID: Identifier {
    package static let prefix = "aigk_"
    package let rawValue: String

    package init(_ rawValue: String) {
        self.rawValue = rawValue
    }
}

/// An access key configuration: a policy that access keys refer to.
package struct ConfigurationID: Identifier {
    package static let prefix = "aigac_"
    package let rawValue: String

    package init(_ rawValue: String) {
        self.rawValue = rawValue
    }
}

/// A management key: what opens the control plane.
package struct ManagementKeyID: Identifier {
    package static let prefix = "aigm_"
    package let rawValue: String

    package init(_ rawValue: String) {
        self.rawValue = rawValue
    }
}

/// A provider: `openai`, `my-vllm`.
package struct ProviderID: Identifier {
    package static let prefix = "aigp_"
    package let rawValue: String

    package init(_ rawValue: String) {
        self.rawValue = rawValue
    }
}

/// A provider that an account made, as a record; in addresses of models it is a `ProviderID`.
package struct CustomProviderID: Identifier {
    package static let prefix = "aigp_"
    package let rawValue: String

    package init(_ rawValue: String) {
        self.rawValue = rawValue
    }
}

/// A name that an account gave to an ordered list of models.
package struct VirtualModelID: Identifier {
    package static let prefix = "aigvm_"
    package let rawValue: String

    package init(_ rawValue: String) {
        self.rawValue = rawValue
    }
}

/// A provider key: a credential for a provider that an account brought.
package struct ProviderKeyID: Identifier {
    package static let prefix = "aigpk_"
    package let rawValue: String

    package init(_ rawValue: String) {
        self.rawValue = rawValue
    }
}
