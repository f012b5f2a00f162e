/** A chart that can be read: axes with units, values under the pointer and by arrow keys, a table. */

import { el, newId, replace, svg } from "../dom.js";
import { bars, lines } from "./marks.js";
import { linear, ticks } from "./scale.js";

const HEIGHT = 190;
const EDGE = { top: 10, right: 8, bottom: 24, left: 54 };
const MARKS = { bars, lines };

/**
 * A chart over time.
 *
 * @param {Object} data
 * @param {string} data.title
 * @param {string} data.unit what the axis counts
 * @param {string} data.each what a value is for: a day, a request
 * @param {string} data.total the sum of it all, as text
 * @param {{short: string, long: string}[]} data.labels one for each value
 * @param {{name: string, values: (number|null)[], tone: string}[]} data.series the tone is one of
 *   the classes of charts
 * @param {"bars"|"lines"} data.kind
 * @param {(value: number) => string} data.format
 * @param {(value: number, step: number) => string} [data.mark] the same for the axis
 * @param {string} [data.nothing] what is said where all values are nothing
 * @param {boolean} [data.isWhole]
 */
export function chart(data) {
    const isNothing = data.series.every(({ values }) => values.every((value) => !value));
    return isNothing && data.nothing ? words(data) : picture(data);
}

/** A bare axis would say less. */
function words({ title, total, nothing }) {
    return el("figure", { class: "card chart" },
        el("figcaption", { class: "chart-head" },
            el("h2", { class: "card-title" }, title),
            el("span", { class: "chart-total" }, total)),
        el("p", { class: "chart-nothing" }, nothing));
}

function picture(data) {
    const titleId = newId("chart");
    const plot = el("div", {
        class: "chart-plot", tabindex: "0", role: "group", "aria-labelledby": titleId,
        "aria-roledescription": "chart",
    });
    const tooltip = el("div", { class: "chart-tooltip", hidden: true });
    const spoken = el("p", { class: "visually-hidden", "aria-live": "polite" });
    const alternative = tableOf(data);
    const toggle = el("button", {
        class: "button ghost small", type: "button", "aria-pressed": "false",
        on: {
            click: () => {
                const isTable = !alternative.hidden;
                alternative.hidden = isTable;
                plot.hidden = !isTable;
                toggle.setAttribute("aria-pressed", String(!isTable));
            },
        },
    }, "Table");
    new Drawing(data, plot, tooltip, spoken);
    return el("figure", { class: "card chart" },
        el("figcaption", { class: "chart-head" },
            el("h2", { class: "card-title", id: titleId }, data.title),
            el("span", { class: "chart-total" }, data.total),
            toggle),
        data.series.length > 1 && el("ul", { class: "legend" },
            data.series.map(({ name, tone }) => el("li", {},
                el("span", { class: `swatch tone-${tone}`, "aria-hidden": "true" }), name))),
        plot, alternative, spoken);
}

/** The picture, drawn anew for each width, and the value that is looked at. */
class Drawing {
    #data;
    #plot;
    #tooltip;
    #spoken;
    #picture = svg("svg", { "aria-hidden": "true", focusable: "false" });
    #index = null;
    #geometry = null;

