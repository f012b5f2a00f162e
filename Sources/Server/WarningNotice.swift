import Accounting
import JSON
import Model

/// A warning as it goes out: it says the same however often it has to be sent.
struct WarningNotice: Equatable, Sendable {
    /// By which receivers tell that they have had it.
    let number: Int
    /// Who is warned.
    let account: AccountID
    /// Of what.
    let warning: CreditWarning
    /// When it was found.
    let createdAt: Timestamp

    /// Its id: no other warning of this installation has it.
    var id: String { "warning_\(number)" }

    /// What it is, in one word.
    var type: String {
        switch warning {
        case .lowBalance: "credits.low_balance"
        case .grantExpires: "credits.grant_expires"
        }
    }

    /// One line for people.
    var subject: String {
        switch warning {
        case .lowBalance(_, let balance) where balance <= .zero:
            "The credits of account \(account) are used up"
        case .lowBalance(let threshold, _):
            "The credits of account \(account) are down to \(threshold) dollars"
        case .grantExpires(_, _, _, let days):
            "Credits of account \(account) expire within \(days) days"
        }
    }

    /// What it means, and what to do about it; lines of ASCII, as a mail has them.
    var text: String {
        switch warning {
        case .lowBalance(let threshold, let balance):
            """
            The balance of account \(account) is \(balance) dollars, at or below the threshold of \
            \(threshold).
            Requests on the operator's keys are refused once it is used up; those on the account's \
            own keys go on.
            `lockkeeper credits add --account \(account)` adds to it.
            """
        case .grantExpires(let grant, let remaining, let moment, _):
            """
            \(remaining) dollars of grant \(grant.number) of account \(account) can't be spent any \
            more from \(moment) on.
            `lockkeeper credits balance --account \(account)` shows what there is.
            """
        }
    }

    /// The body of a post.
    var json: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        member("id", id, &writer)
        member("type", type, &writer)
        member("createdAt", createdAt.description, &writer)
        member("accountId", account.rawValue, &writer)
        switch warning {
        case .lowBalance(let threshold, let balance):
            member("threshold", threshold.description, &writer)
            member("balance", balance.description, &writer)
        case .grantExpires(let grant, let remaining, let moment, let days):
            writer.key("grant")
            writer.integer(Int(grant.number))
            member("remaining", remaining.description, &writer)
            member("expiresAt", moment.description, &writer)
            writer.key("days")
            writer.integer(days)
        }
        // Chat services show this member of whatever is posted to them.
        member("text", "\(subject).\n\(text)", &writer)
        writer.endObject()
        return writer.bytes
    }

    private func member(_ name: StaticString, _ value: String, _ writer: inout JSONWriter) {
        writer.key(name)
        writer.string(value)
    }

    /// A mail of it, its lines ended by CRLF.
    func mail(from sender: String, to receivers: [String]) -> [UInt8] {
        let host = sender.split(separator: "@").last.map(String.init) ?? "localhost"
        let head = [
            "From: Lockkeeper <\(sender)>",
            "To: \(receivers.joined(separator: ",\r\n "))",
            "Subject: \(subject)",
            "Date: \(createdAt.mailDate)",
            "Message-ID: <\(id).\(createdAt.milliseconds)@\(host)>",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: 8bit",
            // No answer of a machine to a machine.
            "Auto-Submitted: auto-generated",
        ]
        let body = text.split(separator: "\n", omittingEmptySubsequences: false)
        let lines = head + [""] + body.map(String.init)
        return Array(lines.map { $0 + "\r\n" }.joined().utf8)
    }
}

extension Timestamp {
    /// A date as mails have it (RFC 5322), in UTC: `Sat, 21 Nov 2026 18:04:12 +0000`.
    var mailDate: String {
        let second = unixSecond
        let day = second >= 0 ? second / 86_400 : (second - 86_399) / 86_400
        let date = CivilDate(dayNumber: day)
        let rest = second - day * 86_400
        let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ]
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let weekday = weekdays[Int(((day % 7) + 7) % 7)]
        let month = months[Int(date.month) - 1]
        return "\(weekday), \(two(Int64(date.day))) \(month) \(date.year) "
            + "\(two(rest / 3600)):\(two(rest / 60 % 60)):\(two(rest % 60)) +0000"
    }
}
