/** The access keys, however many: pages come one after the other while the first are shown. */

/** Beyond these a search goes to the server, and more are read when they come into sight. */
const KEPT_READY = 25_000;

export class KeyList {
    #api;
    #signal;
    #changed;
    #all = [];
    #isComplete = false;
    #pages;
    #reading = null;
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

    /** Reads the list anew. */
    async start() {
        this.#all = [];
        this.#isComplete = false;
        this.#pages = this.#api.pages("/access-keys", "accessKeys", { signal: this.#signal });
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
        const pages = this.#api.pages("/access-keys", "accessKeys", { query: { search: text }, signal });
        for await (const page of pages) {
            found.push(...page);
            this.#changed(found, { isAppended: found.length > page.length });
            if (found.length >= 1000) return;
        }
        if (found.length === 0) this.#changed(found, { isAppended: false });
    }

    /** The last rows are in sight. */
    async more() {
        if (this.#search === "" && !this.#reading && !this.#isComplete) {
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
        try {
            while (!this.#isComplete && this.#all.length < KEPT_READY && !this.#signal.aborted) {
                await this.#readPage({ isAppended: true });
            }
        } catch {
            // What is shown stays; the next page is asked for when it is scrolled to.
        }
    }

    async #readPage(change) {
        this.#reading ??= this.#pages.next();
        const { value, done } = await this.#reading;
        this.#reading = null;
        if (done) this.#isComplete = true;
        else this.#all.push(...value);
        if (this.#search === "" || done) this.#changed(this.#matches(this.#search), change);
    }
}
