import Model

/// Puts the steps of a provider's stream in an order that every client understands.
///
/// A block is told from its beginning to its end before the next one. A call whose arguments are not
/// whole yet holds back what comes after it, up to a limit; with the end of the answer everything is
/// told.
struct DeltaSequence {
    /// The bytes that may be held back.
    static let heldLimit = 4 << 20
    /// What a block that waits is counted as: it keeps their number low.
    private static let waitingCost = 16 << 10
    /// The bytes of text, thoughts and arguments that a streamed answer may have.
    static let answerLimit = 16 << 20

    /// What waits for the open block's end.
    private struct Waiting {
        var block: OpenBlock
        var pieces: [String] = []
        var signature: Signature?
    }

    /// A block that is being told.
    private struct OpenBlock {
        var kind: Kind
        /// The call's key.
        var key = -1
        var id = ""
        var name = ""
        var signature: Signature?
        var progress = ArgumentsProgress()
        var hasArguments = false
    }

    private enum Kind: Equatable {
        case text, refusal, reasoning, redacted, call
    }

    /// What a call without an id is named after.
    private let idSeed: String
    private var hasBegun = false
    private var open: OpenBlock?
    /// Whether the open block was told; a call is not before its name is known.
    private var isTold = false
    private var waiting: [Waiting] = []
    private var heldBytes = 0
    private var answerBytes = 0
    /// Arguments of the open call that came before its name.
    private var early = ""
    private var callCount = 0
    /// The ids of calls that are over, by their keys.
    private var toldCalls: [Int: String] = [:]
    private var hasRefused = false
    private var stop: StopReason?
    private(set) var usage: Usage?
    /// Whether the end, or a failure, was told.
    private(set) var isOver = false
    /// Whether text, thoughts or a call came.
    private(set) var hasContent = false

    init(idSeed: String) {
        self.idSeed = idSeed
    }

    /// Whether the reason why the model stopped is known.
    var isStopped: Bool { stop != nil }

    /// Takes a step of the provider and tells those of the client.
    mutating func take(_ delta: ProviderDelta, _ tell: (Delta) -> Void) {
        if isOver { return }
        answerBytes += delta.byteCount
        switch delta {
        case .begin(let id, let model): begin(id, model, tell)
        case .text(let text): add(text, .text, tell)
        case .refusal(let text): add(text, .refusal, tell)
        case .reasoning(let text): add(text, .reasoning, tell)
        case .signature(let signature): sign(signature, tell)
        case .redactedReasoning(let signature):
            enter(OpenBlock(kind: .redacted, signature: signature), tell)
            boundary(tell)
        case .boundary: boundary(tell)
        case .call(let key, let id, let name, let signature):
            takeCall(key, id, name, signature, tell)
        case .arguments(let key, let text): addArguments(text, key, tell)
        case .allArguments(let key, let text):
            if !hasArguments(key) { addArguments(text, key, tell) }
        case .usage(let usage): self.usage = usage
        case .stop(let reason): stop = reason
        case .failure(let failure): fail(failure, tell)
        case .ping: if hasBegun { tell(.ping) }
        case .end: end(tell)
        }
        if heldBytes > Self.heldLimit {
            fail(ProviderFailure(status: 502, message: "The calls of the answer overlap."), tell)
        } else if answerBytes > Self.answerLimit {
            fail(ProviderFailure(status: 502, message: "The provider's answer is too long."), tell)
        }
    }

    private mutating func begin(_ id: String?, _ model: String?, _ tell: (Delta) -> Void) {
        if hasBegun { return }
        hasBegun = true
        tell(.begin(id: id, model: model))
    }

    private mutating func fail(_ failure: ProviderFailure, _ tell: (Delta) -> Void) {
        if isOver { return }
        isOver = true
        waiting = []
        heldBytes = 0
        tell(.failure(failure))
    }

    /// Many providers say they stopped by themselves where they call a tool or refuse.
    private var reason: StopReason {
        guard let stop, stop != .endOfTurn else {
            return callCount > 0 ? .toolUse : hasRefused ? .refusal : .endOfTurn
        }
        return stop
    }

    private mutating func end(_ tell: (Delta) -> Void) {
        begin(nil, nil, tell)
        while open != nil { closeOpen(tell) }
        isOver = true
        tell(.finish(reason, usage))
        tell(.end)
    }
}

// MARK: Text and thoughts

extension DeltaSequence {
    private mutating func add(_ text: String, _ kind: Kind, _ tell: (Delta) -> Void) {
        if text.isEmpty { return }
        if let last = waiting.indices.last {
            if waiting[last].block.kind != kind { enter(OpenBlock(kind: kind), tell) }
            hold(text, waiting.count - 1)
        } else {
            if open?.kind != kind { enter(OpenBlock(kind: kind), tell) }
            if waiting.isEmpty { tell(.more(text)) } else { hold(text, waiting.count - 1) }
        }
    }

    private mutating func sign(_ signature: Signature, _ tell: (Delta) -> Void) {
        if let last = waiting.indices.last, waiting[last].block.kind == .reasoning {
            waiting[last].signature = signature
            return
        }
        // Thoughts that the provider does not show are signed all the same.
        if open?.kind != .reasoning { enter(OpenBlock(kind: .reasoning), tell) }
        if waiting.isEmpty {
            tell(.signature(signature))
        } else {
            waiting[waiting.count - 1].signature = signature
        }
    }

    private mutating func boundary(_ tell: (Delta) -> Void) {
        guard waiting.isEmpty, let open, open.kind != .call else { return }
        closeOpen(tell)
    }

