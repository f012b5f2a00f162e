/// The questions that a worker has put to all others and that are not answered yet.
struct OpenQuestions {
    private struct Open {
        var answers: [String] = []
        let done: (_ answers: [String], _ missing: Int) -> Void
    }

    private var open: [Int: Open] = [:]
    private var next = 0

    /// A number under which the others will answer.
    mutating func open(then done: @escaping (_ answers: [String], _ missing: Int) -> Void) -> Int {
        next += 1
        open[next] = Open(done: done)
        return next
    }

    /// One has answered.
    mutating func answered(_ ticket: Int, _ text: String) {
        open[ticket]?.answers.append(text)
    }

    /// There will be no more answers: what is to be done now, once nobody changes this.
    mutating func complete(_ ticket: Int, missing: Int) -> (() -> Void)? {
        guard let question = open.removeValue(forKey: ticket) else { return nil }
        return { question.done(question.answers, missing) }
    }
}
