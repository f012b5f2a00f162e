/** Requests as they end. */

import { words } from "../api.js";
import { nameButton } from "../components/button.js";
import { empty } from "../components/empty.js";
import { segmented } from "../components/form.js";
import { icon } from "../components/icons.js";
import {
    isFailure, modelOf, outcomeBadge, searchable, showLiveRequest, tokensOf, tookOf,
} from "../components/live-request.js";
import { listen } from "../components/live-stream.js";
import { failure } from "../components/load.js";
import { searchBox } from "../components/search.js";
import { headRow, row } from "../components/table.js";
import { mono, twoLines } from "../components/text.js";
import { el, replace } from "../dom.js";
import { clock, count, dollars, plural } from "../format.js";
import { address } from "../router.js";

/** The rows that are kept. */
const KEPT = 300;

export default function activity({ session, signal }) {
    const page = new ActivityPage(session, signal);
    page.listen();
    return { intro: "Requests as they end, the newest on top.", actions: [page.pause], body: page.body };
}

class ActivityPage {
    #api;
    #signal;
    #arrived = [];
    #isPaused = false;
    #isDrawing = false;
    #wanted = "";
    #kind = "all";
    #shown = new Map();
    #rows = el("tbody");
    #nothing = el("p", { class: "list-nothing", hidden: true }, "None of the requests match.");
    #table = this.#makeTable();
    #place = el("div", { class: "fill" });
    #light = el("span", { class: "live-light", "aria-hidden": "true" });
    // Only this is read out, and only when it changes: not every request.
    #state = el("span", { role: "status" }, "Connecting…");
    #count = el("span", { class: "faint" });

    constructor(session, signal) {
        this.#api = session.api;
        this.#signal = signal;
        this.pause = el("button", {
            class: "button", type: "button", on: { click: () => this.#togglePause() },
        }, icon("pause"), "Pause");
        this.body = el("div", { class: "fill" },
            el("div", { class: "toolbar" },
                searchBox("Filter by model, provider, key or id", (text) => {
                    this.#wanted = text.toLowerCase();
                    this.#filter();
                }),
                segmented("Which", "kind", "all", [["all", "All"], ["bad", "Failures"]], (kind) => {
                    this.#kind = kind;
                    this.#filter();
                }),
                el("p", { class: "list-status live" }, this.#light, this.#state, this.#count)),
            this.#place);
        replace(this.#place, empty("pulse", "Waiting for a request",
            "Every request shows up here as it ends. Send one from the playground, or with a key and curl.",
            el("a", { class: "button primary", href: address("playground") }, "Open the playground")));
    }

    listen() {
        listen(this.#api, this.#signal, {
            watching: () => this.#tell("good", this.#isPaused ? "Paused" : "Live"),
            request: (line) => this.#take({ line }),
            lost: (number) => this.#take({ lost: number }),
            waiting: (why, seconds) => this.#tell("bad",
                `${why} Connecting again in ${seconds} s; what ends meanwhile is not shown.`),
            refused: (error) => {
                this.#tell("bad", "Not connected");
                replace(this.#place, failure(words(error), () => {
                    replace(this.#place);
                    this.listen();
                }));
            },
        });
    }

    #makeTable() {
        return el("div", {
            class: "live-scroll", tabindex: "0", role: "region", "aria-label": "Finished requests",
        },
        el("table", { class: "table" },
            el("caption", { class: "visually-hidden" }, "Finished requests, the newest first"),
            el("thead", {}, headRow(COLUMNS)), this.#rows),
        this.#nothing);
    }

    #tell(kind, text) {
        this.#light.className = `live-light ${kind}`;
        if (this.#state.textContent !== text) replace(this.#state, text);
    }

    /** However many come, once for each picture of the screen. */
    #take(arrival) {
        this.#arrived.push(arrival);
        // A page in the background draws nothing, and must not grow.
        if (this.#arrived.length > KEPT) this.#arrived.shift();
        if (this.#isPaused) {
            replace(this.#count, `${plural(this.#arrived.length, "request")} since`);
            return;
        }
        if (this.#isDrawing) return;
        this.#isDrawing = true;
        requestAnimationFrame(() => {
            this.#isDrawing = false;
            if (!this.#isPaused) this.#draw();
        });
    }

    /** New rows go on top; those that are there stay, and with them the focus. */
    #draw() {
        if (this.#table.parentElement !== this.#place) replace(this.#place, this.#table);
        const rows = this.#arrived.map(({ line, lost }) => {
            if (!line) return noteOfLost(lost);
            const element = row(COLUMNS, line);
            this.#shown.set(element, line);
            return element;
        });
        this.#arrived = [];
        this.#rows.prepend(...rows.reverse());
        while (this.#rows.childElementCount > KEPT) {
            this.#shown.delete(this.#rows.lastElementChild);
            this.#rows.lastElementChild.remove();
        }
        this.#filter();
    }

    #filter() {
        let matching = 0;
        for (const [element, line] of this.#shown) {
            element.hidden = !this.#isWanted(line);
            if (!element.hidden) matching += 1;
        }
        this.#nothing.hidden = matching > 0 || this.#shown.size === 0;
        const total = this.#shown.size;
        if (this.#isPaused) return;
        replace(this.#count, matching === total ? plural(total, "request")
            : `${count(matching)} of ${plural(total, "request")}`);
    }

    #isWanted(line) {
        if (this.#kind === "bad" && !isFailure(line)) return false;
        return searchable(line).includes(this.#wanted);
    }

    #togglePause() {
        this.#isPaused = !this.#isPaused;
        replace(this.pause, icon(this.#isPaused ? "play" : "pause"), this.#isPaused ? "Go on" : "Pause");
        const isConnected = this.#light.classList.contains("good");
        if (isConnected) this.#tell("good", this.#isPaused ? "Paused" : "Live");
        if (!this.#isPaused && this.#arrived.length > 0) this.#draw();
        else if (!this.#isPaused) this.#filter();
    }
}

const COLUMNS = [
    {
        title: "Model",
        cell: (line) => twoLines(nameButton(modelOf(line), () => showLiveRequest(line)),
            line.attempts.length > 1 ? `${line.attempts.length} attempts` : line.error ?? placeOf(line)),
    },
    { title: "Status", isTight: true, cell: outcomeBadge },
    { title: "Key", isExtra: true, cell: (line) => line.key_name || mono(line.key_id ?? "–") },
    { title: "Tokens", isNumber: true, isExtra: true, cell: tokensOf },
    { title: "Cost", isNumber: true, isMinor: true, cell: (line) => dollars(line.cost) },
    { title: "Took", isNumber: true, isMinor: true, cell: tookOf },
    { title: "Time", isNumber: true, isTight: true, cell: (line) => clock(line.time) },
];

/** Where it came in. */
const placeOf = (line) => (line.model ?? line.model_asked ? line.endpoint : line.gateway);

/** Between the rows, where they are missing. */
function noteOfLost(number) {
    return el("tr", { class: "note" }, el("td", { colspan: String(COLUMNS.length) },
        `${plural(number, "request")} not shown: more came than could be sent.`));
}
