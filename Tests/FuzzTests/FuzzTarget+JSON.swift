import JSON
import Model
import Relay
import Routing

extension FuzzTarget {
    private static let scanner = MemberScanner(["model", "models", "stream"])

    /// What jansson takes for an object is scanned, and the members are the same; what is spliced
    /// is what jansson reads then.
    func feedJSON(_ input: Span<UInt8>) {
        _ = decodeJSONString(input, 0..<input.count)
        _ = decodeJSONStringArray(input, 0..<input.count, limit: 4)
        walkElements(input)
        _ = RequestTraitsReader.read(input, path: "/")
        rewrite(input)
        let object = parsedObject(input)
        let members: Members
        do throws(ScanError) {
            members = try FuzzTarget.scanner.scan(input)
        } catch {
            demand(object == nil || isStricter(error), "refused what is JSON: \(error)")
            return
        }
        guard let object else { return }
        let model = members[0].flatMap { decodeJSONString(input, $0.value) }
        demand(members.count == object.members.count, "another number of members")
        demand(model == object["model"]?.string, "another model")
        demand(members[2]?.kind == object["stream"]?.kind, "another kind of value")
        splice(input, members, object)
    }

    /// jansson refuses doubled names itself; beyond its depth nobody asks it.
    private func isStricter(_ error: ScanError) -> Bool {
        switch error {
        case .tooDeep: true
        case .notAnObject, .notAnArray, .duplicateMember, .malformed, .trailingBytes,
            .tooManyMembers:
            false
        }
    }

    private func parsedObject(_ bytes: Span<UInt8>) -> JSONValue? {
        do throws(JSONParseError) {
            let root = try JSONDocument.parse(bytes).root
            return root.kind == .object ? root : nil
        } catch {
            return nil
        }
    }

    private func splice(_ input: Span<UInt8>, _ members: Members, _ object: JSONValue) {
        var splice = Splice(members)
        if let model = members[0] {
            splice.replace(model, with: Array(#""other""#.utf8))
        } else {
            splice.add("model", Array(#""other""#.utf8))
        }
        if let list = members[1] { splice.remove(list) }
        let changed = parsedObject(splice.applied(to: input).span)
        let count = object.members.count + (members[0] == nil ? 1 : 0) - (members[1] == nil ? 0 : 1)
        demand(changed?["model"]?.string == "other", "the model was not spliced")
        demand(changed?["models"] == nil, "the list was not removed")
        demand(changed?.members.count == count, "another member went")
    }

    /// A body made fit for a candidate is an object still, whatever was in it.
    private func rewrite(_ input: Span<UInt8>) {
        let body = ByteBuffer()
        body.append(input)
        let rules = ParameterRules(
            supported: ["messages", "a"],
            merged: [BodyMember(name: "a", value: Array("{}".utf8))],
            maxOutputTokens: 7
        )
        let operations: [Routing.Operation] = [.chatCompletions, .gemini(.generateContent)]
        for operation in operations {
            do throws(ScanError) {
                let editor = BodyEditor(rules, for: operation, at: ProviderID("p"))
                guard let edited = try editor.edit(body), parsedObject(input) != nil else {
                    continue
                }
                let isObject = edited.bytes.withBytes { parsedObject($0)?["a"]?.kind == .object }
                demand(isObject, "what is set is not there")
            } catch {
                continue
            }
        }
    }

    /// The elements of an array are the same however it is split.
    private func walkElements(_ input: Span<UInt8>) {
        var told: [[[UInt8]]] = []
        for pieces in input.asOneAndInPieces {
            var stream = ElementStream(elementLimit: 64)
            var elements: [[UInt8]] = []
            for piece in pieces {
                stream.feed(piece.span) { element, isWhole in
                    elements.append(element.copy + [isWhole ? 1 : 0])
                }
            }
            told.append(elements)
        }
        demand(told.allSatisfy { $0 == told[0] }, "elements depend on how they are split")
        do throws(ScanError) {
            try FuzzTarget.scanner.forEachObject(input, in: 0..<input.count) { _ in .next }
        } catch {
            demand(error != .notAnObject, "an array was asked for")
        }
    }
}
