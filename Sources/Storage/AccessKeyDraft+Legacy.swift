import Access
package import JSON
import Model

extension AccessKeyDraft {
    /// Reads a JSON object in the older form, of keys that work on one gateway.
    package init(legacy root: JSONValue) throws(DraftError) {
        self.init()
        let reader = try DraftReader(root, members: ["endpoint_id", "description", "metadata"])
        description = try reader.description()
        metadata = try reader.metadata()
        gatewayID = try reader.value("endpoint_id") { (written) throws(MemberError) in
            GatewayID(try written.identifier())
        }
    }
}