    constructor(data, plot, tooltip, spoken) {
        this.#data = data;
        this.#plot = plot;
        this.#tooltip = tooltip;
        this.#spoken = spoken;
        plot.append(this.#picture, tooltip);
        // Not at once: what is drawn may change sizes, which would be another round of looking.
        new ResizeObserver(() => requestAnimationFrame(() => this.#draw())).observe(plot);
        plot.addEventListener("pointermove", (event) => this.#point(event));
        plot.addEventListener("pointerleave", () => this.#look(null));
        plot.addEventListener("blur", () => this.#look(null));
        plot.addEventListener("keydown", (event) => this.#press(event));
    }

    #draw() {
        const width = this.#plot.clientWidth;
        if (width === 0) return;
        const { labels, series, kind, format, mark: name = format, unit, isWhole } = this.#data;
        const marks = ticks(this.#most(), 4, isWhole);
        const bottom = HEIGHT - EDGE.bottom;
        const y = linear(marks.at(-1), bottom, EDGE.top);
        const step = (width - EDGE.left - EDGE.right) / labels.length;
        this.#geometry = { width, step, bottom, y };
        this.#picture.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
        this.#picture.setAttribute("width", width);
        this.#picture.setAttribute("height", HEIGHT);
        this.cursor = svg("rect", {
            class: "chart-cursor", y: EDGE.top, height: bottom - EDGE.top, width: step, x: 0,
            visibility: "hidden",
        });
        replace(this.#picture, this.cursor,
            marks.map((mark) => svg("g", {},
                svg("line", {
                    class: mark === 0 ? "axis" : "grid",
                    x1: EDGE.left, x2: width - EDGE.right, y1: y(mark), y2: y(mark),
                }),
                svg("text", { class: "tick", x: EDGE.left - 8, y: y(mark) + 4, "text-anchor": "end" },
                    name(mark, marks[1])))),
            this.#days(width, step),
            MARKS[kind](series, { left: EDGE.left, step, bottom, y }));
        this.#plot.setAttribute("aria-description",
            `${unit}, ${labels.length} values from ${labels[0].long} to ${labels.at(-1).long}. `
            + "Left and right arrow keys read them.");
        this.#look(this.#index);
    }

    /** As many labels as there is room for. */
    #days(width, step) {
        const { labels } = this.#data;
        const every = Math.max(1, Math.ceil(54 / step));
        return labels.map(({ short }, index) => ((labels.length - 1 - index) % every === 0
            ? svg("text", {
                class: "tick", x: Math.min(EDGE.left + (index + 0.5) * step, width - 22),
                y: HEIGHT - 6, "text-anchor": "middle",
            }, short)
            : null));
    }

    #most() {
        const { series, labels, kind } = this.#data;
        if (kind === "lines") {
            return Math.max(0, ...series.flatMap(({ values }) => values.map((value) => value ?? 0)));
        }
        return Math.max(0, ...labels.map((_, index) => series.reduce(
            (sum, { values }) => sum + values[index], 0)));
    }

    #point(event) {
        if (!this.#geometry) return;
        const x = event.clientX - this.#plot.getBoundingClientRect().left - EDGE.left;
        const index = Math.floor(x / this.#geometry.step);
        this.#look(index >= 0 && index < this.#data.labels.length ? index : null);
    }

    #press(event) {
        const last = this.#data.labels.length - 1;
        const at = this.#index ?? last + 1;
        const next = {
            ArrowLeft: Math.max(0, at - 1), ArrowRight: Math.min(last, at + 1), Home: 0, End: last,
        }[event.key];
        if (event.key === "Escape") this.#look(null);
        if (next === undefined) return;
        event.preventDefault();
        this.#look(next);
        const { labels, series, format } = this.#data;
        replace(this.#spoken, `${labels[next].long}: `, series.map(({ name, values }) => (
            `${name} ${format(values[next] ?? 0)}`)).join(", "));
    }

    #look(index) {
        this.#index = index;
        this.#tooltip.hidden = index === null;
        this.cursor?.setAttribute("visibility", index === null ? "hidden" : "visible");
        if (index === null || !this.#geometry) return;
        const { labels, series, format } = this.#data;
        const { width, step } = this.#geometry;
        const x = EDGE.left + index * step;
        this.cursor.setAttribute("x", x);
        replace(this.#tooltip,
            el("div", { class: "chart-tooltip-title" }, labels[index].long),
            series.map(({ name, values, tone }) => el("div", { class: "chart-tooltip-row" },
                el("span", { class: `swatch tone-${tone}` }), el("span", {}, name),
                el("b", {}, values[index] === null ? "–" : format(values[index])))));
        // On the side where there is room, and never outside.
        const size = this.#tooltip.offsetWidth;
        const wanted = x + step / 2 < width / 2 ? x + step + 8 : x - size - 8;
        const left = Math.max(0, Math.min(wanted, width - size));
        this.#tooltip.style.setProperty("left", `${left}px`);
    }
}

function tableOf({ title, labels, each, series, format }) {
    return el("div", {
        class: "chart-table", hidden: true, tabindex: "0", role: "region",
        "aria-label": `${title}, as a table`,
    },
    el("table", { class: "table compact" },
        el("thead", {}, el("tr", {}, el("th", { scope: "col" }, each),
            series.map(({ name }) => el("th", { scope: "col", class: "number" }, name)))),
        el("tbody", {}, labels.map(({ long }, index) => el("tr", {},
            el("th", { scope: "row" }, long),
            series.map(({ values }) => el("td", { class: "number" },
                values[index] === null ? "–" : format(values[index]))))).reverse())));
}
