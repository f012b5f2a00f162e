/** The access keys, however many: pages come one after the other while the first are shown. */

/** Beyond these a search goes to the server, and more are read when they come into sight. */
const KEPT_READY = 25_000;
/** Of a search by the server no more are shown: nobody reads them. */
const MOST_FOUND = 1000;

export class KeyList {
    #api;
    #signal;
    #changed;
    #all = [];
    #isComplete = false;
    #last = null;
    #reading = null;
    #run = new AbortController();
    #search = "";
    #searching = null;

    /**
     * @param {import("../api.js").Api} api
     * @param {AbortSignal} signal
     * @param {(items: Object[], change: {isAppended: boolean}) => void} changed
     */
    constructor(api, signal, changed) {
        this.#api = api;
        this.#signal = signal;
        this.#changed = changed;
    }

    /** How many are read, and whether these are all. */
    get state() {
        return { count: this.#all.length, isComplete: this.#isComplete, search: this.#search };
    }

    /** Reads the list anew; what was still on its way is not waited for. */
    async start() {
        this.#run.abort();
        this.#run = new AbortController();
        this.#all = [];
        this.#isComplete = false;
        this.#last = null;
        this.#reading = null;
        await this.#readPage({ isAppended: false });
        if (this.#search) this.search(this.#search);
        this.#readOn();
    }

    /** Shows those with this text in their name, description, id or redacted token. */
    async search(text) {
        this.#search = text;
        this.#searching?.abort();
        if (text === "" || this.#isComplete) {
            this.#changed(this.#matches(text), { isAppended: false });
            return;
        }
        this.#searching = new AbortController();
        const signal = AbortSignal.any([this.#signal, this.#searching.signal]);
        const found = [];
        const pages = this.#api.pages("/access-keys", "aiGatewayAccessKeys", { query: { search: text }, signal });
        for await (const page of pages) {
            found.push(...page);
            this.#changed(found, { isAppended: found.length > page.length });
            if (found.length >= MOST_FOUND) return;
        }
        if (found.length === 0) this.#changed(found, { isAppended: false });
    }

    /** The last rows are in sight. */
    async more() {
        if (this.#search === "" && !this.#reading && !this.#isComplete && this.#last) {
            await this.#readPage({ isAppended: true });
        }
    }

    #matches(text) {
        const wanted = text.toLowerCase();
        return wanted === "" ? this.#all : this.#all.filter((key) => [
            key.name, key.description, key.id, key.keyRedacted,
        ].some((one) => one?.toLowerCase().includes(wanted)));
    }

    async #readOn() {
        const run = this.#run;
        try {
            while (run === this.#run && !this.#isComplete && this.#all.length < KEPT_READY) {
                await this.#readPage({ isAppended: true });
            }
        } catch {
            // What is shown stays; the same page is asked for again when its place comes into sight.
        }
    }

    /** Who asks while a page is on its way waits for that one. */
    async #readPage(change) {
        const run = this.#run;
        this.#reading ??= this.#takePage(run, change);
        try {
            await this.#reading;
        } finally {
            if (run === this.#run) this.#reading = null;
        }
    }

    async #takePage(run, change) {
        const signal = AbortSignal.any([this.#signal, run.signal]);
        const page = this.#last ? await this.#api.next(this.#last, { signal })
            : await this.#api.get("/access-keys", { signal });
        if (run !== this.#run) return;
        this.#last = page;
        this.#all.push(...page.aiGatewayAccessKeys);
        this.#isComplete = !page.nextPageUri;
        if (this.#search === "" || this.#isComplete) this.#changed(this.#matches(this.#search), change);
    }
}
