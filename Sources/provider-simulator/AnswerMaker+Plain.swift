import Glibc

extension AnswerMaker {
    /// Answers what is not looked into beyond its model: a path of JSON or of a form.
    func servePlain(
        _ line: RequestLine,
        _ route: Route,
        _ head: Head,
        _ body: Span<UInt8>
    ) -> Service {
        let head = named(head)
        var question = Question(model: "")
        let fields: [String: String]
        if let form = FormFields(contentType: line.contentType, body: body) {
            fields = form.fields
            question.model = form.fields["model"] ?? ""
        } else {
            fields = [:]
            do throws(QuestionError) {
                question = try Question.scan(body)
            } catch {
                question.model = ""
            }
        }
        let cue: Cue
        do throws(CueError) {
            cue = try Cue.parse(question.model)
        } catch {
            return fail(400, head, error.text)
        }
        question.isStream = false
        var service =
            failure(question, cue, line, head)
            ?? Service(answer: plainAnswer(route, fields, head, bodyLength: body.count))
        service.cue = cue
        service.model = question.model.isEmpty ? nil : question.model
        return service
    }

    private func plainAnswer(
        _ route: Route,
        _ fields: [String: String],
        _ base: Head,
        bodyLength: Int
    ) -> Answer {
        switch route {
        case .listening:
            let text = fields["prompt"] ?? "heard \(bodyLength) bytes"
            guard fields["response_format"] == "text" else {
                return .whole(base, "{\"text\":\(quoted(text))}")
            }
            var head = base
            head.contentType = "text/plain; charset=utf-8"
            return .whole(head, text + "\n")
        case .images:
            return .whole(
                base,
                "{\"created\":\(time(nil)),\"data\":[{\"b64_json\":\"iVBORw0KGgo=\"}]}"
            )
        default:
            return .whole(base, ListShape.plain(id: base.id, bodyLength: bodyLength))
        }
    }
}