    private mutating func hold(_ text: String, _ place: Int) {
        waiting[place].pieces.append(text)
        heldBytes += text.utf8.count
    }

    /// Opens a block, now or when those before it are over.
    private mutating func enter(_ block: OpenBlock, _ tell: (Delta) -> Void) {
        hasContent = true
        begin(nil, nil, tell)
        if waiting.isEmpty, open.map(canClose) ?? true {
            if open != nil { closeOpen(tell) }
            openNow(block, tell)
        } else {
            waiting.append(Waiting(block: block))
            heldBytes += Self.waitingCost
        }
    }

    /// A call can be closed once its arguments are whole.
    private func canClose(_ block: OpenBlock) -> Bool {
        block.kind != .call || block.progress.isWhole
    }

    private mutating func openNow(_ block: OpenBlock, _ tell: (Delta) -> Void) {
        open = block
        isTold = false
        tellOpen(tell)
    }

    private mutating func tellOpen(_ tell: (Delta) -> Void) {
        guard let block = open, !isTold else { return }
        switch block.kind {
        case .text: tell(.open(.text))
        case .refusal:
            hasRefused = true
            tell(.open(.refusal))
        case .reasoning: tell(.open(.reasoning))
        case .redacted:
            guard let signature = block.signature else { return }
            tell(.open(.redactedReasoning(signature)))
        case .call:
            if block.name.isEmpty { return }
            let id = block.id.isEmpty ? CallID.made(of: idSeed, callCount) : block.id
            callCount += 1
            tell(.open(.call(id: id, name: block.name, signature: block.signature)))
        }
        isTold = true
    }

    /// Closes the open block and tells what waited for it, up to the next one that is not whole.
    private mutating func closeOpen(_ tell: (Delta) -> Void) {
        var isNextClosed = true
        while isNextClosed {
            // A call that was never named is none.
            if isTold { tell(.close) }
            if let open, open.kind == .call { toldCalls[open.key] = open.id }
            open = nil
            heldBytes -= early.utf8.count
            early = ""
            if waiting.isEmpty { return }
            let next = waiting.removeFirst()
            tellWaiting(next, tell)
            isNextClosed = !waiting.isEmpty && canClose(next.block)
        }
    }

    private mutating func tellWaiting(_ next: Waiting, _ tell: (Delta) -> Void) {
        heldBytes -= Self.waitingCost
        openNow(next.block, tell)
        for piece in next.pieces {
            if isTold {
                heldBytes -= piece.utf8.count
                tell(.more(piece))
            } else {
                early += piece
            }
        }
        if let signature = next.signature { tell(.signature(signature)) }
    }
}

// MARK: Calls

extension DeltaSequence {
    /// A new id, or a new name, under a key that is known begins another call.
    private mutating func takeCall(
        _ key: Int,
        _ id: String?,
        _ name: String?,
        _ signature: Signature?,
        _ tell: (Delta) -> Void
    ) {
        let id = id ?? ""
        let name = name ?? ""
        if let place = waiting.lastIndex(where: { $0.block.kind == .call && $0.block.key == key }) {
            if Self.complete(&waiting[place].block, id, name, signature) { return }
        } else if var block = open, block.kind == .call, block.key == key {
            if Self.complete(&block, id, name, signature) {
                open = block
                tellNamed(tell)
                return
            }
        }
        // A call that is over may be told of again.
        if !id.isEmpty, toldCalls[key] == id { return }
        var block = OpenBlock(kind: .call, key: key)
        _ = Self.complete(&block, id, name, signature)
        enter(block, tell)
    }

    /// Adds what is told of a call; false when it is another one's.
    private static func complete(
        _ block: inout OpenBlock,
        _ id: String,
        _ name: String,
        _ signature: Signature?
    ) -> Bool {
        let isOtherID = !id.isEmpty && !block.id.isEmpty && id != block.id
        let isOtherName = !name.isEmpty && !block.name.isEmpty && name != block.name
        if isOtherID || isOtherName { return false }
        if block.id.isEmpty { block.id = id }
        if block.name.isEmpty { block.name = name }
        if block.signature == nil { block.signature = signature }
        return true
    }

    /// Tells a call whose name came late, with the arguments that came before it.
    private mutating func tellNamed(_ tell: (Delta) -> Void) {
        if isTold { return }
        tellOpen(tell)
        guard isTold, !early.isEmpty else { return }
        tell(.more(early))
        heldBytes -= early.utf8.count
        early = ""
    }

    private func hasArguments(_ key: Int) -> Bool {
        if let held = waiting.last(where: { $0.block.kind == .call && $0.block.key == key }) {
            return held.block.hasArguments
        }
        if let open, open.kind == .call, open.key == key { return open.hasArguments }
        // A call that is over had its arguments, or there is none of this key.
        return true
    }

    private mutating func addArguments(_ text: String, _ key: Int, _ tell: (Delta) -> Void) {
        if text.isEmpty { return }
        if let place = waiting.lastIndex(where: { $0.block.kind == .call && $0.block.key == key }) {
            waiting[place].block.progress.take(text)
            waiting[place].block.hasArguments = true
            hold(text, place)
        } else if var block = open, block.kind == .call, block.key == key {
            block.progress.take(text)
            block.hasArguments = true
            open = block
            if isTold {
                tell(.more(text))
            } else {
                early += text
                heldBytes += text.utf8.count
            }
            if !waiting.isEmpty, canClose(block) { closeOpen(tell) }
        }
    }
}
