/** The control plane over HTTP. */

import { BrokenStream, events } from "./sse.js";

/** An answer that is a refusal, in the words of the API. */
export class ApiError extends Error {
    /**
     * @param {number} status of HTTP; 0 where there was no answer at all
     * @param {string} code such as ERR_NGROK_27511
     * @param {string} message
     * @param {string|null} requestId under which the log has it
     */
    constructor(status, code, message, requestId = null) {
        super(message);
        this.name = "ApiError";
        this.status = status;
        this.code = code;
        this.requestId = requestId;
    }
}

/** What an answer's body says is wrong, whoever wrote it: the gateway, its data plane or nginx. */
export async function refusal(response) {
    const requestId = response.headers.get("Ngrok-AIG-Request-Id");
    let code = response.headers.get("Ngrok-Error-Code") ?? "";
    let message = "";
    try {
        const body = await response.json();
        code = body.errorCode ?? body.error?.code ?? code;
        message = body.msg ?? body.error?.message ?? "";
    } catch {
        // No JSON: the status has to do.
    }
    message = message.replace(/^\[[A-Z0-9_]+\] /, "");
    if (!message) {
        message = response.status === 404
            ? "Nothing answers at this address."
            : `The answer was ${response.status} ${response.statusText}`.trim() + ".";
    }
    return new ApiError(response.status, code, message, requestId);
}

/** The body of an answer that says it went well. */
async function readJSON(response) {
    try {
        return await response.json();
    } catch (error) {
        if (error.name === "AbortError") throw error;
        // Without a code, as of something that is not the API.
        throw new ApiError(response.status, "", "Something else than the gateway answers here.");
    }
}

/** An error as one sentence, whatever it is. */
export function words(error) {
    if (error instanceof ApiError || error instanceof BrokenStream) return error.message;
    return `This should not happen: ${error.message}`;
}

/** A client of the control plane. */
export class Api {
    #base;
    #token;
    #lost;
    #etags = new WeakMap();

    /**
     * @param {string} base what stands before every path, "" or "/api"
     * @param {string} token a management key
     * @param {() => void} [lost] called when the key is refused
     */
    constructor(base, token, lost = () => {}) {
        this.#base = base;
        this.#token = token;
        this.#lost = lost;
    }

    /** Reads a resource or a page of a list. */
    async get(path, { query = {}, signal } = {}) {
        return this.#json(await this.#send("GET", path, { query, signal }));
    }

    /** Makes a resource. */
    async post(path, body, { headers = {} } = {}) {
        return this.#json(await this.#send("POST", path, { body, headers }));
    }

    /**
     * Changes a resource: what is left out stays, null clears.
     *
     * @param {Object} [read] the resource as it was read: somebody else's change since then is not
     *   overwritten but refused
     */
    async patch(path, body, read = null) {
        const etag = read && this.#etags.get(read);
        const headers = etag ? { "If-Match": etag } : {};
        return this.#json(await this.#send("PATCH", path, { body, headers }));
    }

    /** Deletes a resource. */
    async delete(path) {
        await this.#send("DELETE", path, {});
    }

    /**
     * The pages of a list, one after the other.
     *
     * @param {string} path
     * @param {string} collection the member that holds the items
     * @returns {AsyncGenerator<Object[]>}
     */
    async* pages(path, collection, { query = {}, signal } = {}) {
        let page = await this.get(path, { query, signal });
        while (page) {
            yield page[collection];
            page = await this.next(page, { signal });
        }
    }

    /** The page after a page of a list; null after the last. */
    async next(page, { signal } = {}) {
        if (!page.nextPageUri) return null;
        // Only its path and query: a page never leads to another host.
        const { pathname, search } = new URL(page.nextPageUri, location.origin);
        const isBelow = this.#base !== "" && pathname.startsWith(`${this.#base}/`);
        return this.get((isBelow ? pathname.slice(this.#base.length) : pathname) + search, { signal });
    }

    /** A whole list. */
    async all(path, collection, options = {}) {
        const items = [];
        for await (const page of this.pages(path, collection, options)) items.push(...page);
        return items;
    }

    /** The events of a stream as objects; ends with the stream. */
    async* events(path, { query = {}, signal, heard } = {}) {
        const response = await this.#send("GET", path, { query, signal });
        for await (const { event, data } of events(response, heard)) {
            yield { event, value: JSON.parse(data) };
        }
    }

    async #send(method, path, { query = {}, body, headers = {}, signal }) {
        const url = new URL(this.#base + path, location.origin);
        for (const [name, value] of Object.entries(query)) {
            if (value !== null && value !== undefined && value !== "") {
                url.searchParams.set(name, value);
            }
        }
        let response;
        try {
            response = await fetch(url, {
                method,
                headers: {
                    Authorization: `Bearer ${this.#token}`,
                    ...(body === undefined ? {} : { "Content-Type": "application/json" }),
                    ...headers,
                },
                body: body === undefined ? undefined : JSON.stringify(body),
                signal,
                cache: "no-store",
                credentials: "omit",
                redirect: "error",
            });
        } catch (error) {
            if (error.name === "AbortError") throw error;
            throw new ApiError(0, "", "The gateway can't be reached. Is it running?");
        }
        if (response.ok) return response;
        const error = await refusal(response);
        if (error.status === 401) this.#lost();
        if (error.status === 412) {
            error.message = "Somebody has changed this since you opened it. "
                + "Close it and look at it again.";
        }
        throw error;
    }

    async #json(response) {
        if (response.status === 204) return null;
        const value = await readJSON(response);
        const etag = response.headers.get("ETag");
        if (etag && value !== null && typeof value === "object") this.#etags.set(value, etag);
        return value;
    }
}
