/** A table of any number of rows, of which only those in sight are in the document. */

import { el, replace } from "../dom.js";
import { headRow, row } from "./table.js";

/** Rows beyond each edge, so that quick scrolling shows no gap. */
const MARGIN = 8;

/** @template T */
export class VirtualTable {
    #columns;
    #items = [];
    #drawn = { from: 0, to: 0, rows: new Map() };
    #body;
    #table;
    #nearEnd;

    /**
     * @param {string} caption
     * @param {import("./table.js").Column<T>[]} columns
     * @param {() => void} [nearEnd] called when the last rows come into sight
     */
    constructor(caption, columns, nearEnd = () => {}) {
        this.#columns = columns;
        this.#nearEnd = nearEnd;
        this.#body = el("tbody");
        this.#table = el("table", { class: "table fixed" },
            el("caption", { class: "visually-hidden" }, caption),
            el("thead", {}, headRow(columns)),
            this.#body);
        this.element = el("div", {
            class: "virtual-scroll", tabindex: "0", role: "region", "aria-label": caption,
            on: { scroll: () => this.#draw() },
        }, this.#table);
        new ResizeObserver(() => requestAnimationFrame(() => this.#draw({ isFresh: true })))
            .observe(this.element);
    }

    /**
     * Shows these items.
     *
     * @param {T[]} items
     * @param {{isAppended?: boolean}} [change] whether the items shown so far are still the first
     */
    show(items, { isAppended = false } = {}) {
        this.#items = items;
        this.#table.setAttribute("aria-rowcount", String(items.length + 1));
        if (!isAppended) this.element.scrollTop = 0;
        this.#draw({ isFresh: !isAppended });
    }

    #draw({ isFresh = false } = {}) {
        const height = parseFloat(getComputedStyle(this.element).getPropertyValue("--row-height"));
        const { scrollTop, clientHeight } = this.element;
        const count = this.#items.length;
        const from = Math.max(0, Math.min(Math.floor(scrollTop / height) - MARGIN, count));
        const to = Math.min(count, Math.ceil((scrollTop + clientHeight) / height) + MARGIN);
        const rows = new Map();
        for (let index = from; index < to; index += 1) {
            // A row that stays keeps its element, and with it the focus.
            const kept = isFresh ? undefined : this.#drawn.rows.get(index);
            rows.set(index, kept
                ?? row(this.#columns, this.#items[index], { "aria-rowindex": index + 2 }));
        }
        this.#drawn = { from, to, rows };
        this.#place([
            spacer(from * height),
            ...rows.values(),
            spacer((count - to) * height),
        ]);
        // With its rows it may have grown to show more of them.
        if (to < count && this.element.clientHeight > clientHeight) this.#draw();
        else if (count - to < 2 * MARGIN) this.#nearEnd();
    }

    /** Moves nothing that is in place already: a moved element loses the focus. */
    #place(wanted) {
        const kept = new Set(wanted);
        for (const child of [...this.#body.children]) {
            if (!kept.has(child)) child.remove();
        }
        if (this.#body.childElementCount === 0) {
            replace(this.#body, wanted);
            return;
        }
        wanted.forEach((element, index) => {
            if (this.#body.children[index] !== element) {
                this.#body.insertBefore(element, this.#body.children[index] ?? null);
            }
        });
    }
}

/** Its one cell spans no columns: in narrow windows some are not there. */
function spacer(height) {
    return el("tr", { class: "spacer", "aria-hidden": "true", style: { height: `${height}px` } },
        height > 0 && el("td"));
}
