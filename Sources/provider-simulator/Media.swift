import JSON

/// What an answer says of an image, a document or a sound: its type and how many bytes it is.
enum Media {
    /// What is seen in a part of any dialect; nil where it holds none.
    static func seen(in part: JSONValue) -> String? {
        if let data = part[either: "inlineData"] {
            return told(type: data[either: "mimeType"], data["data"])
        }
        if let file = part[either: "fileData"], file.kind == .object {
            return file[either: "fileUri"]?.string.map(at)
        }
        if let source = part["source"] { return seen(source: source) }
        if let sound = part["input_audio"] {
            return told("audio/\(sound["format"]?.string ?? "")", sound["data"]?.string)
        }
        let file = part["file"] ?? part
        let image = part["image_url"]
        guard
            let url = image?.string ?? image?["url"]?.string ?? file["file_data"]?.string
                ?? file["file_url"]?.string
        else { return nil }
        guard url.hasPrefix("data:") else { return at(url) }
        guard let comma = url.firstIndex(of: ",") else { return nil }
        let type = url[..<comma].dropFirst("data:".count)
        guard type.hasSuffix(";base64") else { return nil }
        return told(
            String(type.dropLast(";base64".count)),
            String(url[url.index(after: comma)...])
        )
    }

    private static func seen(source: JSONValue) -> String? {
        switch source["type"]?.string {
        case "base64": told(type: source["media_type"], source["data"])
        case "text": source["data"]?.string
        case "url": source["url"]?.string.map(at)
        default: nil
        }
    }

    private static func told(type: JSONValue?, _ data: JSONValue?) -> String? {
        type?.string.flatMap { told($0, data?.string) }
    }

    private static func told(_ type: String, _ base64: String?) -> String? {
        guard let base64 else { return nil }
        let padding = base64.utf8.reversed().prefix { $0 == UInt8(ascii: "=") }.count
        return "[\(type) of \(base64.utf8.count / 4 * 3 - padding) bytes]"
    }

    private static func at(_ url: String) -> String {
        "[\(url)]"
    }
}
