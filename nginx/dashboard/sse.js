/** A stream ended in the middle: the connection is gone, or a worker. */
export class BrokenStream extends Error {
    constructor() {
        super("The connection broke off.");
        this.name = "BrokenStream";
    }
}

/**
 * Reads a stream of events, which `EventSource` can't: it sends no Authorization header.
 *
 * @param {Response} response an answer of type text/event-stream
 * @param {() => void} [heard] called whenever something comes, signs of life too
 * @returns {AsyncGenerator<{event: string, data: string}>}
 */
export async function* events(response, heard = () => {}) {
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    let event = "message";
    let data = [];
    try {
        while (true) {
            const { value, done } = await read(reader);
            heard();
            if (done) return;
            text += value;
            // A carriage return at the end may be half of a line's end.
            const lines = text.split(/\r\n|\n|\r(?!$)/);
            text = lines.pop();
            for (const line of lines) {
                if (line === "") {
                    if (data.length > 0) yield { event, data: data.join("\n") };
                    event = "message";
                    data = [];
                    continue;
                }
                const [, name, content] = /^([^:]*):? ?(.*)$/s.exec(line);
                if (name === "event") event = content;
                if (name === "data") data.push(content);
            }
        }
    } finally {
        // What broke off is told already.
        await reader.cancel().catch(() => {});
    }
}

async function read(reader) {
    try {
        return await reader.read();
    } catch (error) {
        throw error.name === "AbortError" ? error : new BrokenStream();
    }
}
