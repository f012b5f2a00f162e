import JSON
package import Routing
package import Tokenizer

/// Reads the traits of a request from its JSON body, of whichever dialect: one pass, no model of it.
///
/// The dialects do not collide: what is a conversation is called `messages`, `input`, `prompt` or
/// `contents`, and so on. A body that is no JSON, as a form, has the traits found so far, mostly
/// none. What the walk sees is always where it stands: see ``TraitsPlace``.
package struct RequestTraitsReader {
    private var traits: RequestTraits
    private var tally = TextTally()
    private var tokens: TextTokens
    /// Tokens that are neither text nor images: those that the client counted out itself.
    private var givenTokens = 0
    /// What the open containers are.
    private var places: [TraitsPlace] = []
    /// What the value of the key just read will be.
    private var pending = TraitsPlace.ignored
    /// Where the open list of tools began, and what was counted before it.
    private var tools: (start: Int, counted: Int)?
    /// Whether the file that is open says that it is text.
    private var isTextFile = false

    private init(path: String, _ vocabulary: Vocabulary?) {
        traits = RequestTraits(path: path)
        traits.isCounted = vocabulary != nil
        tokens = TextTokens(vocabulary)
    }

    /// The traits of a request with this body for this path.
    ///
    /// - Parameter vocabulary: what its texts are counted by; without it they are estimated.
    package static func read(
        _ body: Span<UInt8>,
        path: String,
        by vocabulary: Vocabulary? = nil
    ) -> RequestTraits {
        var reader = RequestTraitsReader(path: path, vocabulary)
        var walker = StructureWalker(0..<body.count)
        while let step = walker.next(body) { reader.take(step, body, walker.range) }
        return reader.finished
    }

    private var finished: RequestTraits {
        var traits = traits
        traits.textBytes = tally.byteCount
        traits.codePercent = tally.codePercent
        traits.estimatedInputTokens =
            tokens.count
            + TokenEstimate.tokens(byteCount: tally.plainBytes)
            + givenTokens
            + traits.turnCount * TokenEstimate.tokensOfATurn
            + traits.imageCount * TokenEstimate.tokensOfAnImage
        return traits
    }

    private mutating func take(
        _ step: StructureWalker.Step,
        _ bytes: Span<UInt8>,
        _ range: Range<Int>
    ) {
        switch step {
        case .key: takeKey(bytes, range)
        case .objectStart: openObject()
        case .arrayStart: openArray(at: range.lowerBound)
        case .objectEnd, .arrayEnd: close(at: range.upperBound)
        case .string: takeString(bytes, range)
        case .number: takeNumber(bytes, range)
        case .true: takeTrue()
        case .false, .null: break
        }
    }

    /// What the next value is: a key said it, or the list that it stands in.
    private var place: TraitsPlace {
        guard let container = places.last else { return .top }
        guard container.isList else { return pending }
        return container.element
    }

    private mutating func takeKey(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        guard let container = places.last else { return }
        let key = bytes.extracting(range)
        pending = container.member(key)
        let isRead = container == .content && pending == .content && !TraitsPlace.isFrame(key)
        if isRead || container == .schema { tally.addPlain(range.count) }
    }

    // MARK: Containers

    private mutating func openObject() {
        switch place {
        case .turns:
            traits.turnCount += 1
            places.append(.content)
        case .tool, .declarations:
            traits.toolCount += 1
            places.append(place == .tool ? .tool : .schema)
        case .file:
            isTextFile = false
            places.append(.file)
        case let other: places.append(other.container)
        }
    }

    private mutating func openArray(at start: Int) {
        let place = place
        // One tool of Gemini's holds many.
        if place == .declarations { traits.toolCount -= 1 }
        if place == .tools { tools = (start, tally.byteCount) }
        places.append(place.list)
    }

    private mutating func close(at end: Int) {
        // Of tools and schemas a model reads the brackets too.
        if places.popLast() == .toolList, let tools {
            let inner = tally.byteCount - tools.counted
            tally.addPlain(max(0, end - tools.start - inner))
            self.tools = nil
        }
    }

    // MARK: Values

    private mutating func takeString(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        let text = bytes.extracting(range)
        switch place {
        case .turns:
            traits.turnCount += 1
            takeText(bytes, range)
        case .content: takeText(bytes, range)
        case .schema: addText(bytes, range)
        case .fileData:
            if isTextFile {
                addText(bytes, range)
            } else {
                traits.fileBytes += range.count * 3 / 4
            }
        case .fileKind:
            if text.elementsEqual("text") { isTextFile = true }
        case .partKind:
            if TraitsPlace.isImage(partKind: text) { traits.imageCount += 1 }
            if TraitsPlace.isFile(partKind: text) { traits.fileCount += 1 }
        case .mimeType:
            if text.startsIgnoringCase("image/") {
                traits.imageCount += 1
            } else if !text.startsIgnoringCase("text/") {
                traits.fileCount += 1
            }
        case .effort:
            if !text.elementsEqual("none"), !text.elementsEqual("minimal") {
                traits.asksReasoning = true
            }
        case .timeToLive:
            if !text.elementsEqual("5m"), !text.elementsEqual("in_memory") {
                traits.keepsInputLong = true
            }
        case .thinkingKind:
            if !text.elementsEqual("disabled") { traits.asksReasoning = true }
        case .top, .ignored, .tools, .toolList, .tool, .declarations, .turnList, .contentList,
            .schemaList, .declarationList, .ignoredList, .file, .fileList, .limit, .stream,
            .flag, .budget, .thinking, .generation, .caching:
            break
        }
    }

    /// A text; one that is a file in a `data:` address is none.
    private mutating func takeText(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        let text = bytes.extracting(range)
        guard text.starts(with: "data:"),
            text.extracting(first: 128).firstRange(of: ";base64,") != nil
        else { return addText(bytes, range) }
        if text.starts(with: "data:image/") { traits.imageCount += 1 }
    }

    private mutating func addText(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        tally.add(bytes, range)
        tokens.add(bytes, range)
    }

    private mutating func takeNumber(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        switch place {
        case .turns: givenTokens += 1
        case .limit:
            guard let limit = Int(bytes.extracting(range).text), limit >= 0 else { return }
            traits.maxOutputTokens = max(traits.maxOutputTokens ?? 0, limit)
        case .budget:
            if bytes[range.lowerBound] != UInt8(ascii: "0") { traits.asksReasoning = true }
        case .content, .schema: tally.addPlain(range.count)
        default: break
        }
    }

    private mutating func takeTrue() {
        switch place {
        case .stream: traits.isStream = true
        case .flag: traits.asksReasoning = true
        default: break
        }
    }
}
