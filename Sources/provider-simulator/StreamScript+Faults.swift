extension StreamScript {
    /// A head and no event.
    static let silent = StreamScript(opening: "")

    /// Events that are not JSON.
    static let garbage = StreamScript(
        opening: event("<html>") + event("{\"choices\": [") + "\0\0\n\n"
    )
}
